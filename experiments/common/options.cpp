#include "experiments/common/options.h"

#include <cmath>
#include <iomanip>
#include <iostream>

#include "experiments/common/numbers.h"
#include "framework/base/error.h"
#include "framework/passes/passes.h"
#include "framework/plan/machine.h"
#include "optimizer/solve.h"
#include "runtime/host/team.h"
#include "runtime/memory/slow_memory.h"
#include "runtime/session/budget.h"

namespace experiments {

using framework::Bytes;
using framework::require;
using framework::UsageError;

namespace {

// Reports a wrong value at once, not after minutes of measuring.
template <class Use>
CLI::Validator tried(Use use) {
    return CLI::Validator(
        [=](const std::string& value) {
            use(value);
            return std::string();
        },
        "");
}

}  // namespace

void ModelFlags::add_to(CLI::App& app) {
    app.add_option("--model", name, "the network; --list-models names them all")->capture_default_str();
    add_number(app, "--batch", batch, batches, "images in a batch")->capture_default_str();
    add_number(app, "--image-size", image_size, image_side,
               "side of the images (default: the data's, or the network's own)");
    add_number(app, "--classes", classes, batches, "classes told apart (default: the data's, or 1000)");
    add_number(app, "--threads", threads, threads_of_a_machine,
               "threads to compute with (default: the processors that this process may use)");
    add_number(app, "--seed", seed, any_seed, "seed of parameters, data order and dropout")
        ->capture_default_str();
    app.add_option_function<std::string>(
           "--stem", [this](const std::string& name) { stem = models::parse_stem(name); },
           "first layers of ResNet and DenseNet: small (one 3x3 convolution) or imagenet (7x7 convolution "
           "and pool); "
           "default: small for images of at most 64x64 pixels")
        ->check(tried(models::parse_stem));
    std::string passes;
    for (const framework::PassInfo& pass : framework::optional_passes())
        passes += (passes.empty() ? "" : ", ") + std::string(pass.name) + " (" + pass.what + ")";
    app.add_option("--without", without, "leave out a pass over the network: " + passes)
        ->delimiter(',')
        ->check(tried([](const std::string& name) { framework::Passes({name}); }));
    const auto short_for = [&](const char* flag, const char* pass) {
        app.add_flag_callback(
            flag, [this, pass] { without.emplace_back(pass); }, std::string("short for --without ") + pass);
    };
    short_for("--no-winograd", "winograd");
    short_for("--no-fuse", "fuse");
    app.add_flag("--verbose", verbose, "print what each pass over the network takes");
    app.add_flag_callback(
        "--list-models",
        [] {
            print_models();
            throw CLI::Success();
        },
        "name, parameters, input and multiply-adds of every network");
}

void ModelFlags::apply_threads() const {
    runtime::set_team(runtime::startable_threads(threads > 0 ? threads : runtime::default_threads()));
}

namespace {

void check_placement_name(const std::string& name) {
    std::string known;
    for (const optimizer::Placement placement : optimizer::placements()) {
        if (name == optimizer::name_of(placement)) return;
        known += optimizer::name_of(placement) + ", ";
    }
    require<UsageError>(name == PlacementFlags::memory_mode, framework::in_quotes(name),
                        " is no placement; there are ", known, "and with --simulate ",
                        PlacementFlags::memory_mode);
}

}  // namespace

void PlacementFlags::check_placement(const std::string& name) const {
    check_placement_name(name);
    if (name != memory_mode) return;
    require<UsageError>(
        simulate, "placement ", name,
        " (DRAM as a hardware cache) can only be simulated; use --simulate --machine paper, or "
        "another placement");
    framework::load_machine(machine).require_memory_mode();
}

void PlacementFlags::add_to(CLI::App& app) {
    app.add_option("--dram", dram,
                   "DRAM budget: a size (6GiB), a share of what the all-DRAM run needs (20%), slow:DRAM "
                   "(4:1), or auto (what is free now); with 2lm the size of the cache")
        ->check(tried([](const std::string& value) { dram_budget(value, 0); }))
        ->capture_default_str();
    app.add_option(
           "--placement", placement,
           "dram | slow | first-touch | greedy | static | synchronous; with --simulate also 2lm (DRAM as a "
           "hardware cache); default: dram if everything fits the budget, else synchronous, the best")
        ->check(tried(check_placement_name));
    auto* real =
        app.add_option("--slow", slow,
                       "slow memory: dir:PATH | numa:NODE (default: a file in the temporary directory)")
            ->check(tried([](const std::string& value) {
                framework::require<framework::UsageError>(
                    value != runtime::emulated_memory, "--slow ", value,
                    ": write it as dir:PATH or numa:NODE; --emulate makes "
                    "DRAM stand for slow memory");
                runtime::open_slow_memory(value, 1);
            }));
    auto* times = app.add_option("--cache", cache, "file in which kernel times are kept between runs");
    auto* model = app.add_option("--machine", machine,
                                 "machine model for --emulate and --simulate: paper | cxl | FILE");
    auto* emulated = app.add_flag("--emulate", emulate, "run for real, with the machine's delays injected")
                         ->needs(model)
                         ->excludes(real);
    app.add_flag("--simulate", simulate, "run nothing: predict from the machine alone")
        ->needs(model)
        ->excludes(emulated)
        ->excludes(real)
        ->excludes(times);
    add_number(app, "--time-limit", time_limit, {0, 1e9},
               "seconds for the solver (default: a fixed amount of work, about ten seconds, so that results "
               "can be repeated)");
    add_number(app, "--gap", gap, at_most_one,
               "stop when the plan is proved within this fraction of the best (0.001 = 0.1 %)")
        ->capture_default_str();
    app.parse_complete_callback([this] {
        require<UsageError>(machine.empty() || emulate || simulate, "--machine ", machine,
                            " is a model of memory; say what for: --simulate predicts by it, --emulate runs "
                            "with its delays");
        require<UsageError>(!simulate || dram != free_now, "--dram ", free_now,
                            " is what is free on this machine, and --simulate models another; give a size, a "
                            "share or slow:DRAM");
        if (!placement.empty()) check_placement(placement);
        const bool solved = placement.empty() || placement == "static" || placement == "synchronous";
        require<UsageError>(solved || (write_lp.empty() && formulation == optimizer::Formulation::routes),
                            "--placement ", placement,
                            " solves no linear program: --write-lp and --formulation are for static and "
                            "synchronous");
    });
}

std::string PlacementFlags::slow_memory() const {
    return emulate ? runtime::emulated_memory : slow;
}

void OutputFlags::add_to(CLI::App& app) {
    app.add_option("--report", report, "write the report here (JSON)");
    app.add_flag("--quiet", quiet, "print nothing but errors");
}

Bytes dram_budget(const std::string& flag, Bytes all) {
    const auto number = [&](std::string_view digits, double most, const char* form) {
        const auto value = framework::parse_number<double>(digits);
        require<UsageError>(
            value && *value >= 0 && *value <= most, "--dram: ", framework::in_quotes(flag), " is not ", form,
            "; write a size (6GiB), a share of what all-DRAM needs (20%), slow:DRAM (4:1) or auto");
        return *value;
    };
    const std::string_view given = flag;
    if (given == PlacementFlags::free_now) return runtime::session::free_dram().budget;
    if (given.ends_with('%')) {
        // 100 % is enough; more than 1000 % is probably a mistake.
        const double share = number(given.substr(0, given.size() - 1), 1000, "a share from 0% to 1000%");
        return static_cast<Bytes>(std::ceil(share / 100 * static_cast<double>(all)));
    }
    if (const auto colon = given.find(':'); colon != std::string_view::npos) {
        const char* form = "a ratio of two numbers from 0 to 1e6";
        const double slow = number(given.substr(0, colon), 1e6, form),
                     dram = number(given.substr(colon + 1), 1e6, form);
        require<UsageError>(slow + dram > 0, "--dram: ", framework::in_quotes(flag),
                            " shares nothing out; write slow:DRAM, such as 4:1");
        return static_cast<Bytes>(static_cast<double>(all) * (dram / (slow + dram)));
    }
    return framework::parse_bytes(flag, "--dram");
}

framework::Graph training_graph(const ModelFlags& model) {
    framework::SgdOptions sgd;
    if (model.name.starts_with("paper_"))
        sgd = {.momentum = 0, .nesterov = false, .weight_decay = 0, .decay_all = false};
    return models::training(model.name,
                            {.batch = model.batch,
                             .image_size = model.image_size,
                             .classes = model.classes ? model.classes : 1000,
                             .stem = model.stem},
                            sgd);
}

std::string stem_name(const ModelFlags& model, int image_size) {
    return models::has_stems(model.name) ? models::name_of(models::stem_for(model.stem, image_size)) : "";
}

void print_models() {
    std::cout << std::left << std::setw(22) << "model" << std::right << std::setw(14) << "parameters"
              << std::setw(14) << "input" << std::setw(18) << "multiply-adds" << '\n';
    for (const std::string& name : models::names()) {
        const framework::Graph graph = models::inference(name, {.batch = 1});
        std::int64_t parameters = 0, work = 0;
        for (framework::OpId id = 0; id < graph.op_count(); ++id) {
            const framework::OpNode& node = graph.op(id);
            framework::Types in, out;
            for (const framework::TensorId t : node.inputs) in.push_back(graph.tensor(t).type);
            for (const framework::TensorId t : node.outputs) out.push_back(graph.tensor(t).type);
            if (std::holds_alternative<framework::Parameter>(node.op)) parameters += out[0].shape.elements();
            work += framework::multiply_adds(node.op, in, out);
        }
        const framework::Shape images = graph.tensor(graph.find("images")).type.shape;
        std::cout << std::left << std::setw(22) << name << std::right << std::setw(14) << parameters
                  << std::setw(14) << framework::text(images[1], "x", images[2], "x", images[3])
                  << std::setw(18) << work << '\n';
    }
}

}  // namespace experiments
