// Finds the best placement within a DRAM budget and prints it; trains nothing.
#include "framework/plan/plan.h"

#include <iostream>

#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/options.h"
#include "experiments/common/outputs.h"
#include "experiments/common/plan_table.h"
#include "experiments/common/planning.h"
#include "experiments/common/report.h"
#include "experiments/common/summary.h"
#include "framework/base/files.h"

namespace {

using namespace experiments;

struct Flags {
    ModelFlags model;
    PlacementFlags placement;
    OutputFlags output;
    bool table = true, all = false;
    int top = 20;  // rows of the table, if not all
    std::string save, load;
};

void write_lp(const Flags& flags, const PlannedNetwork& planned) {
    const std::string& file = flags.placement.write_lp;
    framework::require<framework::Error>(!planned.solution.result.program.empty(), "--write-lp ", file,
                                         ": no linear program was solved: ", flags.placement.placement,
                                         " in ", framework::print_bytes(planned.solution.dram_budget),
                                         " of DRAM needs none; with less DRAM it does");
    framework::write_file(file, planned.solution.result.program);
}

void print(const Flags& flags, const PlannedNetwork& planned, Progress& progress) {
    progress.say("");
    std::cout << summary(flags.model, flags.placement, planned) << '\n';
    if (!flags.load.empty())
        std::cout << "checked without the solver: the plan, its time and the bound; not checked: "
                     "how it was solved\n";
    if (flags.table && planned.solution.result.plan)
        std::cout << plan_table(planned.network.schedule, *planned.solution.result.plan,
                                flags.all ? std::nullopt : std::optional(flags.top));
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
    const PlannedNetwork planned = flags.load.empty()
                                       ? plan(graph, flags.model, flags.placement, progress)
                                       : load_plan(flags.load, graph, flags.model, flags.placement, progress);
    Outputs outputs;
    if (!flags.save.empty())
        outputs.write([&] { session::save(flags.save, planned.network, planned.profile, planned.solution); });
    if (!flags.placement.write_lp.empty()) outputs.write([&] { write_lp(flags, planned); });
    Json report = new_report("plan", arguments, flags.placement.mode());
    report_model(report, flags.model, planned.network);
    report_plan(report, flags.placement, planned);
    const framework::Bytes slow_bytes = planned.memory_mode
                                            ? planned.memory_mode->pool_bytes
                                            : planned.solution.result.plan->arena[framework::Tier::slow];
    if (flags.placement.simulate) {
        report_slow(report, {.kind = "simulated", .block = {}}, slow_bytes);
    } else if (flags.load.empty() || flags.placement.emulate) {  // a saved plan does not name its slow memory
        report_slow(report, runtime::open_slow_memory(flags.placement.slow_memory(), 1), slow_bytes);
    }
    report_memory(report);
    if (!flags.output.report.empty()) outputs.write([&] { write_json(flags.output.report, report); });
    if (!flags.output.quiet) print(flags, planned, progress);
    outputs.add_failure(planned.profile.measured.unsaved);
    outputs.require_all();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Finds the best placement within a DRAM budget and prints it; trains nothing.", "plan");
    app.footer(
        "Examples:\n"
        "  plan --model resnet50 --batch 16 --dram 20%         the plan on this machine\n"
        "  plan --model vgg19 --batch 2048 --dram 4:1 --simulate --machine paper --top 5\n"
        "                                                      on a model of AutoTM's machine\n"
        "  plan --dram 2GiB --save plan.json                   for train --load plan.json\n\n");
    Flags flags;
    flags.model.batch = 16;
    flags.model.name = "resnet50";
    flags.model.add_to(app);
    flags.placement.add_to(app);
    auto* top =
        add_number(app, "--top", flags.top, positive, "print so many tensors, the largest or most moved")
            ->capture_default_str();
    app.add_flag("--all", flags.all, "print all tensors")->excludes(top);
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
           "linear program of static and synchronous: routes, or paper (the paper's own, slow to solve)")
        ->check(CLI::IsMember({"routes", "paper"}));
    auto* loaded = app.add_option("--load", flags.load, "check and print a saved plan of the same network");
    loaded->excludes(save)->excludes(lp);
    for (const char* solved :
         {"--formulation", "--dram", "--placement", "--gap", "--time-limit", "--cache", "--slow"})
        loaded->excludes(app.get_option(solved));
    flags.output.add_to(app);
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
