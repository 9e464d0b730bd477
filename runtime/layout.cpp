#include "runtime/layout.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "framework/base/error.h"

namespace runtime {

using framework::Bytes;
using framework::Shape;
using framework::TensorType;

namespace {

constexpr int channel_axis = 1;

std::size_t at(int axis) {
    return static_cast<std::size_t>(axis);
}

std::int64_t lanes_of(Format format) {
    return format == Format::blocked16 ? 16 : format == Format::blocked8 ? 8 : 1;
}

int rank_of(Format format) {
    return format == Format::transposed ? 2 : 4;
}

// The axes, outermost first.
std::array<int, Shape::max_rank> order_of(Format format) {
    if (format == Format::transposed) return {1, 0};
    if (format == Format::channels_last) return {0, 2, 3, 1};
    return {0, 1, 2, 3, 4};
}

}  // namespace

std::int64_t Layout::block(int axis) const {
    std::int64_t product = 1;
    for (const Block& block : blocks) product *= block.size > 0 && block.axis == axis ? block.size : 1;
    return product;
}

std::int64_t Layout::padded(int axis) const {
    const std::int64_t whole = block(axis);
    return (shape()[axis] + whole - 1) / whole * whole;
}

Bytes Layout::bytes() const {
    if (kind == Kind::unsettled) return 0;
    if (kind == Kind::opaque) return opaque_bytes;
    std::int64_t elements = 1;
    for (const Block& block : blocks) elements *= std::max<std::int64_t>(1, block.size);
    for (int axis = 0; axis < shape().rank(); ++axis)
        elements += (padded(axis) / block(axis) - 1) * strides[at(axis)];
    return elements * size_of(type.dtype);
}

bool operator==(const Layout& a, const Layout& b) {
    if (a.kind != b.kind || a.type != b.type || a.blocks != b.blocks || a.id != b.id) return false;
    for (int axis = 0; axis < a.shape().rank(); ++axis) {
        if (a.padded(axis) > 1 && a.strides[at(axis)] != b.strides[at(axis)]) return false;
    }
    return true;
}

Layout make_layout(Format format, const TensorType& type) {
    const int rank = type.shape.rank();
    if (rank != rank_of(format)) format = Format::row_major;
    Layout layout{.kind = Layout::Kind::strided, .type = type};
    const std::int64_t lanes = lanes_of(format);
    if (lanes > 1) layout.blocks[0] = {channel_axis, lanes};
    std::int64_t stride = lanes;
    const auto order = order_of(format);
    for (int place = rank; place-- > 0;) {
        const int axis = order[at(place)];
        layout.strides[at(axis)] = stride;
        stride *= layout.padded(axis) / layout.block(axis);
    }
    return layout;
}

Format format_of(const Layout& layout) {
    using enum Format;
    if (layout.kind != Layout::Kind::strided) return custom;
    for (const Format format : {row_major, transposed, blocked16, blocked8, channels_last}) {
        const bool fits = format == row_major || layout.shape().rank() == rank_of(format);
        if (fits && layout == make_layout(format, layout.type)) return format;
    }
    return custom;
}

Layout plain_layout(const TensorType& type) {
    return make_layout(Format::row_major, type);
}

Layout row_major(const Layout& layout) {
    return plain_layout(layout.type);
}

bool is_row_major(const Layout& layout) {
    return layout == row_major(layout);
}

Layout layout_like(const Layout& layout, const TensorType& other) {
    const bool same_rank = layout.shape().rank() == other.shape.rank();
    return make_layout(same_rank ? format_of(layout) : Format::row_major, other);
}

std::string print_layout(const Layout& layout) {
    constexpr std::array plain{"", "a", "nc", "abc", "nchw", "abcde"};
    if (!is_settled(layout)) return "unsettled";
    switch (format_of(layout)) {
        case Format::row_major:
            return plain[at(layout.shape().rank())];
        case Format::transposed:
            return "cn";
        case Format::blocked16:
            return "nChw16c";
        case Format::blocked8:
            return "nChw8c";
        case Format::channels_last:
            return "nhwc";
        case Format::custom:
            break;
    }
    return layout.kind == Layout::Kind::opaque ? "opaque" : "custom";
}

bool has_channel_groups(const Layout& layout) {
    const Format format = format_of(layout);
    return layout.shape().rank() >= 2 &&
           (format == Format::row_major || format == Format::blocked16 || format == Format::blocked8);
}

ChannelGroups channel_groups(const Layout& layout) {
    framework::require<framework::KernelError>(
        has_channel_groups(layout), "a kernel of our own was given the layout ", print_layout(layout),
        "; it knows nchw, nChw8c, nChw16c and nc");
    const Shape& shape = layout.shape();
    const std::int64_t positions = shape.elements_from(2), lanes = lanes_of(format_of(layout));
    const std::int64_t groups = (shape.channels() + lanes - 1) / lanes;
    return {shape.batch(), shape.channels(),           positions,         lanes,
            groups,        groups * positions * lanes, positions * lanes, lanes};
}

}  // namespace runtime
