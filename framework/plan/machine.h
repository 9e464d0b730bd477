// A memory model as data: how long a kernel takes with its operands in DRAM or in slow memory, and what
// copies between the two cost. The numbers come from a TOML file in framework/machines/, whose comments say
// where each is from; simulation and emulation both use them. docs/machine_model.md shows every term against
// timings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/graph/graph.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"
#include "framework/plan/traffic.h"

namespace framework {

// How fast kernels of one kind are. The first rule of a machine that fits a kernel holds for it.
struct KernelRule {
    std::string kind;        // of the op; "*": any
    int window = 0;          // 1: 1x1 alone, 3: larger along both sides, 2: along one side; 0: any
    bool strided = false;    // fits kernels whose window moves by more than one element, and no others
    Bytes block_above = 0;   // fits kernels whose result_block (traffic.h) is larger
    double flops_per_s = 0;  // 2 a multiply-add; 0: the arithmetic takes no time beside the memory's
    double hidden = 1;       // share of the shorter of arithmetic and transfers that the longer one hides
    double loop_bytes_per_s = 0;        // through operands that lie in the caches; 0: at once
    double input_passes = 1;            // times that every input is read
    double slow_write_bytes_per_s = 0;  // 0: the machine's
    double dirty_share = -1;            // below 0: the machine's
    Seconds start = 0;                  // of every run: threads begin, and wait for the last of them
};

// Intel Optane's memory mode: DRAM is a hardware cache in front of slow memory.
struct MemoryModeRates {
    double fill_bytes_per_s = 0;        // lines read from slow memory after a miss
    double write_back_bytes_per_s = 0;  // dirty lines written to slow memory when they are evicted
};

// Traffic that a kernel's misses in that cache cause, of its reads or of its writes, in bytes.
struct CacheMisses {
    double filled = 0;        // slow memory to DRAM, by every miss
    double written_back = 0;  // DRAM to slow memory, by misses that evict a dirty line
};

struct Machine {
    std::string name;
    double dram_bytes_per_s = 0;
    double write_traffic = 1;  // bytes that cross the DRAM bus for one written: 2 where a line is read first
    double slow_read_bytes_per_s = 0, slow_write_bytes_per_s = 0;  // of kernels, not of copies
    double cache_bytes =
        0;  // of operands of F bytes in all, exp(-(F / cache_bytes)^2) are found in the caches
    double dirty_bytes =
        0;  // a kernel ends with up to so many bytes in the caches that are to be written back,
    double dirty_share = 0;         // and with no more than this share of a result
    CopyCosts copy, copy_beside;    // beside: while a kernel runs
    std::vector<KernelRule> rules;  // the last one fits all

    std::optional<MemoryModeRates> memory_mode = {};  // absent: the machine has no such mode

    void require_memory_mode() const;  // throws DataError if it is absent

    // Every rate times `factor`: the same balance of compute to memory on a slower or faster processor.
    Machine scaled(double factor) const;

    // With F the footprint and h the share of it in the caches:
    //     transfers = in DRAM:        passes * read * ((1 - h) / dram + h / loop)
    //                                 + written * (write_traffic * (1 - h) / dram + h / loop)
    //                 in slow memory: passes * read / slow_read
    //     stores    = written * ((1 - min(dirty_share, dirty_bytes / F)) / slow_write + h / loop)
    //     time      = start + max(flops / rate, transfers) + (1 - hidden) * min(flops / rate, transfers) +
    //     stores
    // Throws DataError, which names the kernel and the rates, where these give no finite time above 0.
    Seconds seconds(const Graph& graph, const Schedule& schedule, Step step, TierMask slow) const;
    // The same where the kernel takes `all_dram` with all operands in DRAM: what seconds() adds to that;
    // where the model says that slow memory is the faster one, the same share of it.
    Seconds seconds(const Graph& graph, const Schedule& schedule, Step step, TierMask slow,
                    Seconds all_dram) const;
    // The same kernel in memory mode. Hits cost what all-DRAM costs: a read is one DRAM access, a write is
    // two (tag read and write), which write_traffic = 2 counts. Every miss adds a read from slow memory and a
    // DRAM write (fill), a dirty miss also a write to slow memory. Misses of reads are transfers, those of
    // writes are stores, so they join the kernel's time as slow operands do. Throws DataError as
    // require_memory_mode() does.
    Seconds memory_mode_seconds(const Graph& graph, const Schedule& schedule, Step step,
                                const CacheMisses& of_reads, const CacheMisses& of_writes) const;
};

// `name` is a file, or the name of one of ours: "paper", "cxl". Throws DataError.
Machine load_machine(const std::string& name);

// A profile of what was not run: every kernel of the schedule under placements_to_time(). Throws DataError
// where the machine's rates make no finite times.
Profile simulate(const Graph& graph, const Schedule& schedule, const Machine& machine);

}  // namespace framework
