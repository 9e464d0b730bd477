// Solves a placement and prints the plan; trains nothing. --simulate --machine paper: seconds, at any size.
#include "framework/plan.h"

#include <iostream>

#include "experiments/common/main.h"
#include "experiments/common/options.h"
#include "experiments/common/outputs.h"
#include "experiments/common/report.h"
#include "experiments/common/session.h"
#include "optimizer/plan_file.h"

namespace {

using namespace experiments;

struct Flags {
    ModelFlags model;
    PlacementFlags placement{.placement = "synchronous"};
    bool table = true, quiet = false;
    std::string report, save, load;
};

std::string percent(double share) {
    char out[32];
    std::snprintf(out, sizeof out, "%.2f %%", 100 * share);
    return out;
}

void print_summary(const Flags& flags, const Planned& planned) {
    const optimizer::Result& r = planned.result;
    std::cout << flags.model.name << " batch " << flags.model.batch << ": DRAM "
              << framework::print_bytes(r.plan->dram_bytes) << " of " << framework::print_bytes(planned.limit)
              << ", slow " << framework::print_bytes(r.plan->slow_bytes) << ", "
              << framework::print_seconds(r.predicted_s) << "/iteration " << flags.placement.mode();
    if (planned.all_dram_s > 0) {
        std::cout << " (all DRAM " << framework::print_seconds(planned.all_dram_s) << ", all slow "
                  << framework::print_seconds(planned.all_slow_s) << ')';
    }
    std::cout << ", " << optimizer::name_of(r.status);
    if (r.bound_s > 0) {
        std::cout << ", gap " << percent(r.gap) << " above the bound of "
                  << framework::print_seconds(r.bound_s);
    }
    std::cout << '\n'
              << "solved in " << framework::print_seconds(r.solve_s) << " (" << r.rows << " rows, "
              << r.columns << " columns, " << r.refinements
              << " refinements); one more GiB of DRAM would save "
              << framework::print_seconds(r.price_s_per_gib) << " an iteration\n";
}

// A plan that was saved, for the network of the flags: nothing is timed and nothing solved.
Planned load(Flags& flags, const framework::Graph& graph, Progress& progress) {
    Planned planned = flags.placement.simulate
                          ? Planned{measure(graph, flags.model, flags.placement, progress)}
                          : plan_in_dram(graph, flags.model);
    optimizer::SavedPlan saved = optimizer::load_plan(flags.load, planned.lowered.graph, planned.schedule);
    flags.placement.placement = optimizer::name_of(saved.placement);
    planned.limit = saved.dram_budget;
    planned.result = std::move(saved.result);
    return planned;
}

Planned solve(const Flags& flags, const framework::Graph& graph, Progress& progress) {
    Planned planned = plan(graph, flags.model, flags.placement, progress);
    framework::require<framework::UsageError>(
        flags.placement.write_lp.empty() || planned.result.columns > 0, "--write-lp ",
        flags.placement.write_lp, ": no linear program was solved: ", flags.placement.placement, " in ",
        framework::print_bytes(planned.limit),
        " of DRAM needs none; choose static or synchronous, and less DRAM");
    if (!flags.save.empty()) {
        optimizer::save_plan(flags.save, planned.lowered.graph, planned.schedule,
                             {.placement = optimizer::parse_placement(flags.placement.placement),
                              .dram_budget = planned.limit,
                              .result = planned.result});
    }
    return planned;
}

void work(Flags flags, std::span<char* const> arguments) {
    check_output("--report", flags.report);
    check_output("--save", flags.save);
    check_output("--write-lp", flags.placement.write_lp);
    flags.model.apply_threads();
    Progress progress(flags.quiet);
    Json report = new_report("plan", arguments, flags.placement.mode());
    const framework::Graph graph = training_graph(flags.model);
    report_model(report, flags.model.name, flags.model.batch, graph);
    const Planned planned = flags.load.empty() ? solve(flags, graph, progress) : load(flags, graph, progress);
    report_plan(report, flags.placement, planned);
    report_memory(report);
    if (!flags.report.empty()) write_json(flags.report, report);
    if (flags.quiet) return;
    progress.say("");
    print_summary(flags, planned);
    if (flags.table)
        std::cout << framework::print_plan(planned.lowered.graph, planned.schedule, *planned.result.plan);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Solves a placement and prints the plan; trains nothing.", "plan");
    Flags flags;
    flags.model.batch = 16;
    flags.model.name = "resnet50";
    flags.model.add_to(app);
    flags.placement.add_to(app);
    app.add_flag("!--no-table", flags.table, "print the summary alone");
    auto* save = app.add_option("--save", flags.save, "write the plan here, with its certificate (JSON)");
    auto* lp = app.add_option("--write-lp", flags.placement.write_lp,
                              "write the linear program as last solved here (CPLEX LP)");
    auto* loaded = app.add_option("--load", flags.load, "judge and print a saved plan of the same network");
    for (auto* solved : {save, lp, app.get_option("--dram"), app.get_option("--placement")})
        loaded->excludes(solved);
    app.add_option("--report", flags.report, "write the report here (JSON)");
    app.add_flag("--quiet", flags.quiet, "print nothing but errors");
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
