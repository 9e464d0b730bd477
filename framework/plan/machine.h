// A model of a machine's memory: how long a kernel takes with its operands in DRAM or in slow memory, and how
// long copies between the two take. The numbers come from a TOML file in framework/plan/machines/, whose
// comments give their sources. Simulation and emulation both use them. docs/machine_model.md compares every
// term with timings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/graph/graph.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"
#include "framework/plan/traffic.h"

namespace framework {

// How fast kernels of one kind are. A kernel follows the first rule of the machine that fits it.
struct KernelRule {
    std::string kind;        // of the op; "*": any
    int window = 0;          // fits 1: only 1x1, 2: larger along one side, 3: along both sides, 0: any
    bool strided = false;    // fits only kernels whose window moves by more than one element
    Bytes block_above = 0;   // fits kernels whose result_block (traffic.h) is larger
    double flops_per_s = 0;  // a multiply-add counts 2; 0: arithmetic takes no time
    double hidden = 1;       // share of the shorter of arithmetic and transfers that the longer one hides
    double loop_bytes_per_s = 0;        // rate of operands found in the caches; 0: no time
    double input_passes = 1;            // how often the kernel reads every input
    double slow_write_bytes_per_s = 0;  // 0: the machine's value
    double dirty_share = -1;            // below 0: the machine's value
    Seconds start = 0;                  // of every run: threads start, and wait for the last one
};

// Intel Optane's memory mode: DRAM is a hardware cache in front of slow memory.
struct MemoryModeRates {
    double fill_bytes_per_s = 0;        // lines read from slow memory after a miss
    double write_back_bytes_per_s = 0;  // dirty lines written to slow memory when they are evicted
};

// Bytes that a kernel's misses in that cache move: the misses of its reads, or those of its writes.
struct CacheMisses {
    double filled = 0;        // from slow memory to DRAM, by every miss
    double written_back = 0;  // from DRAM to slow memory, by misses that evict a dirty line
};

struct Machine {
    std::string name;
    double dram_bytes_per_s = 0;
    double write_traffic = 1;  // DRAM bus bytes for each byte written; 2 if a store reads its line first
    double slow_read_bytes_per_s = 0, slow_write_bytes_per_s = 0;  // of kernels, not of copies
    // A kernel whose operands have F bytes finds the share exp(-(F / cache_bytes)^2) of them in the caches.
    double cache_bytes = 0;
    // When a kernel ends, this share of each result, but at most dirty_bytes in all, is still in the caches
    // and not yet written to memory.
    double dirty_bytes = 0;
    double dirty_share = 0;
    CopyCosts copy, copy_beside;    // while no kernel runs; while one runs
    std::vector<KernelRule> rules;  // the last one fits all

    std::optional<MemoryModeRates> memory_mode = {};  // absent: the machine has no such mode

    void require_memory_mode() const;  // throws DataError if it is absent

    // Multiplies every rate by `factor`: the same balance of compute to memory, on another processor.
    Machine scaled(double factor) const;

    // The time of a step's kernel. F is its footprint, h the share of F in the caches:
    //     transfers = in DRAM:        passes * read * ((1 - h) / dram + h / loop)
    //                                 + written * (write_traffic * (1 - h) / dram + h / loop)
    //                 in slow memory: passes * read / slow_read
    //     stores    = written * ((1 - min(dirty_share, dirty_bytes / F)) / slow_write + h / loop)
    //     time      = start + max(flops / rate, transfers) + (1 - hidden) * min(flops / rate, transfers) +
    //     stores
    // Throws DataError, which names the kernel and the rates, if these give no finite time above 0.
    Seconds seconds(const Graph& graph, const Schedule& schedule, Step step, TierMask slow) const;
    // The same for a kernel that takes `all_dram` with all operands in DRAM: adds to it what slow memory
    // costs by the model. If the model says that slow memory is faster, multiplies `all_dram` by the model's
    // ratio.
    Seconds seconds(const Graph& graph, const Schedule& schedule, Step step, TierMask slow,
                    Seconds all_dram) const;
    // The time of the kernel in memory mode. A hit costs what it costs with all operands in DRAM: a read is
    // one DRAM access, a write is two (tag read and write), which write_traffic = 2 counts. Every miss adds a
    // read from slow memory and a write to DRAM (fill); a dirty miss also adds a write to slow memory. Misses
    // of reads count as transfers and misses of writes as stores, as operands in slow memory do. Throws
    // DataError as require_memory_mode() does.
    Seconds memory_mode_seconds(const Graph& graph, const Schedule& schedule, Step step,
                                const CacheMisses& of_reads, const CacheMisses& of_writes) const;
};

// `name` is a file, or a machine that comes with the library: "paper", "cxl". Throws DataError.
Machine load_machine(const std::string& name);

// A profile by the model, without running anything: the time of every kernel of the schedule under each of
// its placements_to_time(). Throws DataError if the machine's rates give no finite times.
Profile simulate(const Graph& graph, const Schedule& schedule, const Machine& machine);

}  // namespace framework
