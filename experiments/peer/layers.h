// What the libtorch networks share: short names of torch::nn's layers, and the two ways they join branches.
#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include <torch/torch.h>

namespace experiments::peer {

namespace nn = torch::nn;

// Layers one after the other. Unlike nn::Sequential, a chain may hold chains: its forward() is no template.
struct ChainImpl : nn::SequentialImpl {
    using nn::SequentialImpl::SequentialImpl;
    torch::Tensor forward(torch::Tensor x) { return nn::SequentialImpl::forward(x); }
};
TORCH_MODULE(Chain);

// Kernel, stride and padding as torch's (rows, columns); a single number stands for both.
struct Window {
    torch::ExpandingArray<2> kernel = 1;
    torch::ExpandingArray<2> stride = 1;
    torch::ExpandingArray<2> padding = 0;
};

inline nn::Conv2d conv(int in, int out, const Window& window) {
    return nn::Conv2d(
        nn::Conv2dOptions(in, out, window.kernel).stride(window.stride).padding(window.padding).bias(false));
}

inline nn::BatchNorm2d batch_norm(int channels) {
    return nn::BatchNorm2d(channels);
}

inline nn::ReLU relu() {
    return nn::ReLU(nn::ReLUOptions(true));
}

inline nn::MaxPool2d max_pool(int kernel, int stride, int padding = 0) {
    return nn::MaxPool2d(nn::MaxPool2dOptions(kernel).stride(stride).padding(padding));
}

// The mean over what the window covers of the image; padding does not count.
inline nn::AvgPool2d mean_pool(int kernel, int stride, int padding = 0) {
    return nn::AvgPool2d(
        nn::AvgPool2dOptions(kernel).stride(stride).padding(padding).count_include_pad(false));
}

// Global average, then the classifier.
inline void append_head(Chain& net, int channels, int classes) {
    net->push_back(nn::AdaptiveAvgPool2d(1));
    net->push_back(nn::Flatten());
    net->push_back(nn::Linear(channels, classes));
}

// Every branch reads x; their outputs lie one after the other along the channels.
struct Branches : nn::Module {
    explicit Branches(std::initializer_list<Chain> list) {
        for (const auto& branch : list) branches->push_back(branch);
        register_module("branches", branches);
    }

    torch::Tensor forward(torch::Tensor x) {
        std::vector<torch::Tensor> outputs;
        for (const auto& branch : *branches) outputs.push_back(branch->as<Chain>()->forward(x));
        return torch::cat(outputs, 1);
    }

    nn::ModuleList branches;
};

inline std::shared_ptr<Branches> branches(std::initializer_list<Chain> list) {
    return std::make_shared<Branches>(list);
}

}  // namespace experiments::peer
