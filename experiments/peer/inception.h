// Inception-v4 (Szegedy et al. 2016, figures 3 to 9), with the batch norms of Cadene's and timm's PyTorch
// versions (eps 1e-3). Figures are named at each block; 299x299 images.
#pragma once

#include "experiments/peer/layers.h"

namespace experiments::peer::inception {

// Convolution, batch norm, ReLU: the paper's "Conv".
inline Chain unit(int in, int out, const Window& window = {}) {
    return Chain(conv(in, out, window), nn::BatchNorm2d(nn::BatchNorm2dOptions(out).eps(1e-3)), relu());
}

inline Chain then(std::initializer_list<Chain> parts) {
    Chain chain;
    for (const auto& part : parts) chain->push_back(part);
    return chain;
}

// Windows that keep the image's size.
inline Window rows(int k) {
    return {.kernel = {k, 1}, .padding = {k / 2, 0}};
}
inline Window columns(int k) {
    return {.kernel = {1, k}, .padding = {0, k / 2}};
}
inline Window square(int k) {
    return {.kernel = k, .padding = k / 2};
}

inline Chain stem() {  // figure 3: 3 -> 384 channels, 299 -> 35 rows
    return Chain(unit(3, 32, {.kernel = 3, .stride = 2}), unit(32, 32, {.kernel = 3}),
                 unit(32, 64, square(3)),
                 branches({Chain(max_pool(3, 2)), unit(64, 96, {.kernel = 3, .stride = 2})}),
                 branches({then({unit(160, 64), unit(64, 96, {.kernel = 3})}),
                           then({unit(160, 64), unit(64, 64, columns(7)), unit(64, 64, rows(7)),
                                 unit(64, 96, {.kernel = 3})})}),
                 branches({unit(192, 192, {.kernel = 3, .stride = 2}), Chain(max_pool(3, 2))}));
}

inline std::shared_ptr<Branches> block_a() {  // figure 4: 384 channels, 35 rows
    return branches({unit(384, 96), then({unit(384, 64), unit(64, 96, square(3))}),
                     then({unit(384, 64), unit(64, 96, square(3)), unit(96, 96, square(3))}),
                     Chain(mean_pool(3, 1, 1), unit(384, 96))});
}

inline std::shared_ptr<Branches> reduction_a() {  // figure 7: 384 -> 1024 channels, 35 -> 17 rows
    return branches(
        {unit(384, 384, {.kernel = 3, .stride = 2}),
         then({unit(384, 192), unit(192, 224, square(3)), unit(224, 256, {.kernel = 3, .stride = 2})}),
         Chain(max_pool(3, 2))});
}

inline std::shared_ptr<Branches> block_b() {  // figure 5: 1024 channels, 17 rows
    return branches({unit(1024, 384),
                     then({unit(1024, 192), unit(192, 224, columns(7)), unit(224, 256, rows(7))}),
                     then({unit(1024, 192), unit(192, 192, rows(7)), unit(192, 224, columns(7)),
                           unit(224, 224, rows(7)), unit(224, 256, columns(7))}),
                     Chain(mean_pool(3, 1, 1), unit(1024, 128))});
}

inline std::shared_ptr<Branches> reduction_b() {  // figure 8: 1024 -> 1536 channels, 17 -> 8 rows
    return branches({then({unit(1024, 192), unit(192, 192, {.kernel = 3, .stride = 2})}),
                     then({unit(1024, 256), unit(256, 256, columns(7)), unit(256, 320, rows(7)),
                           unit(320, 320, {.kernel = 3, .stride = 2})}),
                     Chain(max_pool(3, 2))});
}

inline std::shared_ptr<Branches> block_c() {  // figure 6: 1536 channels, 8 rows
    const auto fork = [](int in) { return branches({unit(in, 256, columns(3)), unit(in, 256, rows(3))}); };
    return branches({unit(1536, 256), Chain(unit(1536, 384), fork(384)),
                     Chain(unit(1536, 384), unit(384, 448, rows(3)), unit(448, 512, columns(3)), fork(512)),
                     Chain(mean_pool(3, 1, 1), unit(1536, 256))});
}

}  // namespace experiments::peer::inception

namespace experiments::peer {

inline Chain inception_v4(int classes) {
    Chain net(inception::stem());
    for (int i = 0; i < 4; ++i) net->push_back(inception::block_a());
    net->push_back(inception::reduction_a());
    for (int i = 0; i < 7; ++i) net->push_back(inception::block_b());
    net->push_back(inception::reduction_b());
    for (int i = 0; i < 3; ++i) net->push_back(inception::block_c());
    append_head(net, 1536, classes);
    return net;
}

}  // namespace experiments::peer
