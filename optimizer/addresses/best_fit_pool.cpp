#include "optimizer/addresses/best_fit_pool.h"

#include <algorithm>
#include <iterator>

namespace optimizer {

using framework::Bytes;

Bytes BestFitPool::pages(Bytes bytes) {
    return std::max<Bytes>(1, (bytes + page - 1) / page) * page;
}

Bytes BestFitPool::allocate(Bytes bytes) {
    auto best = gaps_.end();
    for (auto gap = gaps_.begin(); gap != gaps_.end(); ++gap) {
        if (gap->second >= bytes && (best == gaps_.end() || gap->second < best->second)) best = gap;
    }
    if (best == gaps_.end()) return -1;
    const auto [offset, room] = *best;
    gaps_.erase(best);
    if (room > bytes) gaps_[offset + bytes] = room - bytes;
    return offset;
}

void BestFitPool::release(Bytes offset, Bytes bytes) {
    auto gap = gaps_.emplace(offset, bytes).first;
    if (const auto next = std::next(gap); next != gaps_.end() && next->first == offset + bytes) {
        gap->second += next->second;
        gaps_.erase(next);
    }
    if (gap == gaps_.begin()) return;
    if (const auto before = std::prev(gap); before->first + before->second == offset) {
        before->second += gap->second;
        gaps_.erase(gap);
    }
}

}  // namespace optimizer
