// Layout: how a tensor's elements lie in memory.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "framework/graph/shape.h"

namespace runtime {

// Strided: the index of each axis is split by the blocks of that axis, the innermost block last. What is left
// of it counts in steps of the axis' stride; the positions within the blocks count as in a small row-major
// array at the end. nChw16c of (N, C, H, W) has one block of 16 on axis 1:
//
//     place of (n, c, h, w) = n · stride[0] + c / 16 · stride[1] + h · stride[2] + w · stride[3] + c % 16
//
// Opaque: what this cannot describe, such as weights transformed for Winograd. The library whose kernels read
// it keeps what it knows of it under `id`.
struct Layout {
    enum class Kind { unsettled, strided, opaque };  // unsettled: no kernel has chosen one so far
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
    int id = -1;                                                     // of an opaque one
    framework::Bytes opaque_bytes = 0;

    const framework::Shape& shape() const { return type.shape; }
    std::int64_t block(int axis) const;   // product of the sizes of its blocks
    std::int64_t padded(int axis) const;  // extent, up to whole blocks
    framework::Bytes bytes() const;       // padding included
    std::int64_t elements() const { return bytes() / framework::size_of(type.dtype); }

    // Strides of axes with one index do not count.
    friend bool operator==(const Layout& a, const Layout& b);
};

inline bool is_settled(const Layout& layout) {
    return layout.kind != Layout::Kind::unsettled;
}

// The formats that have a name; the last four are of (N, C, H, W) alone.
enum class Format { custom, row_major, transposed, blocked16, blocked8, channels_last };
Layout make_layout(Format format, const framework::TensorType& type);  // row-major if of another rank
Format format_of(const Layout& layout);

Layout plain_layout(const framework::TensorType& type);  // row-major
Layout row_major(const Layout& layout);                  // of the same shape
bool is_row_major(const Layout& layout);

// The layout that `other` would have in the format of `layout`, if that has a name and the rank is the same;
// row-major otherwise.
Layout layout_like(const Layout& layout, const framework::TensorType& other);

std::string print_layout(const Layout& layout);  // "nChw16c", "nchw", "custom"

// Channels in groups of `lanes` neighbours, which is how all loops of our own walk over a tensor (N, C, ...):
// channel c of sample n and position s is at n · n_stride + (c / lanes) · group_stride + s · s_stride + c %
// lanes.
struct ChannelGroups {
    std::int64_t batch, channels, positions;  // positions: H · W
    std::int64_t lanes, groups;
    std::int64_t n_stride, group_stride, s_stride;  // in elements
};
bool has_channel_groups(const Layout& layout);  // it is row-major or its channels are in blocks of 8 or 16
ChannelGroups channel_groups(const Layout& layout);  // throws KernelError if it has none

}  // namespace runtime
