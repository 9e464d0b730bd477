// ResNets of bottleneck blocks (He et al. 2015, table 1). The stride sits on the 3x3 ("v1.5", as torchvision
// has it); the paper has it on the first 1x1.
#pragma once

#include <array>

#include "experiments/peer/layers.h"

namespace experiments::peer {

struct Bottleneck : nn::Module {
    Bottleneck(int in, int width, int stride)
        : body(conv(in, width, {}), batch_norm(width), relu(),
               conv(width, width, {.kernel = 3, .stride = stride, .padding = 1}), batch_norm(width), relu(),
               conv(width, 4 * width, {}), batch_norm(4 * width)) {
        if (stride != 1 || in != 4 * width) {
            skip->push_back(conv(in, 4 * width, {.stride = stride}));
            skip->push_back(batch_norm(4 * width));
        }
        register_module("body", body);
        register_module("skip", skip);
    }

    torch::Tensor forward(torch::Tensor x) {
        const auto y = body->forward(x);
        return torch::relu_(y.add_(skip->is_empty() ? x : skip->forward(x)));
    }

    Chain body, skip;
};

inline Chain resnet(const std::array<int, 4>& blocks, int classes) {
    Chain net(conv(3, 64, {.kernel = 7, .stride = 2, .padding = 3}), batch_norm(64), relu(),
              max_pool(3, 2, 1));
    int in = 64;
    for (int stage = 0; stage < 4; ++stage) {
        const int width = 64 << stage;
        for (int block = 0; block < blocks[stage]; ++block) {
            net->push_back(std::make_shared<Bottleneck>(in, width, stage > 0 && block == 0 ? 2 : 1));
            in = 4 * width;
        }
    }
    append_head(net, in, classes);
    return net;
}

inline Chain resnet50(int classes) {
    return resnet({3, 4, 6, 3}, classes);
}
inline Chain resnet200(int classes) {
    return resnet({3, 24, 36, 3}, classes);
}

}  // namespace experiments::peer
