// What the compiler must get right: GCC 12.2 does not under some processor flags (its bug 108599; see
// meson.build).
#include <doctest/doctest.h>

#include "framework/graph/ops/window2d.h"

namespace compiler_test {

struct Eight {
    int a, b, c, d, e, f, g, h;
};

__attribute__((noinline)) bool arrives(Eight x) {
    return x.a == 1 && x.b == 1 && x.c == 1 && x.d == 1 && x.e == 0 && x.f == 0 && x.g == 0 && x.h == 0;
}

__attribute__((noinline)) bool arrives(framework::Window2d x) {
    return x.stride.height == 1 && x.stride.width == 1 && x.dilation.height == 1 && x.dilation.width == 1 &&
           x.padding.top == 0 && x.padding.left == 0 && x.padding.bottom == 0 && x.padding.right == 0;
}

}  // namespace compiler_test

using namespace compiler_test;

TEST_CASE("compiler: a struct of eight ints arrives as it was passed by value") {
    CHECK(arrives(Eight{1, 1, 1, 1, 0, 0, 0, 0}));
    CHECK(arrives(framework::Window2d{}));
}
