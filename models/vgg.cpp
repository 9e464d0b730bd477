#include "models/vgg.h"

#include <algorithm>
#include <array>

#include "framework/base/error.h"
#include "framework/graph/layers.h"

namespace models {

using namespace framework;

namespace {

struct Layout {
    std::array<int, 5> convs;   // of each stage
    bool widens_early = false;  // the last convolution of a stage has the channels of the next one
};

Layout layout(int depth) {
    switch (depth) {
        case 11:
            return {{1, 1, 2, 2, 2}};
        case 13:
            return {{2, 2, 2, 2, 2}};
        case 16:
            return {{2, 2, 3, 3, 3}};
        case 19:
            return {{2, 2, 4, 4, 4}};
        case 416:
            return {{82, 82, 83, 83, 83}, true};
        default:
            throw UsageError(text("vgg has 11, 13, 16, 19 or 416 layers, not ", depth));
    }
}

}  // namespace

Tensor vgg_features(Tensor x, int depth) {
    const auto [convs, widens_early] = layout(depth);
    constexpr std::array widths{64, 128, 256, 512, 512, 512};
    for (std::size_t stage = 0; stage < convs.size(); ++stage) {
        const Graph::Scope scope(*x.graph, text("stage", stage + 1));
        for (int i = 1; i <= convs[stage]; ++i) {
            const bool widens = widens_early && i == convs[stage];
            x = x | conv(widths[widens ? stage + 1 : stage], {.kernel = 3, .padding = 1, .bias = true}) |
                relu;
        }
        x = x | max_pool({.kernel = 2, .stride = 2});
    }
    return x;
}

Tensor vgg(Tensor images, int depth, int classes) {
    const Tensor x = vgg_features(images, depth);
    const auto cells = [](std::int64_t left) { return static_cast<int>(std::min<std::int64_t>(left, 7)); };
    const Graph::Scope scope(*x.graph, "classifier");
    return x | adaptive_avg_pool({cells(x.shape().height()), cells(x.shape().width())})  //
           | linear(4096) | relu | dropout(0.5F)                                         //
           | linear(4096) | relu | dropout(0.5F)                                         //
           | linear(classes);
}

}  // namespace models
