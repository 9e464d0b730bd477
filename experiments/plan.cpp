// Solves a placement and prints the plan; trains nothing. --simulate --machine paper: seconds, at any size.
#include "framework/plan/plan.h"

#include <iostream>

#include "experiments/common/main.h"
#include "experiments/common/options.h"
#include "experiments/common/outputs.h"
#include "experiments/common/report.h"
#include "experiments/common/session.h"
#include "experiments/common/summary.h"
#include "framework/base/files.h"
#include "optimizer/proof/plan_file.h"
#include "runtime/profiling/platform.h"

namespace {

using namespace experiments;

struct Flags {
    ModelFlags model;
    PlacementFlags placement{.placement = "synchronous"};
    OutputFlags output;
    bool table = true;
    std::string save, load;
};

void save(const Flags& flags, const Planned& planned) {
    optimizer::save_plan(flags.save, planned.schedule,
                         {.placement = optimizer::parse_placement(flags.placement.placement),
                          .dram_budget = planned.limit,
                          .slow_capacity = planned.slow_capacity,
                          .profile = planned.profiled.profile,
                          .mode = flags.placement.mode(),
                          .host = flags.placement.simulate ? "" : runtime::platform(),
                          .machine = flags.placement.machine,
                          .machine_scale = planned.profiled.machine_scale,
                          .one_by_one = planned.profiled.one_by_one,
                          .gap = flags.placement.gap,
                          .result = planned.result});
}

void write_lp(const Flags& flags, const Planned& planned) {
    const std::string& file = flags.placement.write_lp;
    framework::require<framework::Error>(!planned.result.program.empty(), "--write-lp ", file,
                                         ": no linear program was solved: ", flags.placement.placement,
                                         " in ", framework::print_bytes(planned.limit),
                                         " of DRAM needs none; with less DRAM it does");
    framework::write_file(file, planned.result.program);
}

void print(const Flags& flags, const Planned& planned, Progress& progress) {
    progress.say("");
    std::cout << summary(flags.model, flags.placement, planned) << '\n';
    if (!flags.load.empty())
        std::cout
            << "checked without the solver: the plan, its time and the bound; how it was solved is what "
               "the file says\n";
    if (flags.table && planned.result.plan)
        std::cout << framework::print_plan(planned.schedule, *planned.result.plan);
}

void work(Flags flags, std::span<char* const> arguments) {
    framework::require<framework::UsageError>(
        flags.save.empty() || !flags.placement.in_memory_mode(), "--save ", flags.save, ": --placement ",
        flags.placement.placement, " makes no plan that could be saved; --report keeps its numbers");
    check_output("--report", flags.output.report);
    check_output("--save", flags.save);
    check_output("--write-lp", flags.placement.write_lp);
    flags.model.apply_threads();
    Progress progress(flags.output.quiet);
    const framework::Graph graph = training_graph(flags.model);
    const Planned planned = flags.load.empty() ? plan(graph, flags.model, flags.placement, progress)
                                               : load_plan(flags.load, graph, flags.model, flags.placement);
    Outputs outputs;
    if (!flags.save.empty()) outputs.write([&] { save(flags, planned); });
    if (!flags.placement.write_lp.empty()) outputs.write([&] { write_lp(flags, planned); });
    Json report = new_report("plan", arguments, flags.placement.mode());
    report_model(report, flags.model, planned);
    report_plan(report, flags.placement, planned);
    const framework::Bytes slow_bytes =
        planned.memory_mode ? planned.memory_mode->pool_bytes : planned.result.plan->slow_bytes;
    if (flags.placement.simulate) {
        report_slow(report, {.kind = "simulated", .block = {}}, slow_bytes);
    } else if (flags.load.empty() || flags.placement.emulate) {  // a saved plan does not say where
        report_slow(report, runtime::open_slow_memory(flags.placement.slow_memory(), 1), slow_bytes);
    }
    report_memory(report);
    if (!flags.output.report.empty()) outputs.write([&] { write_json(flags.output.report, report); });
    if (!flags.output.quiet) print(flags, planned, progress);
    outputs.add_failure(planned.profiled.unsaved);
    outputs.require_all();
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
    app.add_option_function<std::string>(
           "--formulation",
           [&](const std::string& name) {
               flags.placement.formulation =
                   name == "paper" ? optimizer::Formulation::paper : optimizer::Formulation::routes;
           },
           "of static and synchronous: routes, or the paper's own, slow to solve")
        ->check(CLI::IsMember({"routes", "paper"}));
    auto* loaded = app.add_option("--load", flags.load, "check and print a saved plan of the same network");
    loaded->excludes(save)->excludes(lp);
    for (const char* solved :
         {"--formulation", "--dram", "--placement", "--gap", "--time-limit", "--cache", "--slow"})
        loaded->excludes(app.get_option(solved));
    flags.output.add_to(app);
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
