#include "models/paper.h"

#include <array>

#include "framework/base/error.h"
#include "framework/graph/layers.h"
#include "models/vgg.h"

namespace models {

using namespace framework;

namespace {

ConvLayer biased(int channels, ConvOptions options = {}) {
    options.bias = true;
    return conv(channels, options);
}

auto biased_relu(int channels, ConvOptions options = {}) {
    return [=](Tensor x) { return x | biased(channels, options) | relu; };
}

constexpr ConvOptions stem7{.kernel = 7, .stride = 2, .padding = 3};
constexpr PoolLayer stem_pool{Pool2d::maximum, {.kernel = 3, .stride = 2, .padding = 1}};

// ResNet-200. The first block of a stage has a projection.
Tensor residual(Tensor x, int width, int stride, bool project) {
    const int out = 4 * width;
    const auto skip = project ? x | biased(out, {.kernel = 1, .stride = stride}) | batch_norm : x;
    const auto y = x | biased(width) | batch_norm | relu                             //
                   | biased(width, {.kernel = 3, .padding = 1}) | batch_norm | relu  //
                   | biased(out, {.kernel = 1, .stride = stride}) | batch_norm;
    return relu(y + skip);
}

// DenseNet-264.
constexpr int growth = 32;

Tensor dense_layer(Tensor x) {
    const auto grown = x | batch_norm | relu | biased(4 * growth)  //
                       | batch_norm | relu | biased(growth, {.kernel = 3, .padding = 1});
    return concat({x, grown});
}

Tensor transition(Tensor x) {
    return x | batch_norm | relu | biased(2 * growth) | avg_pool({.kernel = 2, .stride = 2});
}

// Inception-v4. A window of the authors' (7, 1) is 7 wide and 1 high.
constexpr ConvOptions plain3{.kernel = 3}, half{.kernel = 3, .stride = 2}, same3{.kernel = 3, .padding = 1};
constexpr ConvOptions row7{.kernel = {1, 7}, .padding = Pair{0, 3}};
constexpr ConvOptions column7{.kernel = {7, 1}, .padding = Pair{3, 0}};
constexpr ConvOptions row3{.kernel = {1, 3}, .padding = Pair{0, 1}};
constexpr ConvOptions column3{.kernel = {3, 1}, .padding = Pair{1, 0}};
constexpr PoolLayer half_pool{Pool2d::maximum, {.kernel = 3, .stride = 2}};
constexpr PoolLayer same_pool{Pool2d::average, {.kernel = 3, .stride = 1, .padding = 1}};

Tensor inception_stem(Tensor x) {
    const auto unit = biased_relu;
    x = x | unit(32, half) | unit(32, plain3) | unit(64, same3);
    x = concat({x | half_pool, x | unit(96, half)});
    x = concat({x | unit(64, {}) | unit(96, plain3),
                x | unit(64, {}) | unit(64, row7) | unit(64, column7) | unit(96, plain3)});
    return concat({x | unit(192, half), x | half_pool});
}

Tensor inception_a(Tensor x) {
    const auto unit = biased_relu;
    return concat({x | same_pool | unit(96, {}),  //
                   x | unit(96, {}),              //
                   x | unit(64, {}) | unit(96, same3), x | unit(64, {}) | unit(96, same3) | unit(96, same3)});
}

Tensor reduction_a(Tensor x) {
    const auto unit = biased_relu;
    return concat({x | half_pool,        //
                   x | unit(384, half),  //
                   x | unit(192, {}) | unit(224, same3) | unit(256, half)});
}

Tensor inception_b(Tensor x) {
    const auto unit = biased_relu;
    return concat(
        {x | same_pool | biased(128),  // no ReLU
         x | unit(384, {}),            //
         x | unit(192, {}) | unit(224, column7) | unit(256, row7),
         x | unit(192, {}) | unit(192, column7) | unit(224, row7) | unit(224, column7) | unit(256, row7)});
}

Tensor reduction_b(Tensor x) {
    const auto unit = biased_relu;
    return concat({x | half_pool,  //
                   x | unit(192, {}) | unit(192, half),
                   x | unit(256, {}) | unit(256, column7) | unit(320, row7) | unit(320, half)});
}

// A fork concatenates its two branches. The block's concat reads the result as one operand.
Tensor inception_c(Tensor x) {
    const auto unit = biased_relu;
    const auto fork = [&](Tensor y) { return concat({y | unit(256, column3), y | unit(256, row3)}); };
    return concat({x | same_pool | unit(256, {}),  //
                   x | unit(256, {}),              //
                   x | unit(384, {}) | fork,       //
                   x | unit(384, {}) | unit(448, column3) | unit(512, row3) | fork});
}

Tensor repeat(Tensor x, int times, const char* name, Tensor (*block)(Tensor)) {
    for (int i = 1; i <= times; ++i) {
        const Graph::Scope scope(*x.graph, text(name, i));
        x = block(x);
    }
    return x;
}

}  // namespace

Tensor paper_vgg19(Tensor images, int classes) {
    return vgg_features(images, 19) | linear(4096) | relu | linear(4096) | relu | linear(classes) | relu  //
           | at_least(1e-7F) | natural_log | softmax;
}

Tensor paper_vgg416(Tensor images, int classes) {
    return vgg_features(images, 416) | linear(4096) | relu | linear(4096) | relu | linear(classes)  //
           | at_least(1e-7F) | softmax;
}

Tensor paper_resnet200(Tensor images, int classes) {
    constexpr std::array blocks{3, 24, 36, 3};
    Tensor x = images | biased(64, stem7) | stem_pool;
    for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
        for (int i = 0; i < blocks[stage]; ++i) {
            const Graph::Scope scope(*x.graph, text("stage", stage + 1, ".block", i + 1));
            x = residual(x, 64 << stage, stage > 0 && i == 0 ? 2 : 1, i == 0);
        }
    }
    return x | global_avg_pool | linear(classes) | at_least(1e-9F) | natural_log | softmax;
}

Tensor paper_densenet264(Tensor images, int classes) {
    constexpr std::array layers{6, 12, 64, 48};
    Tensor x = images | biased_relu(2 * growth, stem7) | stem_pool;
    for (std::size_t block = 0; block < layers.size(); ++block) {
        if (block > 0) x = repeat(x, 1, text("transition", block).c_str(), transition);
        x = repeat(x, layers[block], text("block", block + 1, ".layer").c_str(), dense_layer);
    }
    return x | global_avg_pool | linear(classes) | at_least(1e-9F) | natural_log | softmax;
}

Tensor paper_inception_v4(Tensor images, int classes) {
    Tensor x = repeat(images, 1, "stem", inception_stem);
    x = repeat(x, 4, "block_a", inception_a);
    x = repeat(x, 1, "reduction_a", reduction_a);
    x = repeat(x, 7, "block_b", inception_b);
    x = repeat(x, 1, "reduction_b", reduction_b);
    x = repeat(x, 3, "block_c", inception_c);
    return x | global_avg_pool | linear(classes) | relu | at_least(1e-7F) | natural_log | softmax;
}

}  // namespace models
