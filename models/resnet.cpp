#include "models/resnet.h"

#include <array>

#include "framework/base/error.h"
#include "framework/graph/layers.h"

namespace models {

using namespace framework;

namespace {

Tensor shortcut(Tensor x, int channels, int stride) {
    const bool project = stride != 1 || x.shape().channels() != channels;
    return project ? x | conv(channels, {.kernel = 1, .stride = stride}) | batch_norm : x;
}

Tensor basic_block(Tensor x, int width, int stride) {
    auto y = x | conv(width, {.kernel = 3, .stride = stride, .padding = 1}) | batch_norm | relu  //
             | conv(width, {.kernel = 3, .padding = 1}) | batch_norm;
    return relu(y + shortcut(x, width, stride));
}

// The stride sits on the 3x3 ("v1.5"); the paper has it on the first 1x1.
Tensor bottleneck(Tensor x, int width, int stride) {
    auto y = x | conv(width, {.kernel = 1}) | batch_norm | relu                                //
             | conv(width, {.kernel = 3, .stride = stride, .padding = 1}) | batch_norm | relu  //
             | conv(4 * width, {.kernel = 1}) | batch_norm;
    return relu(y + shortcut(x, 4 * width, stride));
}

struct Layout {
    std::array<int, 4> blocks;  // of each stage
    Tensor (*block)(Tensor x, int width, int stride);
};

Layout layout(int depth) {
    switch (depth) {
        case 18:
            return {{2, 2, 2, 2}, basic_block};
        case 34:
            return {{3, 4, 6, 3}, basic_block};
        case 50:
            return {{3, 4, 6, 3}, bottleneck};
        case 101:
            return {{3, 4, 23, 3}, bottleneck};
        case 152:
            return {{3, 8, 36, 3}, bottleneck};
        case 200:
            return {{3, 24, 36, 3}, bottleneck};
        default:
            throw UsageError(text("resnet has 18, 34, 50, 101, 152 or 200 layers, not ", depth));
    }
}

}  // namespace

Tensor resnet(Tensor images, int depth, int classes, Stem first) {
    const auto [blocks, block] = layout(depth);
    Tensor x = stem(images, first);
    for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
        for (int i = 0; i < blocks[stage]; ++i) {
            const Graph::Scope scope(*x.graph, text("stage", stage + 1, ".block", i + 1));
            x = block(x, 64 << stage, stage > 0 && i == 0 ? 2 : 1);
        }
    }
    return x | global_avg_pool | linear(classes);
}

}  // namespace models
