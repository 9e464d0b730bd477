// DRAM as a direct-mapped cache of 64 B lines in front of slow memory, as in the memory mode of Intel's
// Optane machines. It counts accesses; memory_mode.h makes times of them.
//
// Tensors are long runs of lines, so the cache is kept as runs of sets with equal contents. The counts are
// those of a cache that handles every line by itself, at any size.
#pragma once

#include <cstdint>
#include <map>

#include "framework/base/units.h"

namespace optimizer {

// Bytes accessed, in whole lines, by what the cache found.
struct CacheAccesses {
    framework::Bytes hits = 0;
    framework::Bytes clean_misses = 0;  // the evicted line, if any, is unchanged in slow memory
    framework::Bytes dirty_misses = 0;  // the evicted line is written back first

    framework::Bytes misses() const { return clean_misses + dirty_misses; }
    framework::Bytes all() const { return hits + misses(); }
    double share(framework::Bytes bytes) const;  // of all; 0 where nothing was accessed
    CacheAccesses& operator+=(const CacheAccesses& other);
    friend bool operator==(const CacheAccesses&, const CacheAccesses&) = default;
};

// Accesses of both memories that these cause, in bytes. A read is one DRAM read, of the line with its tag. A
// clean miss adds a read from slow memory and a DRAM write (fill), a dirty miss also a write to slow memory.
// A write is a tag read, the same for a miss, and a DRAM write: five accesses if it evicts a dirty line.
struct MemoryAccesses {
    framework::Bytes dram_read = 0, dram_written = 0, slow_read = 0, slow_written = 0;

    friend bool operator==(const MemoryAccesses&, const MemoryAccesses&) = default;
};
MemoryAccesses memory_accesses(const CacheAccesses& reads, const CacheAccesses& writes);

class HardwareCache {
  public:
    static constexpr framework::Bytes line = 64;

    // An empty cache, one line a set. The set of a line is its number modulo the number of sets, which need
    // not be a power of two. Throws UsageError for less than one line.
    explicit HardwareCache(framework::Bytes bytes);

    // Accesses every line of [offset, offset + bytes) once, in rising order. A miss fills its line, whether
    // it is read or written.
    CacheAccesses read(framework::Bytes offset, framework::Bytes bytes);
    CacheAccesses write(framework::Bytes offset, framework::Bytes bytes);  // leaves the lines dirty

  private:
    using Set = std::int64_t;
    struct Contents {
        std::int64_t tag = -1;  // line number / sets; -1: empty
        bool dirty = false;

        friend bool operator==(const Contents&, const Contents&) = default;
    };

    CacheAccesses access(framework::Bytes offset, framework::Bytes bytes, bool writes);
    CacheAccesses access_sets(Set first, Set last, std::int64_t tag, bool writes);
    void begin_run(Set set);
    void merge_runs(Set first, Set last);

    Set sets_;
    std::map<Set, Contents> runs_;  // first set of a run → what all its sets hold; the next run ends it
};

}  // namespace optimizer
