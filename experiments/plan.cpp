// Solves a placement and prints the plan; trains nothing. --simulate --machine paper: seconds, at any size.
#include "framework/plan.h"

#include <iostream>

#include "experiments/common/main.h"
#include "experiments/common/options.h"
#include "experiments/common/report.h"
#include "experiments/common/session.h"

namespace {

using namespace experiments;

struct Flags {
    ModelFlags model;
    PlacementFlags placement{.placement = "synchronous"};
    bool table = true, quiet = false;
    std::string report;
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
              << framework::print_seconds(r.predicted_s) << "/iteration " << flags.placement.mode()
              << " (all DRAM " << framework::print_seconds(planned.all_dram_s) << ", all slow "
              << framework::print_seconds(planned.all_slow_s) << "), " << optimizer::name_of(r.status);
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

void work(const Flags& flags, std::span<char* const> arguments) {
    flags.model.apply_threads();
    Progress progress(flags.quiet);
    Json report = new_report("plan", arguments, flags.placement.mode());
    const framework::Graph graph = training_graph(flags.model);
    report_model(report, flags.model.name, flags.model.batch, graph);
    const Planned planned = plan(graph, flags.model, flags.placement, progress);
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
    app.add_option("--report", flags.report, "write the report here (JSON)");
    app.add_flag("--quiet", flags.quiet, "print nothing but errors");
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
