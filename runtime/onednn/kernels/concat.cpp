#include <cstring>
#include <numeric>
#include <optional>

#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

namespace {

// Describes channels [begin, end) of a layout without a copy; nothing if its blocks do not allow it.
std::optional<Descriptor> channels_of(const Layout& layout, std::int64_t begin, std::int64_t end) {
    const Descriptor whole = descriptor_of(layout);
    Dims dims = dims_of(whole), offsets(dims.size(), 0);
    dims[1] = end - begin;
    offsets[1] = begin;
    const Descriptor part = whole.submemory_desc(dims, offsets, true);
    return is_empty(part) ? std::nullopt : std::optional(part);
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
    std::vector<Descriptor> parts;
    for (const Operand& part : in) parts.push_back(descriptor_of(layout_like(whole, part.type)));
    const auto pd = describe_concat(user_scratchpad(), descriptor_of(whole), 1, parts);
    std::vector<int> reads(parts.size());
    std::iota(reads.begin(), reads.end(), DNNL_ARG_MULTIPLE_SRC);
    return primitive_kernel<dnnl::concat>(pd, reads, {DNNL_ARG_DST});
}

// A reorder whose source starts inside x.
Kernel make_kernel(const framework::Slice& op, const Operands& in, const Types& out) {
    Layout x = settled_or_plain(in[0]);
    if (!channels_of(x, op.begin, op.end)) x = plain_layout(in[0].type);
    return kernel_of(reorder_primitive({x, *channels_of(x, op.begin, op.end)}, {layout_like(x, out[0])}));
}

// Zeros, then a reorder whose destination starts inside dx.
Kernel make_kernel(const framework::SliceBackward& op, const Operands& in, const Types& out) {
    Layout dx = layout_like(settled_or_plain(in[0]), out[0]);
    if (!channels_of(dx, op.slice.begin, op.slice.end)) dx = plain_layout(out[0]);
    const Descriptor part = *channels_of(dx, op.slice.begin, op.slice.end);
    Primitive slice = reorder_primitive({layout_like(dx, in[0].type)}, {dx, part});
    slice.before = [bytes = static_cast<std::size_t>(dx.bytes())](const Call& call) {
        std::memset(call.out[0], 0, bytes);
    };
    return kernel_of(slice);
}

}  // namespace runtime
