// A memory model as data: what an operand in slow memory costs a kernel, and what copies cost. From a TOML
// file in framework/machines/, whose comments say what its fields mean; simulation and emulation both read
// it.
#pragma once

#include <string>
#include <vector>

#include "framework/graph.h"
#include "framework/profile.h"
#include "framework/schedule.h"

namespace framework {

// How the time of an operand's traffic to slow memory joins the rest of the kernel.
enum class Join {
    add,     // the kernel waits for it
    overlap  // hidden up to the length of the rest
};

struct KernelRule {
    std::string kind;        // of the op; "*": any
    int window = 0;          // 1: 1x1 alone, 3: larger on both sides, 2: on one side alone; 0: any
    Bytes output_above = 0;  // the largest result has more bytes than this
    double flops_per_s = 0;  // 2 a multiply-add; 0: the kernel is bound by memory
    Join read = Join::add, write = Join::add;
    double read_bytes_per_s = 0, write_bytes_per_s = 0;  // from and to slow memory
};

struct Machine {
    std::string name;
    double dram_bytes_per_s = 0;
    double write_traffic =
        1;  // bytes that cross the DRAM bus for each byte written: 2 where a line is read first
    CopyCost to_dram, to_slow;
    CopyCost beside_to_dram, beside_to_slow;  // while a kernel runs
    std::vector<KernelRule> rules;            // the first that fits holds

    // Every rate times `factor`: the same balance of compute to memory on a slower or faster processor.
    Machine scaled(double factor) const;

    // Of a kernel with all operands in DRAM. This and seconds() throw DataError, which names the kernel and
    // the rates, where these give no finite time above 0.
    Seconds all_dram_seconds(const Graph& graph, const Schedule& schedule, int step) const;
    // Of the same kernel with operands in slow memory, given what it takes with all of them in DRAM.
    Seconds seconds(const Graph& graph, const Schedule& schedule, int step, TierMask slow,
                    Seconds all_dram) const;
};

// `name` is a file, or the name of one of ours: "paper", "cxl". Throws DataError.
Machine load_machine(const std::string& name);

// A profile of what was not run: every kernel of the schedule under placements_to_time(). Throws DataError
// where the machine's rates make no finite times.
Profile simulate(const Graph& graph, const Schedule& schedule, const Machine& machine);

}  // namespace framework
