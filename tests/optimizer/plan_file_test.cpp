#include "optimizer/plan_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "framework/error.h"
#include "tests/support/random_graph.h"

using namespace framework;
using optimizer::Placement;
using optimizer::SavedPlan;

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
    SavedPlan saved{Placement::synchronous, budget,
                    solve(Placement::synchronous, {graph, schedule, profile, budget})};
    TemporaryFile file;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "plan file: what is saved comes back, certificate and all") {
    save_plan(file.path, graph, schedule, saved);
    const SavedPlan loaded = optimizer::load_plan(file.path, graph, schedule);
    CHECK(loaded.placement == saved.placement);
    CHECK(loaded.dram_budget == saved.dram_budget);
    CHECK(*loaded.result.plan == *saved.result.plan);
    CHECK(loaded.result.predicted_s == saved.result.predicted_s);
    CHECK(loaded.result.bound_s == saved.result.bound_s);
    CHECK(loaded.result.gap == saved.result.gap);
    CHECK(loaded.result.status == saved.result.status);
}

TEST_CASE_FIXTURE(Fixture, "plan file: a missing, cut or foreign file is refused with its name") {
    CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
    save_plan(file.path, graph, schedule, saved);
    const std::string whole = file.read();
    for (const std::size_t length : {std::size_t{0}, whole.size() / 3, whole.size() - 3}) {
        file.write(whole.substr(0, length));
        CHECK_THROWS_AS(optimizer::load_plan(file.path, graph, schedule), DataError);
    }
    file.write("{\"format\": \"something else\", \"version\": 1}");
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
