#include "models/densenet.h"

#include <array>

#include "framework/base/error.h"
#include "framework/graph/layers.h"

namespace models {

using namespace framework;

namespace {

constexpr int growth = 32;

std::array<int, 4> layers_of_blocks(int depth) {
    switch (depth) {
        case 121:
            return {6, 12, 24, 16};
        case 169:
            return {6, 12, 32, 32};
        case 201:
            return {6, 12, 48, 32};
        case 264:
            return {6, 12, 64, 48};
        default:
            throw UsageError(text("densenet has 121, 169, 201 or 264 layers, not ", depth));
    }
}

// Returns x and `growth` new channels as one tensor, which the next layer reads.
Tensor dense_layer(Tensor x) {
    auto grown = x | batch_norm | relu | conv(4 * growth, {.kernel = 1})  //
                 | batch_norm | relu | conv(growth, {.kernel = 3, .padding = 1});
    return concat({x, grown});
}

Tensor transition(Tensor x) {
    const auto half = static_cast<int>(x.shape().channels() / 2);
    return x | batch_norm | relu | conv(half, {.kernel = 1}) | avg_pool({.kernel = 2, .stride = 2});
}

}  // namespace

Tensor densenet(Tensor images, int depth, int classes, Stem first) {
    const auto layers = layers_of_blocks(depth);
    Tensor x = stem(images, first);
    for (std::size_t block = 0; block < layers.size(); ++block) {
        if (block > 0) {
            const Graph::Scope scope(*x.graph, text("transition", block));
            x = transition(x);
        }
        for (int i = 0; i < layers[block]; ++i) {
            const Graph::Scope scope(*x.graph, text("block", block + 1, ".layer", i + 1));
            x = dense_layer(x);
        }
    }
    return x | batch_norm | relu | global_avg_pool | linear(classes);
}

}  // namespace models
