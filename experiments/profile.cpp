// Times every kernel of a network, with its operands in DRAM and in slow memory; takes minutes.
#include "framework/plan/profile.h"

#include <algorithm>
#include <bit>
#include <iomanip>
#include <iostream>
#include <map>

#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/options.h"
#include "experiments/common/outputs.h"
#include "experiments/common/planning.h"
#include "experiments/common/report.h"
#include "runtime/profiling/profile_cache.h"

namespace {

using namespace experiments;
using framework::Seconds;

struct Flags {
    ModelFlags model;
    PlacementFlags placement;
    OutputFlags output;
    int rows = 20;
};

// A kernel that one or several ops of the network run.
struct Distinct {
    std::string name;  // of the first of them
    std::string kind;
    int uses = 0;
    Seconds dram_s = 0;       // of all uses together, with everything in DRAM
    Seconds slow_adds_s = 0;  // how much longer all uses take with all operands in slow memory
};

// Groups the kernels whose op, shapes and layouts are equal. The costliest comes first.
std::vector<Distinct> distinct_kernels(const ProfiledNetwork& profiled) {
    std::map<std::string, Distinct> by_key;
    const runtime::Lowered& lowered = profiled.network.lowered;
    const framework::Schedule& schedule = profiled.network.schedule;
    for (framework::Step step = 0; step < schedule.steps(); ++step) {
        const framework::OpId id = schedule.op(step);
        const framework::OpNode& node = lowered.graph.op(id);
        const framework::KernelProfile& times = profiled.profile.times().kernels[step];
        Distinct& kernel = by_key[runtime::kernel_key(lowered, id, "")];
        if (kernel.uses++ == 0) {
            kernel.name = node.name;
            kernel.kind = framework::kind_of(node.op);
        }
        const auto all_slow = std::max_element(
            times.timings.begin(), times.timings.end(),
            [](const auto& a, const auto& b) { return std::popcount(a.slow) < std::popcount(b.slow); });
        kernel.dram_s += times.seconds(0);
        kernel.slow_adds_s += all_slow->median - times.seconds(0);
    }
    std::vector<Distinct> kernels;
    kernels.reserve(by_key.size());
    for (auto& [key, kernel] : by_key) kernels.push_back(std::move(kernel));
    std::stable_sort(kernels.begin(), kernels.end(),
                     [](const Distinct& a, const Distinct& b) { return a.dram_s > b.dram_s; });
    return kernels;
}

Distinct total_of(const std::vector<Distinct>& kernels) {
    Distinct total{.name = "all", .kind = ""};
    for (const Distinct& kernel : kernels) {
        total.uses += kernel.uses;
        total.dram_s += kernel.dram_s;
        total.slow_adds_s += kernel.slow_adds_s;
    }
    return total;
}

void print_row(const Distinct& kernel) {
    std::cout << std::left << std::setw(40) << kernel.name << ' ' << std::setw(24) << kernel.kind
              << std::right << std::setw(5) << kernel.uses << std::setw(12)
              << framework::print_seconds(kernel.dram_s) << std::setw(12)
              << framework::print_seconds(kernel.slow_adds_s) << '\n';
}

void print_table(const Flags& flags, const std::vector<Distinct>& kernels, const Distinct& total,
                 const runtime::Measurement& profiled) {
    std::cout << std::left << std::setw(40) << "kernel" << ' ' << std::setw(24) << "op" << std::right
              << std::setw(5) << "uses" << std::setw(12) << "all DRAM" << std::setw(12) << "slow adds"
              << "   (per iteration, " << flags.placement.mode() << ")\n";
    const std::size_t rows = std::min(kernels.size(), static_cast<std::size_t>(flags.rows));
    for (std::size_t row = 0; row < rows; ++row) print_row(kernels[row]);
    if (rows < kernels.size())
        std::cout << "... and " << kernels.size() - rows << " more; --rows shows them\n";
    print_row(total);
    std::cout << flags.model.name << " batch " << flags.model.batch << ": " << profiled.kernels
              << " distinct kernels, " << profiled.configurations << " configurations, " << profiled.cached
              << " of them known already, in " << framework::print_seconds(profiled.seconds) << ": "
              << framework::fixed(profiled.seconds / total.dram_s, 1)
              << " iterations with everything in DRAM\n";
    if (profiled.few_runs > 0)
        std::cout << profiled.few_runs << " of them are of fewer than " << runtime::ProfileOptions().runs
                  << " runs; --thorough takes the time for all\n";
    if (const auto& check = profiled.spot_check)
        std::cout << "an iteration with the delays of " << check->kernels << " kernels took "
                  << framework::print_seconds(check->measured_s) << "; by the profile it takes "
                  << framework::print_seconds(check->predicted_s) << '\n';
}

void work(const Flags& flags, std::span<char* const> arguments) {
    check_output("--report", flags.output.report);
    flags.model.apply_threads();
    Progress progress(flags.output.quiet);
    Json report = new_report("profile", arguments, flags.placement.mode());
    const framework::Graph graph = training_graph(flags.model);
    const ProfiledNetwork profiled = measure(graph, flags.model, flags.placement, progress);
    report_model(report, flags.model, profiled.network);
    const std::vector<Distinct> kernels = distinct_kernels(profiled);
    const Distinct total = total_of(kernels);
    report_profile(report, profiled.profile.measured);
    report["profile"]["all_dram_s"] = total.dram_s;
    report["profile"]["slow_adds_s"] = total.slow_adds_s;
    report_memory(report);
    Outputs outputs;
    if (!flags.output.report.empty()) outputs.write([&] { write_json(flags.output.report, report); });
    if (!flags.output.quiet) {
        progress.say("");
        print_table(flags, kernels, total, profiled.profile.measured);
    }
    outputs.add_failure(profiled.profile.measured.unsaved);
    outputs.require_all();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Times every kernel of a network, with its operands in DRAM and in slow memory; takes minutes.",
        "profile");
    app.footer(
        "Examples:\n"
        "  profile --model resnet50 --batch 16 --cache kernels.json             for plan --cache "
        "kernels.json\n"
        "  profile --model vgg19 --batch 16 --slow dir:/mnt/nvme --rows 50      slow memory on a disk\n\n");
    Flags flags;
    flags.model.batch = 16;
    flags.model.name = "resnet50";
    flags.model.add_to(app);
    flags.placement.add_to(app);
    for (const char* of_a_plan : {"--dram", "--placement", "--simulate", "--time-limit", "--gap"})
        app.remove_option(app.get_option(of_a_plan));
    app.add_flag("--thorough", flags.placement.thorough,
                 "a warm-up and three runs of every placement of every kernel's operands, however long");
    add_number(app, "--rows", flags.rows, positive, "kernels to print, the costliest first")
        ->capture_default_str();
    flags.output.add_to(app);
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
