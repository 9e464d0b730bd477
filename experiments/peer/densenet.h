// DenseNet-BC (Huang et al. 2016, table 1), as torchvision builds it: each layer concatenates all features
// before it, and all of them are kept for the backward pass.
#pragma once

#include <array>

#include "experiments/peer/layers.h"

namespace experiments::peer {

struct DenseBlock : nn::Module {
    DenseBlock(int in, int depth, int growth) {
        constexpr int bottleneck = 4;  // torchvision's bn_size
        for (int i = 0; i < depth; ++i, in += growth)
            layers->push_back(Chain(batch_norm(in), relu(), conv(in, bottleneck * growth, {}),
                                    batch_norm(bottleneck * growth), relu(),
                                    conv(bottleneck * growth, growth, {.kernel = 3, .padding = 1})));
        register_module("layers", layers);
    }

    torch::Tensor forward(torch::Tensor x) {
        std::vector<torch::Tensor> features{x};
        for (const auto& layer : *layers)
            features.push_back(layer->as<Chain>()->forward(torch::cat(features, 1)));
        return torch::cat(features, 1);
    }

    nn::ModuleList layers;
};

inline Chain densenet(const std::array<int, 4>& depths, int growth, int classes) {
    int channels = 2 * growth;
    Chain net(conv(3, channels, {.kernel = 7, .stride = 2, .padding = 3}), batch_norm(channels), relu(),
              max_pool(3, 2, 1));
    for (std::size_t block = 0; block < depths.size(); ++block) {
        net->push_back(std::make_shared<DenseBlock>(channels, depths[block], growth));
        channels += depths[block] * growth;
        net->push_back(batch_norm(channels));
        net->push_back(relu());
        if (block + 1 == depths.size()) break;
        net->push_back(conv(channels, channels / 2, {}));
        net->push_back(nn::AvgPool2d(nn::AvgPool2dOptions(2)));
        channels /= 2;
    }
    append_head(net, channels, classes);
    return net;
}

inline Chain densenet264(int classes) {
    return densenet({6, 12, 64, 48}, 32, classes);
}

}  // namespace experiments::peer
