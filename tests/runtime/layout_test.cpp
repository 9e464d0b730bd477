#include "runtime/layout.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "framework/base/error.h"

using namespace framework;
using runtime::Format;
using runtime::Layout;
using runtime::make_layout;

namespace {

const TensorType image{{2, 20, 5, 3}};

}  // namespace

TEST_CASE("layout: bytes include the padding of the last block of channels") {
    CHECK(Layout().bytes() == 0);
    CHECK(make_layout(Format::row_major, image).bytes() == 2 * 20 * 5 * 3 * 4);
    CHECK(make_layout(Format::channels_last, image).bytes() == 2 * 20 * 5 * 3 * 4);
    CHECK(make_layout(Format::blocked16, image).bytes() == 2 * 32 * 5 * 3 * 4);
    CHECK(make_layout(Format::blocked8, image).bytes() == 2 * 24 * 5 * 3 * 4);
    CHECK(make_layout(Format::blocked8, {{2, 20, 5, 3}, DType::u8}).bytes() == 2 * 24 * 5 * 3);
}

TEST_CASE("layout: formats have the strides that their names say") {
    const auto strides = [](Format format) {
        const Layout layout = make_layout(format, image);
        return std::vector<std::int64_t>(layout.strides.begin(), layout.strides.begin() + 4);
    };
    CHECK(strides(Format::row_major) == std::vector<std::int64_t>{300, 15, 3, 1});
    CHECK(strides(Format::channels_last) == std::vector<std::int64_t>{300, 1, 60, 20});
    CHECK(strides(Format::blocked16) == std::vector<std::int64_t>{480, 240, 48, 16});
    CHECK(make_layout(Format::transposed, {{7, 9}}).strides[1] == 7);
}

TEST_CASE("layout: a format is found again in its layout, and printed by its name") {
    for (const auto& [format, name] : {std::pair(Format::row_major, "nchw"),
                                       {Format::blocked16, "nChw16c"},
                                       {Format::blocked8, "nChw8c"},
                                       {Format::channels_last, "nhwc"}}) {
        const Layout layout = make_layout(format, image);
        CHECK(format_of(layout) == format);
        CHECK(print_layout(layout) == name);
        CHECK(is_row_major(layout) == (format == Format::row_major));
        CHECK(layout_like(layout, {{1, 3, 9, 9}}) == make_layout(format, {{1, 3, 9, 9}}));
        CHECK(layout_like(layout, {{6}}) == runtime::plain_layout({{6}}));
    }
    CHECK(print_layout(make_layout(Format::transposed, {{7, 9}})) == "cn");
    CHECK(runtime::print_layout({}) == "unsettled");
    Layout spaced = runtime::plain_layout(image);
    spaced.strides[0] += 1;
    CHECK(print_layout(spaced) == "custom");
    CHECK_FALSE(spaced == runtime::plain_layout(image));
}

TEST_CASE("layout: the stride of an axis with one index does not count") {
    Layout one = runtime::plain_layout({{4, 1, 6, 6}}), other = one;
    other.strides[1] = 7;
    CHECK(one == other);
    other.strides[2] = 7;
    CHECK_FALSE(one == other);
    CHECK_FALSE(one == runtime::plain_layout({{4, 1, 6, 6}, DType::s32}));
}

TEST_CASE("layout: channels are walked over in groups, and other layouts are refused in a sentence") {
    const runtime::ChannelGroups groups = channel_groups(make_layout(Format::blocked16, image));
    CHECK(groups.groups == 2);
    CHECK(groups.group_stride == 15 * 16);
    CHECK(groups.n_stride == 2 * 15 * 16);
    CHECK_FALSE(has_channel_groups(make_layout(Format::channels_last, image)));
    CHECK_THROWS_WITH_AS(channel_groups(make_layout(Format::channels_last, image)),
                         doctest::Contains("was given the layout nhwc"), KernelError);
}
