// The four networks of the paper, at its batch sizes, on its machine: nothing runs.
#include <tuple>

#include <doctest/doctest.h>

#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"
#include "framework/plan/machine.h"
#include "models/models.h"
#include "optimizer/policies/memory_mode.h"
#include "optimizer/solve.h"

using namespace framework;
using optimizer::Placement;

namespace {

Graph paper_network(const char* name, int batch) {
    Graph graph = fuse(models::training(
        name, {.batch = batch}, {.momentum = 0, .nesterov = false, .weight_decay = 0, .decay_all = false}));
    reuse_in_place(graph);
    return graph;
}

}  // namespace

TEST_CASE("paper networks: gaps within what is asked of the solvers, both arenas without a gap") {
    for (const auto& [name, batch] :
         {std::pair{"paper_vgg19", 2048}, std::pair{"paper_inception_v4", 1024},
          std::pair{"paper_resnet200", 512}, std::pair{"paper_densenet264", 512}}) {
        CAPTURE(name);
        const Graph graph = paper_network(name, batch);
        const Schedule schedule(graph);
        const Profile profile = simulate(graph, schedule, load_machine("paper"));
        for (const int percent : {20, 60}) {
            CAPTURE(percent);
            const auto check = [&](Placement placement, double gap, double most) {
                CAPTURE(name_of(placement));
                const auto found = solve(placement,
                                         {.schedule = schedule,
                                          .profile = profile,
                                          .dram_budget = schedule.peak_bytes() * percent / 100},
                                         {.gap = gap});
                MESSAGE(std::string(name), ' ', percent, " % ", name_of(placement), ": gap ", 100 * found.gap,
                        " %, ", found.solve_s, " s, work ", found.work, ", ", text_of(found.stopped));
                REQUIRE_MESSAGE(found.plan, found.reason);
                CHECK(found.gap <= most);
                CHECK(found.refinements == 0);
                CHECK(found.plan->arena[Tier::dram] == most_live(schedule, *found.plan, Tier::dram));
                CHECK(found.plan->arena[Tier::slow] == most_live(schedule, *found.plan, Tier::slow));
                return found.predicted_s;
            };
            const Seconds moving = check(Placement::synchronous, 5e-4, 1e-3);
            const Seconds fixed = check(Placement::static_, 1e-3, 5e-3);
            CHECK(moving <= fixed);
            const auto touched =
                solve(Placement::first_touch, {.schedule = schedule,
                                               .profile = profile,
                                               .dram_budget = schedule.peak_bytes() * percent / 100});
            CHECK(fixed <= touched.predicted_s);
            CHECK(touched.bound_s <= moving);
        }
    }
}

TEST_CASE("paper networks: those far larger than DRAM are slower with DRAM as a cache than with a plan") {
    const Machine machine = load_machine("paper");
    for (const auto& [name, batch, dram] : {std::tuple{"paper_vgg416", 320, 175e9},
                                            {"paper_inception_v4", 6144, 185e9},
                                            {"paper_resnet200", 2560, 185e9},
                                            {"paper_densenet264", 3072, 185e9}}) {
        CAPTURE(name);
        const Graph graph = paper_network(name, batch);
        const Schedule schedule(graph);
        const auto cached = optimizer::memory_mode(graph, schedule, machine, 192'000'000'000);
        const Bytes peak = schedule.peak_bytes();
        CHECK(peak > 600e9);
        CHECK(cached.pool_bytes >= peak);
        CHECK(cached.pool_bytes < 1.01 * static_cast<double>(peak));
        const auto planned = solve(Placement::synchronous,
                                   {.schedule = schedule,
                                    .profile = simulate(graph, schedule, machine),
                                    .dram_budget = static_cast<Bytes>(dram)},
                                   {.gap = 0.01});
        REQUIRE(planned.plan);
        CHECK(cached.seconds > planned.predicted_s);
    }
}
