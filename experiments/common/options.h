// The flags that all programs share, and what they add up to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "framework/base/units.h"
#include "models/models.h"
#include "optimizer/problem.h"

namespace experiments {

struct ModelFlags {
    std::string name = "resnet18";
    int batch = 64;
    int image_size = 0, classes = 0;  // 0: the data's, or the model's own
    int threads = 0;                  // 0: what the system gives
    std::uint64_t seed = 0;
    std::vector<std::string> without{};  // names of passes
    bool verbose = false;

    void add_to(CLI::App& app);
    void apply_threads() const;
};

struct PlacementFlags {
    std::string dram = "100%";       // SIZE | PERCENT | RATIO
    std::string placement = "dram";  // of optimizer::placements(), or memory_mode
    std::string slow{};              // dir:PATH | numa:NODE; empty: a file in the temporary directory
    std::string machine{};           // of simulate and emulate: a file, or one of ours
    bool emulate = false, simulate = false;
    double time_limit = 60, gap = 1e-3;
    std::string cache{};
    bool thorough = false;  // of profile alone: see runtime::ProfileOptions
    optimizer::Formulation formulation = optimizer::Formulation::routes;  // of plan alone, as is:
    std::string write_lp{};  // the linear program goes to this file

    // DRAM as a hardware cache. It has no plan and can only be simulated.
    static constexpr const char* memory_mode = "2lm";
    bool in_memory_mode() const { return placement == memory_mode; }

    void add_to(CLI::App& app);
    std::string slow_memory() const;  // as runtime::open_slow_memory() has it
    // Throws UsageError if there is no such placement, or if it is 2lm without --simulate; DataError if it is
    // 2lm and the machine has no memory mode.
    void check_placement(const std::string& name) const;
    const char* mode() const { return simulate ? "simulated" : emulate ? "emulated" : "measured"; }
};

struct OutputFlags {
    std::string report{};
    bool quiet = false;

    void add_to(CLI::App& app);
};

// "6GiB"; "20%" of `all`, what everything in DRAM takes; "4:1", slow to DRAM, which is all / 5. Throws
// UsageError.
framework::Bytes dram_budget(const std::string& flag, framework::Bytes all);

// Of a network that is planned or timed, not trained on images: AutoTM's own networks are updated without
// momentum, as it did; others as train does unless told otherwise.
framework::Graph training_graph(const ModelFlags& model);

// --list-models: name, parameters, input, multiply-adds of a forward pass.
void print_models();

}  // namespace experiments
