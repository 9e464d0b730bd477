#include "optimizer/plan_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "framework/error.h"
#include "optimizer/certificate.h"
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
    Profile profile = support::random_profile(graph, schedule, 4, support::Kernels::additive);
    Bytes budget = schedule.peak_bytes() / 2;
    SavedPlan saved{.placement = Placement::synchronous,
                    .dram_budget = budget,
                    .profile = profile,
                    .mode = "emulated",
                    .machine = "paper",
                    .machine_scale = 12.5,
                    .gap = 1e-3,
                    .result = solve(Placement::synchronous, {graph, schedule, profile, budget})};
    TemporaryFile file;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "plan file: what is saved comes back, and its bound is what its certificate shows") {
    save_plan(file.path, graph, schedule, saved);
    CHECK(optimizer::mode_of_plan(file.path) == "emulated");
    Seconds claimed = 0;
    const SavedPlan loaded = optimizer::load_plan(file.path, graph, schedule, &claimed);
    CHECK(loaded.placement == saved.placement);
    CHECK(loaded.dram_budget == saved.dram_budget);
    CHECK(loaded.machine == saved.machine);
    CHECK(loaded.machine_scale == saved.machine_scale);
    CHECK(*loaded.result.plan == *saved.result.plan);
    CHECK(loaded.result.predicted_s == doctest::Approx(saved.result.predicted_s));
    CHECK((loaded.result.status == Status::optimal) == (loaded.result.gap <= saved.gap));
    CHECK(claimed == saved.result.bound_s);
    CHECK(loaded.result.bound_s <= claimed);
    CHECK(loaded.result.bound_s ==
          doctest::Approx(certified_bound({graph, schedule, profile, budget}, saved.result.certificate)));
}

TEST_CASE_FIXTURE(Fixture, "plan file: a missing, cut or foreign file is refused with its name") {
    CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
    save_plan(file.path, graph, schedule, saved);
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

TEST_CASE_FIXTURE(Fixture, "plan file: a plan that was tampered with is judged, not trusted") {
    SavedPlan broken = saved;
    broken.result.plan->residencies.front().offset += 64;
    save_plan(file.path, graph, schedule, broken);
    CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
}

TEST_CASE_FIXTURE(Fixture,
                  "plan file: claims are checked against the times and the certificate in the file") {
    const auto refused = [&](const char* because, auto change) {
        CAPTURE(because);
        SavedPlan other = saved;
        change(other);
        save_plan(file.path, graph, schedule, other);
        CHECK_THROWS_WITH_AS(optimizer::load_plan(file.path, graph, schedule), doctest::Contains(because),
                             DataError);
    };
    refused("by its own times", [](SavedPlan& s) { s.result.predicted_s *= 0.9; });
    refused("claims a bound", [](SavedPlan& s) { s.result.bound_s = 1.01 * s.result.predicted_s; });
    refused("claims a bound", [](SavedPlan& s) { s.result.bound_s *= 0.5; });
    refused("too much of kernel", [](SavedPlan& s) {
        for (double& constant : s.result.certificate.constants) constant *= 1.5;
    });
    refused("another problem", [](SavedPlan& s) { s.result.certificate.price.pop_back(); });
    refused("nothing of plans with moves", [](SavedPlan& s) { s.result.certificate.moving = false; });
    refused("a time for every kernel", [](SavedPlan& s) { s.profile.kernels.pop_back(); });
    refused("does not hold", [](SavedPlan& s) { s.dram_budget = s.result.plan->dram_bytes - 1; });
}
