#include <cstring>
#include <numeric>
#include <optional>

#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using dnnl::memory;

namespace {

// Channels [begin, end) of a layout in place, where its blocks allow it.
std::optional<Layout> channels_of(const Layout& whole, std::int64_t begin, std::int64_t end) {
    memory::dims dims = whole.dims(), offsets(dims.size(), 0);
    dims[1] = end - begin;
    offsets[1] = begin;
    const Layout part = whole.submemory_desc(dims, offsets, true);
    return is_settled(part) ? std::optional(part) : std::nullopt;
}

}  // namespace

Kernel make_kernel(const framework::Concat&, const Operands& in, const Types& out) {
    Layout whole = layout_like(settled_or_plain(in[0]), out[0]);
    std::int64_t begin = 0;
    for (const Operand& part : in) {
        const std::int64_t end = begin + part.type.shape.channels();
        if (!channels_of(whole, begin, end)) whole = plain_layout(out[0]);
        begin = end;
    }
    std::vector<Layout> parts;
    for (const Operand& part : in) parts.push_back(layout_like(whole, part.type));
    const dnnl::concat::primitive_desc pd(whole, 1, parts, engine(), user_scratchpad());
    std::vector<int> reads(parts.size());
    std::iota(reads.begin(), reads.end(), DNNL_ARG_MULTIPLE_SRC);
    return primitive_kernel<dnnl::concat>(pd, reads, {DNNL_ARG_DST});
}

// A reorder whose source starts inside x.
Kernel make_kernel(const framework::Slice& op, const Operands& in, const Types& out) {
    Layout x = settled_or_plain(in[0]);
    if (!channels_of(x, op.begin, op.end)) x = plain_layout(in[0].type);
    Kernel kernel = make_reorder(*channels_of(x, op.begin, op.end), layout_like(x, out[0]));
    kernel.read_layouts = {kernel.reads[0]};
    kernel.reads = {x};
    return kernel;
}

// Zeros, then a reorder whose destination starts inside dx.
Kernel make_kernel(const framework::SliceBackward& op, const Operands& in, const Types& out) {
    Layout dx = layout_like(settled_or_plain(in[0]), out[0]);
    if (!channels_of(dx, op.slice.begin, op.slice.end)) dx = plain_layout(out[0]);
    Kernel kernel = make_reorder(layout_like(dx, in[0].type), *channels_of(dx, op.slice.begin, op.slice.end));
    kernel.write_layouts = {kernel.writes[0]};
    kernel.writes = {dx};
    kernel.function = [bytes = dx.get_size()](const Call& call) { std::memset(call.out[0], 0, bytes); };
    return kernel;
}

}  // namespace runtime
