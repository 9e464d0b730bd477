#include "optimizer/addresses/around.h"

#include <algorithm>

namespace optimizer {

using framework::aligned;
using framework::Bytes;

Holes::Holes(std::span<const Taken> taken, Bytes height) : height_(height) {
    for (const Taken& block : taken) add({block.offset, block.offset + aligned(block.bytes), true, {}});
}

void Holes::add(Block block) {
    top_ = std::max(top_, block.last);
    const auto at = std::ranges::upper_bound(blocks_, block.first, {}, &Block::first);
    blocks_.insert(at, block);
}

std::optional<Bytes> Holes::place(const Interval& interval) {
    const Bytes bytes = aligned(interval.bytes);
    Bytes offset = 0;
    for (const Block& block : blocks_) {
        if (block.first >= offset + bytes) break;  // a hole that is large enough ends here
        const bool meets =
            block.always || (block.live.first < interval.live.last && interval.live.first < block.live.last);
        if (meets) offset = std::max(offset, block.last);
    }
    if (offset + bytes > height_) return std::nullopt;
    add({offset, offset + bytes, false, interval.live});
    return offset;
}

}  // namespace optimizer
