#include "runtime/onednn/onednn.h"

#include <array>
#include <utility>

#include "framework/base/error.h"

namespace runtime {

using dnnl::memory;
using framework::DType;
using framework::TensorType;
using Tag = memory::format_tag;

namespace {

struct NamedTag {
    Tag tag;
    int rank;
    const char* name;
};
constexpr std::array<NamedTag, 8> tags{{{Tag::a, 1, "a"},
                                        {Tag::ab, 2, "nc"},
                                        {Tag::ba, 2, "cn"},
                                        {Tag::abcd, 4, "nchw"},
                                        {Tag::aBcd16b, 4, "nChw16c"},
                                        {Tag::aBcd8b, 4, "nChw8c"},
                                        {Tag::acdb, 4, "nhwc"},
                                        {Tag::abcde, 5, "abcde"}}};

memory::dims dims_of(const TensorType& type) {
    return {type.shape.begin(), type.shape.end()};
}

Tag row_major(int rank) {
    return std::array{
        Tag::undef, Tag::a, Tag::ab, Tag::abc, Tag::abcd, Tag::abcde}[static_cast<std::size_t>(rank)];
}

}  // namespace

dnnl::engine& engine() {
    static dnnl::engine instance(dnnl::engine::kind::cpu, 0);
    return instance;
}

dnnl::stream& stream() {
    thread_local dnnl::stream instance(engine());
    return instance;
}

memory::data_type data_type(DType type) {
    switch (type) {
        case DType::f32:
            return memory::data_type::f32;
        case DType::s32:
            return memory::data_type::s32;
        case DType::u8:
            return memory::data_type::u8;
    }
    return memory::data_type::undef;
}

Layout plain_layout(const TensorType& type) {
    return {dims_of(type), data_type(type.dtype), row_major(type.shape.rank())};
}

Layout any_layout(const TensorType& type) {
    return {dims_of(type), data_type(type.dtype), Tag::any};
}

Tag tag_of(const Layout& layout) {
    for (const auto& [tag, rank, name] : tags) {
        if (rank == layout.data.ndims && layout == Layout(layout.dims(), layout.data_type(), tag)) return tag;
    }
    return Tag::undef;
}

Layout layout_like(const Layout& layout, const TensorType& other) {
    const Tag tag = tag_of(layout);
    if (tag == Tag::undef || layout.data.ndims != other.shape.rank()) return plain_layout(other);
    return {dims_of(other), data_type(other.dtype), tag};
}

std::string print_layout(const Layout& layout) {
    if (!is_settled(layout)) return "unsettled";
    for (const auto& [tag, rank, name] : tags) {
        if (tag == tag_of(layout)) return name;
    }
    return "custom";
}

ChannelGroups channel_groups(const Layout& layout) {
    const memory::dims dims = layout.dims();
    std::int64_t positions = 1;
    for (std::size_t axis = 2; axis < dims.size(); ++axis) positions *= dims[axis];
    const std::int64_t n = dims[0], c = dims[1];
    const auto blocked = [&](std::int64_t lanes) {
        const std::int64_t groups = (c + lanes - 1) / lanes;
        return ChannelGroups{n,    c, positions, lanes, groups, groups * positions * lanes, positions * lanes,
                             lanes};
    };
    switch (tag_of(layout)) {
        case Tag::aBcd16b:
            return blocked(16);
        case Tag::aBcd8b:
            return blocked(8);
        case Tag::abcd:
            return blocked(1);
        case Tag::ab: {
            ChannelGroups groups = blocked(1);
            return groups;
        }
        default:
            throw framework::KernelError(framework::text("a kernel of our own was given the layout ",
                                                         print_layout(layout),
                                                         "; it knows nchw, nChw8c, nChw16c and nc"));
    }
}

std::string onednn_version() {
    const dnnl_version_t* v = dnnl_version();
    return framework::text(v->major, '.', v->minor, '.', v->patch);
}

}  // namespace runtime
