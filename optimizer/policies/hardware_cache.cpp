#include "optimizer/policies/hardware_cache.h"

#include <algorithm>
#include <iterator>

#include "framework/base/error.h"

namespace optimizer {

using framework::Bytes;

CacheAccesses& CacheAccesses::operator+=(const CacheAccesses& other) {
    hits += other.hits;
    clean_misses += other.clean_misses;
    dirty_misses += other.dirty_misses;
    return *this;
}

double CacheAccesses::share(Bytes bytes) const {
    return all() > 0 ? static_cast<double>(bytes) / static_cast<double>(all()) : 0;
}

MemoryAccesses memory_accesses(const CacheAccesses& reads, const CacheAccesses& writes) {
    const Bytes misses = reads.misses() + writes.misses();
    return {.dram_read = reads.all() + writes.all(),
            .dram_written = misses + writes.all(),
            .slow_read = misses,
            .slow_written = reads.dirty_misses + writes.dirty_misses};
}

HardwareCache::HardwareCache(Bytes bytes) : sets_(bytes / line) {
    framework::require<framework::UsageError>(sets_ > 0, "a cache of ", framework::print_bytes(bytes),
                                              " holds no line of ", line,
                                              " B; give a larger --dram, which is its size");
    runs_[0] = {};
}

CacheAccesses HardwareCache::read(Bytes offset, Bytes bytes) {
    return access(offset, bytes, false);
}

CacheAccesses HardwareCache::write(Bytes offset, Bytes bytes) {
    return access(offset, bytes, true);
}

CacheAccesses HardwareCache::access(Bytes offset, Bytes bytes, bool writes) {
    CacheAccesses found;
    if (bytes <= 0) return found;
    std::int64_t at = offset / line;
    const std::int64_t end = (offset + bytes + line - 1) / line;
    while (at < end) {  // lines of one tag at a time
        const Set first = at % sets_, last = std::min(sets_, first + end - at);
        found += access_sets(first, last, at / sets_, writes);
        at += last - first;
    }
    return found;
}

CacheAccesses HardwareCache::access_sets(Set first, Set last, std::int64_t tag, bool writes) {
    begin_run(first);
    begin_run(last);
    CacheAccesses found;
    for (auto run = runs_.find(first); run != runs_.end() && run->first < last; ++run) {
        const auto next = std::next(run);
        const Bytes bytes = ((next == runs_.end() ? sets_ : next->first) - run->first) * line;
        Contents& contents = run->second;
        const bool hit = contents.tag == tag;
        (hit ? found.hits : contents.dirty ? found.dirty_misses : found.clean_misses) += bytes;
        contents = {tag, writes || (hit && contents.dirty)};
    }
    merge_runs(first, last);
    return found;
}

void HardwareCache::begin_run(Set set) {
    if (set == sets_) return;
    const auto run = std::prev(runs_.upper_bound(set));
    if (run->first != set) runs_.emplace_hint(std::next(run), set, run->second);
}

// Of neighbours that hold the same one remains: those from the run before `first` to the one at `last`.
void HardwareCache::merge_runs(Set first, Set last) {
    auto run = runs_.find(first);
    if (run != runs_.begin()) --run;
    for (auto next = std::next(run); next != runs_.end() && next->first <= last;) {
        if (next->second == run->second) {
            next = runs_.erase(next);
        } else {
            run = next++;
        }
    }
}

}  // namespace optimizer
