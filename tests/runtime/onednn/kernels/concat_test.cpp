#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

TEST_CASE("concat: parts lie side by side in every layout, whether or not blocks of channels line up") {
    const std::vector<std::vector<std::int64_t>> widths = {
        {64, 32}, {96, 96, 64, 96}, {16, 17}, {17, 16}, {3, 3, 3}, {33}, {1, 8, 24, 1}, {8, 16},
    };
    for (const auto& channels : widths) {
        Arrays parts, rows;
        for (const std::int64_t c : channels) {
            parts.push_back(normal({2, c, 5, 3}, static_cast<unsigned>(parts.size())));
            rows.push_back(normal({3, c}, static_cast<unsigned>(rows.size())));
        }
        for (const Offered layout : all_layouts) {
            check_kernel(Concat{}, parts, reference(Concat{}, parts), 0x1p-30, {.layout = layout});
        }
        check_kernel(Concat{}, rows, reference(Concat{}, rows), 0x1p-30);
    }
}

TEST_CASE("slice: channels come out and go back in every layout, wherever in a block they begin and end") {
    struct Channels {
        std::int64_t of, begin, end;
    };
    for (const auto& [of, begin, end] : {Channels{96, 64, 96}, Channels{33, 16, 33}, Channels{33, 0, 17},
                                         Channels{17, 5, 9}, Channels{48, 8, 24}, Channels{3, 0, 3},
                                         Channels{3, 1, 2}, Channels{32, 0, 16}, Channels{48, 16, 17}}) {
        const Shape whole{2, of, 5, 3};
        const Slice op{begin, end};
        const SliceBackward backward{op, whole};
        const Array x = normal(whole, 1), dy = normal(whole.with(1, end - begin), 2);
        for (const Offered layout : all_layouts) {
            check_kernel(op, {x}, reference(op, {x}), 0x1p-30, {.layout = layout});
            check_kernel(backward, {dy}, reference(backward, {dy}), 0x1p-30, {.layout = layout});
        }
    }
}

TEST_CASE("concat, slice: gradients match central differences") {
    check_gradient(Concat{}, std::vector<Shape>{{2, 3, 3, 3}, {2, 5, 3, 3}, {2, 1, 3, 3}});
    check_gradient(Slice{2, 5}, std::vector<Shape>{{2, 17, 2, 2}});
}
