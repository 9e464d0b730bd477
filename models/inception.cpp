#include "models/inception.h"

#include "framework/base/error.h"
#include "framework/graph/layers.h"

namespace models {

using namespace framework;

namespace {

// Every convolution of the network is followed by a batch norm and a ReLU.
auto unit(int channels, ConvOptions options = {}) {
    return [=](Tensor x) { return x | conv(channels, options) | batch_norm({.epsilon = 1e-3F}) | relu; };
}

constexpr Pair row7{1, 7}, column7{7, 1}, row3{1, 3}, column3{3, 1};

ConvOptions same(Pair kernel) {  // the result has the height and width of x
    return {.kernel = kernel, .padding = Pair{kernel.height / 2, kernel.width / 2}};
}

constexpr ConvOptions halving{.kernel = 3, .stride = 2};
constexpr PoolLayer halving_pool{Pool2d::maximum, {.kernel = 3, .stride = 2}};
constexpr PoolLayer same_pool{Pool2d::average, {.kernel = 3, .stride = 1, .padding = 1}};

Tensor stem(Tensor x) {  // figure 3
    x = x | unit(32, halving) | unit(32, {.kernel = 3}) | unit(64, same(3));
    x = concat({x | halving_pool, x | unit(96, halving)});
    x = concat({x | unit(64) | unit(96, {.kernel = 3}),
                x | unit(64) | unit(64, same(row7)) | unit(64, same(column7)) | unit(96, {.kernel = 3})});
    return concat({x | unit(192, halving), x | halving_pool});
}

Tensor block_a(Tensor x) {        // figure 4
    return concat({x | unit(96),  //
                   x | unit(64) | unit(96, same(3)), x | unit(64) | unit(96, same(3)) | unit(96, same(3)),  //
                   x | same_pool | unit(96)});
}

Tensor reduction_a(Tensor x) {              // figure 7, with k, l, m, n of table 1
    return concat({x | unit(384, halving),  //
                   x | unit(192) | unit(224, same(3)) | unit(256, halving),  //
                   x | halving_pool});
}

Tensor block_b(Tensor x) {         // figure 5
    return concat({x | unit(384),  //
                   x | unit(192) | unit(224, same(row7)) | unit(256, same(column7)),
                   x | unit(192) | unit(192, same(column7)) | unit(224, same(row7)) |
                       unit(224, same(column7)) | unit(256, same(row7)),
                   x | same_pool | unit(128)});
}

Tensor reduction_b(Tensor x) {  // figure 8
    return concat({x | unit(192) | unit(192, halving),
                   x | unit(256) | unit(256, same(row7)) | unit(320, same(column7)) | unit(320, halving),
                   x | halving_pool});
}

Tensor block_c(Tensor x) {  // figure 6
    const Tensor short_fork = x | unit(384);
    const Tensor long_fork = x | unit(384) | unit(448, same(column3)) | unit(512, same(row3));
    return concat({x | unit(256),  //
                   short_fork | unit(256, same(row3)), short_fork | unit(256, same(column3)),
                   long_fork | unit(256, same(row3)), long_fork | unit(256, same(column3)),
                   x | same_pool | unit(256)});
}

Tensor repeat(Tensor x, int times, const char* name, Tensor (*block)(Tensor)) {
    for (int i = 1; i <= times; ++i) {
        const Graph::Scope scope(*x.graph, times == 1 ? name : text(name, i));
        x = block(x);
    }
    return x;
}

}  // namespace

Tensor inception_v4(Tensor images, int classes) {  // figure 9
    Tensor x = repeat(images, 1, "stem", stem);
    x = repeat(x, 4, "block_a", block_a);
    x = repeat(x, 1, "reduction_a", reduction_a);
    x = repeat(x, 7, "block_b", block_b);
    x = repeat(x, 1, "reduction_b", reduction_b);
    x = repeat(x, 3, "block_c", block_c);
    return x | global_avg_pool | dropout(0.2F) | linear(classes);
}

}  // namespace models
