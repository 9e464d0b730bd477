#include "optimizer/proof/plan_file.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "framework/base/error.h"
#include "framework/plan/machine.h"
#include "optimizer/proof/certificate.h"
#include "tests/support/random_graph.h"

using namespace framework;
using optimizer::Placement;
using optimizer::SavedPlan;
using optimizer::Status;

namespace {

struct TemporaryFile {
    std::string path =
        (std::filesystem::temp_directory_path() / text("autotm_plan_", ::getpid(), ".json")).string();
    ~TemporaryFile() { std::filesystem::remove(path); }

    std::string read() const {
        std::ostringstream out;
        out << std::ifstream(path).rdbuf();
        return out.str();
    }
    void write(const std::string& content) const { std::ofstream(path) << content; }
};

struct Fixture {
    Graph graph = support::random_graph(4, 20);
    Schedule schedule{graph};
    Profile profile = support::random_profile(schedule, 4, support::Kernels::additive);
    Bytes budget = schedule.peak_bytes() / 2;
    SavedPlan saved{.placement = Placement::synchronous,
                    .dram_budget = budget,
                    .profile = profile,
                    .mode = "measured",
                    .host = "two threads",
                    .gap = 1e-3,
                    .result = solve(Placement::synchronous, {schedule, profile, budget})};
    TemporaryFile file;
};

// The first proof of a certificate, changed.
void change_proof(optimizer::Certificate& certificate, const auto& change) {
    optimizer::Proof proof = *certificate.cases.front().proof;
    optimizer::KernelFunctions functions = *proof.kernels;
    change(proof.price, functions);
    proof.kernels = std::make_shared<optimizer::KernelFunctions>(std::move(functions));
    certificate.cases.front().proof = std::make_shared<optimizer::Proof>(std::move(proof));
}

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "plan file: what is saved comes back, and its bound is what its certificate shows") {
    save_plan(file.path, schedule, saved);
    CHECK(optimizer::mode_of_plan(file.path) == "measured");
    const SavedPlan loaded = optimizer::load_plan(file.path, graph, schedule);
    CHECK(loaded.placement == saved.placement);
    CHECK(loaded.dram_budget == saved.dram_budget);
    CHECK(loaded.host == saved.host);
    CHECK(*loaded.result.plan == *saved.result.plan);
    CHECK(loaded.result.predicted_s == doctest::Approx(saved.result.predicted_s));
    CHECK((loaded.result.status == Status::optimal) == (loaded.result.gap <= saved.gap));
    CHECK(loaded.result.bound_s == doctest::Approx(saved.result.bound_s));
    CHECK(loaded.result.bound_s ==
          doctest::Approx(proved_bound({schedule, profile, budget}, saved.result.certificate)));
}

TEST_CASE_FIXTURE(Fixture, "plan file: a missing, cut or foreign file is refused with its name") {
    CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
    save_plan(file.path, schedule, saved);
    const std::string whole = file.read();
    for (const std::size_t length : {std::size_t{0}, whole.size() / 3, whole.size() - 3}) {
        file.write(whole.substr(0, length));
        CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
    }
    file.write("{\"format\": \"something else\", \"version\": 2}");
    CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
    file.write(whole);
    const Graph other = support::random_graph(5, 20);
    CHECK_THROWS_WITH_AS(optimizer::load_plan(file.path, other, Schedule(other)),
                         text(file.path, ": it was made for another graph; make a plan for this one").c_str(),
                         DataError);
}

TEST_CASE_FIXTURE(Fixture, "plan file: what is no whole number, or too large for one, is refused, not cut") {
    save_plan(file.path, schedule, saved);
    const nlohmann::json whole = nlohmann::json::parse(file.read());
    for (const nlohmann::json& number : {nlohmann::json(4294967296), nlohmann::json(0.5),
                                         nlohmann::json(1e300), nlohmann::json(18446744073709551615U)}) {
        CAPTURE(number.dump());
        for (const auto* at : {"/plan/residencies/0/storage", "/solver/rows", "/solver/refinements"}) {
            CAPTURE(at);
            nlohmann::json changed = whole;
            nlohmann::json& field = changed.at(nlohmann::json::json_pointer(at));
            field = number;
            file.write(changed.dump());
            CHECK_THROWS_WITH_AS(optimizer::load_plan(file.path, graph, schedule),
                                 doctest::Contains("whole number"), DataError);
        }
    }
}

TEST_CASE_FIXTURE(Fixture, "plan file: a plan that was tampered with is judged, not trusted") {
    SavedPlan broken = saved;
    broken.result.plan->residencies.front().offset += 64;
    save_plan(file.path, schedule, broken);
    CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
}

TEST_CASE_FIXTURE(Fixture, "plan file: where the times are said to be from is checked") {
    const auto refused = [&](const char* because, auto change) {
        CAPTURE(because);
        SavedPlan other = saved;
        change(other);
        save_plan(file.path, schedule, other);
        CHECK_THROWS_WITH_AS(optimizer::load_plan(file.path, graph, schedule), doctest::Contains(because),
                             DataError);
    };
    refused("no static placement", [](SavedPlan& s) { s.placement = Placement::static_; });
    refused("no dram placement", [](SavedPlan& s) { s.placement = Placement::dram; });
    refused("solver.rows: expected a whole number from 0 to 2147483647, and it says -7",
            [](SavedPlan& s) { s.result.rows = -7; });
    refused("how its times were found", [](SavedPlan& s) { s.mode = "guessed"; });
    refused("called measured", [](SavedPlan& s) { s.machine = "paper"; });
    refused("called emulated", [](SavedPlan& s) { s.mode = "emulated"; });
    refused("not those of the machine", [](SavedPlan& s) { s.mode = "simulated", s.machine = "paper"; });
    refused("larger than the budget",
            [](SavedPlan& s) { s.dram_budget = s.result.plan->arena[Tier::dram] - 1; });
}

