// The flags that programs share, and what follows from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "framework/base/units.h"
#include "models/models.h"
#include "optimizer/solver_options.h"

namespace experiments {

struct ModelFlags {
    std::string name = "resnet18";
    int batch = 64;
    int image_size = 0, classes = 0;  // 0: the data's, or the model's own
    int threads = 0;                  // 0: the processors that this process may use
    std::uint64_t seed = 0;
    models::Stem stem = models::Stem::by_size;
    std::vector<std::string> without{};  // names of passes
    bool verbose = false;

    void add_to(CLI::App& app);
    void apply_threads() const;
};

struct PlacementFlags {
    std::string dram = "100%";  // SIZE | PERCENT | RATIO | free_now
    std::string placement{};    // of optimizer::placements(), or memory_mode; empty: as the budget asks for
    std::string slow{};         // dir:PATH | numa:NODE; empty: a file in the temporary directory
    std::string machine{};      // for simulate and emulate: a file, or the name of one of ours
    bool emulate = false, simulate = false;
    std::optional<double> time_limit{};  // of the solver, in seconds
    double gap = 1e-3;
    std::string cache{};
    bool thorough = false;  // only in profile: see runtime::ProfileOptions
    optimizer::Formulation formulation = optimizer::Formulation::routes;  // only in plan
    std::string write_lp{};  // only in plan: file for the linear program

    static constexpr const char* free_now = "auto";  // --dram: what is free when the program starts
    // DRAM as a hardware cache. It has no plan and can only be simulated.
    static constexpr const char* memory_mode = "2lm";
    bool in_memory_mode() const { return placement == memory_mode; }

    void add_to(CLI::App& app);
    std::string slow_memory() const;  // for runtime::open_slow_memory()
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

// Parses --dram, given `all`, the bytes that all-DRAM needs: "6GiB"; "20%" of `all`; "4:1", slow to DRAM,
// which gives all / 5; "auto", what is free now. Throws UsageError.
framework::Bytes dram_budget(const std::string& flag, framework::Bytes all);

// The training graph of a network that is only planned or timed. The paper_* networks are updated without
// momentum, as in AutoTM; others by the defaults of train.
framework::Graph training_graph(const ModelFlags& model);

// The stem of the network for images of this size: "small", "imagenet"; empty if it has one only.
std::string stem_name(const ModelFlags& model, int image_size);

// Prints the list of --list-models: name, parameters, input, multiply-adds of a forward pass.
void print_models();

}  // namespace experiments
