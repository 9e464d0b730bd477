#include "runtime/onednn/onednn.h"

#include <doctest/doctest.h>

using namespace framework;
using runtime::Descriptor;
using runtime::Format;
using runtime::Layout;
using Tag = dnnl::memory::format_tag;

TEST_CASE("onednn: a layout becomes the descriptor of its name, and that the layout again") {
    const TensorType type{{2, 20, 5, 3}};
    const runtime::Dims dims{2, 20, 5, 3};
    for (const auto& [format, tag] : {std::pair(Format::row_major, Tag::nchw),
                                      {Format::blocked16, Tag::nChw16c},
                                      {Format::blocked8, Tag::nChw8c},
                                      {Format::channels_last, Tag::nhwc}}) {
        const Descriptor descriptor(dims, dnnl::memory::data_type::f32, tag);
        const Layout layout = make_layout(format, type);
        CHECK(descriptor_of(layout) == descriptor);
        CHECK(runtime::layout_of(descriptor) == layout);
        CHECK(layout.bytes() == static_cast<Bytes>(descriptor.get_size()));
    }
    CHECK(runtime::is_empty(descriptor_of(Layout())));
    CHECK_FALSE(is_settled(runtime::layout_of(Descriptor())));
}

TEST_CASE("onednn: blocked weights are layouts of ours, byte for byte as large") {
    const runtime::Dims dims{40, 20, 3, 3};
    for (const Tag tag :
         {Tag::OIhw16i16o, Tag::OIhw8i8o, Tag::OIhw16o16i, Tag::Ohwi16o, Tag::IOhw16o16i, Tag::OIhw4i16o4i}) {
        const Descriptor descriptor(dims, dnnl::memory::data_type::f32, tag);
        const Layout layout = runtime::layout_of(descriptor);
        CHECK(layout.kind == Layout::Kind::strided);
        CHECK(layout.bytes() == static_cast<Bytes>(descriptor.get_size()));
        CHECK(descriptor_of(layout) == descriptor);
    }
}

TEST_CASE("onednn: what a layout cannot describe is opaque, and the same descriptor again") {
    const Descriptor whole({2, 64, 5, 3}, dnnl::memory::data_type::f32, Tag::nChw16c);
    const Descriptor part =
        whole.submemory_desc({2, 32, 5, 3}, {0, 0, 0, 0});  // with gaps between its samples
    const Layout layout = runtime::layout_of(part);
    CHECK(layout.kind == Layout::Kind::opaque);
    CHECK(layout.shape() == Shape{2, 32, 5, 3});
    CHECK(descriptor_of(layout) == part);
    CHECK(runtime::layout_of(part) == layout);
    CHECK_FALSE(layout == runtime::layout_of(whole));
    CHECK(print_layout(layout) == "opaque");
}
