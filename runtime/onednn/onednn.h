// oneDNN as this project uses it: one engine, a stream for each thread, and the layouts of our tensors.
#pragma once

#include <string>

#include <dnnl.hpp>

#include "framework/graph/shape.h"

namespace runtime {

using Layout = dnnl::memory::desc;  // how a tensor lies in memory; empty: no kernel has settled it so far

dnnl::engine& engine();
dnnl::stream& stream();  // the calling thread's own

dnnl::memory::data_type data_type(framework::DType type);
Layout plain_layout(const framework::TensorType& type);  // row-major
Layout any_layout(const framework::TensorType& type);    // for a primitive to choose

inline bool is_settled(const Layout& layout) {
    return layout.data.ndims != 0;
}

// The layout that `other` would have in the format of `layout`, where that is a plain or channel-blocked one
// of the same rank; row-major otherwise.
Layout layout_like(const Layout& layout, const framework::TensorType& other);

// The format tag of a dense layout; undef where it is none that we name.
dnnl::memory::format_tag tag_of(const Layout& layout);
std::string print_layout(const Layout& layout);  // "nChw16c", "nchw", "custom"

// Channels in groups of `lanes` neighbours, which is how all loops of our own walk over a tensor (N, C, ...):
// channel c of sample n and position s is at n · n_stride + (c / lanes) · group_stride + s · s_stride + c %
// lanes.
struct ChannelGroups {
    std::int64_t batch, channels, positions;  // positions: H · W
    std::int64_t lanes, groups;
    std::int64_t n_stride, group_stride, s_stride;  // in elements
};
ChannelGroups channel_groups(const Layout& layout);  // throws KernelError for a layout it does not know

std::string onednn_version();

}  // namespace runtime
