// Layout: how a tensor's elements lie in memory.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "framework/graph/shape.h"

namespace runtime {

// Strided: the blocks of an axis divide its index, the innermost block last. The quotient counts in steps of
// the axis's stride. The remainders are an index into a small row-major array, which is contiguous. nChw16c
// of (N, C, H, W) has one block of 16 on axis 1:
//
//     place of (n, c, h, w) = n · stride[0] + c / 16 · stride[1] + h · stride[2] + w · stride[3] + c % 16
//
// Opaque: a layout that strides and blocks cannot describe, such as weights transformed for Winograd. The
// library whose kernels read it keeps its description under `id`.
struct Layout {
    enum class Kind { unsettled, strided, opaque };  // unsettled: no kernel has chosen the layout yet
    struct Block {
        int axis = 0;
        std::int64_t size = 0;  // 0: no block
        friend bool operator==(const Block&, const Block&) = default;
    };
    static constexpr int max_blocks = 4;

    Kind kind = Kind::unsettled;
    framework::TensorType type{};  // its shape may split the tensor's dimensions: (O, I) as (O, C, H, W)
    std::array<std::int64_t, framework::Shape::max_rank> strides{};  // by axis, in elements
    std::array<Block, max_blocks> blocks{};                          // the innermost last
    int id = -1;                                                     // of an opaque layout
    framework::Bytes opaque_bytes = 0;

    const framework::Shape& shape() const { return type.shape; }
    std::int64_t block(int axis) const;   // product of the sizes of its blocks
    std::int64_t padded(int axis) const;  // extent, rounded up to whole blocks
    framework::Bytes bytes() const;       // padding included
    std::int64_t elements() const { return bytes() / framework::size_of(type.dtype); }

    // Ignores the strides of axes with a single index.
    friend bool operator==(const Layout& a, const Layout& b);
};

inline bool is_settled(const Layout& layout) {
    return layout.kind != Layout::Kind::unsettled;
}

// Layouts with a name. `transposed` is for rank 2 (C, N order), the three after it for (N, C, H, W).
enum class Format { custom, row_major, transposed, blocked16, blocked8, channels_last };
Layout make_layout(Format format, const framework::TensorType& type);  // row-major if the rank does not fit
Format format_of(const Layout& layout);

Layout plain_layout(const framework::TensorType& type);  // row-major
Layout row_major(const Layout& layout);                  // of the same shape
bool is_row_major(const Layout& layout);

// The layout of type `other` in the format of `layout`, if that has a name and the ranks are equal; else
// row-major.
Layout layout_like(const Layout& layout, const framework::TensorType& other);

std::string print_layout(const Layout& layout);  // "nChw16c", "nchw", "custom"

// A tensor (N, C, ...) as all loops of our own see it: its channels are in groups of `lanes` neighbours. The
// element of sample n, channel c and position s is at
//     n · n_stride + (c / lanes) · group_stride + s · s_stride + c % lanes
struct ChannelGroups {
    std::int64_t batch, channels, positions;  // positions: H · W
    std::int64_t lanes, groups;
    std::int64_t n_stride, group_stride, s_stride;  // in elements
};
bool has_channel_groups(const Layout& layout);       // row-major, or channels in blocks of 8 or 16
ChannelGroups channel_groups(const Layout& layout);  // throws KernelError without groups

}  // namespace runtime
