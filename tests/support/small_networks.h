// Networks of a few ops, with the parts of the large ones.
#pragma once

#include "framework/graph/layers.h"

namespace support {

// Every kind of layer, on numbers of channels that are not multiples of a block.
inline framework::Tensor patchwork(framework::Tensor x) {
    using namespace framework;
    x = x | conv(17, {.kernel = 3, .padding = 1}) | batch_norm | relu;
    x = concat({x | conv(16) | batch_norm | relu,
                x | conv(24, {.kernel = {1, 7}, .padding = Pair{0, 3}}) | batch_norm | relu |
                    conv(33, {.kernel = {7, 1}, .padding = Pair{3, 0}}) | batch_norm | relu,
                x | avg_pool({.kernel = 3, .stride = 1, .padding = 1}) | conv(8, {.bias = true}) | relu});
    const auto y = x | conv(57, {.kernel = 3, .padding = 1, .groups = 3}) | batch_norm;
    x = relu(x + y) | max_pool({.kernel = 3, .stride = 2, .padding = 1}) | local_response_norm();
    x = (x | slice(0, 28) | sigmoid) * (x | slice(29, 57) | leaky_relu(0.1F));
    return x | adaptive_avg_pool(3) | dropout(0.3F) | flatten | linear(33) | relu | linear(10);
}

// Convolution, norm and ReLU, three times: the spine of most networks.
inline framework::Tensor chain(framework::Tensor x) {
    using namespace framework;
    for (const int channels : {64, 64, 128}) {
        x = x | conv(channels, {.kernel = 3, .padding = 1}) | batch_norm | relu;
    }
    return x | global_avg_pool | linear(10);
}

}  // namespace support