TEST_CASE_FIXTURE(Fixture, "plan file: a certificate that claims too much of a kernel is not saved") {
    SavedPlan other = saved;
    change_proof(other.result.certificate, [](auto&, auto& functions) {
        for (optimizer::KernelFunction& function : functions) function.constant *= 1.5;
    });
    CHECK_THROWS_WITH_AS(save_plan(file.path, schedule, other), doctest::Contains("too much of kernel"),
                         DataError);
    change_proof(other.result.certificate, [](auto&, auto& functions) { functions.pop_back(); });
    CHECK_THROWS_WITH_AS(save_plan(file.path, schedule, other), doctest::Contains("another problem"),
                         DataError);
}

TEST_CASE_FIXTURE(Fixture, "problem file: what is read back is solved to the same plan") {
    const optimizer::Problem problem{schedule, profile, budget};
    optimizer::save_problem(file.path, problem);
    const optimizer::StoredProblem read = optimizer::read_problem(file.path);
    const auto result = solve(Placement::synchronous, read.problem());
    REQUIRE(result.plan);
    CHECK(*result.plan == *saved.result.plan);
    CHECK(result.predicted_s == saved.result.predicted_s);
    CHECK(read.problem().schedule.kernel(3) == schedule.kernel(3));
    CHECK_THROWS_WITH_AS(optimizer::load_plan(file.path, graph, schedule),
                         doctest::Contains("a problem without a plan"), DataError);
    save_plan(file.path, schedule, saved);
    CHECK(*solve(Placement::synchronous, optimizer::read_problem(file.path).problem()).plan ==
          *saved.result.plan);
}

TEST_CASE_FIXTURE(Fixture, "problem file: kernels that could take less than no time are not saved") {
    Profile none_in_slow = profile;
    for (KernelProfile& kernel : none_in_slow.kernels) {
        for (Timing& timing : kernel.timings) timing.median *= timing.slow == 0 ? 1 : 0;
    }
    CHECK_THROWS_WITH_AS(optimizer::save_problem(file.path, {schedule, none_in_slow, budget}),
                         doctest::Contains("with several of them there"), DataError);
}

// At a step without room a price costs nothing, and may hide what rounding takes away.
TEST_CASE_FIXTURE(Fixture, "plan file: numbers too large to be added up raise no bound") {
    const auto shown_by = [&](const optimizer::Certificate& certificate) {
        try {
            return proved_bound({schedule, profile, budget}, certificate);
        } catch (const DataError&) {  // it claims too much of a kernel
            return 0.0;
        }
    };
    const Seconds shown = shown_by(saved.result.certificate);
    CHECK(shown > 0);
    for (double large = 1e3; large < 1e300; large *= 1e9) {
        CAPTURE(large);
        const auto enlarge = [&](bool functions_too, bool prices_too) {
            optimizer::Certificate other = saved.result.certificate;
            other.cases.resize(1);
            other.cases.front().under.clear();
            change_proof(other, [&](auto& prices, auto& functions) {
                if (functions_too) functions[3].constant -= large;
                for (optimizer::KernelFunction& function : functions) {
                    for (double& penalty : function.penalties) penalty += functions_too ? large / 10 : 0;
                }
                for (double& price : prices) price += prices_too ? large : 0;
            });
            return shown_by(other);
        };
        CHECK(enlarge(true, false) <= saved.result.predicted_s);
        CHECK(enlarge(false, true) <= saved.result.predicted_s);
        CHECK(enlarge(true, true) <= saved.result.predicted_s);
    }
}

TEST_CASE("plan file: simulated and emulated times are those of their machine") {
    const Graph graph = support::random_graph(4, 20);
    const Schedule schedule(graph);
    const Bytes budget = schedule.peak_bytes() / 2;
    const TemporaryFile file;
    for (const double scale : {0.0, 0.25}) {
        Machine machine = load_machine("paper");
        if (scale > 0) machine = machine.scaled(scale);
        SavedPlan saved{.placement = Placement::synchronous,
                        .dram_budget = budget,
                        .profile = simulate(graph, schedule, machine),
                        .mode = scale > 0 ? "emulated" : "simulated",
                        .machine = "paper",
                        .machine_scale = scale};
        saved.result = solve(Placement::synchronous, {schedule, saved.profile, budget});
        save_plan(file.path, schedule, saved);
        CHECK(optimizer::load_plan(file.path, graph, schedule).machine_scale == scale);
        saved.machine = "cxl";
        save_plan(file.path, schedule, saved);
        CHECK_THROWS_WITH_AS(optimizer::load_plan(file.path, graph, schedule),
                             doctest::Contains("not those of the machine"), DataError);
    }
}
