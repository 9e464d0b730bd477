#include "runtime/host/team.h"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <omp.h>

#include "framework/passes/fuse.h"
#include "models/models.h"
#include "tests/support/run_graph.h"

using namespace framework;
using namespace support;

namespace {

constexpr int iterations = 2;
constexpr float rate = 0.05F;

Graph network(const char* name) {
    return fuse(models::training(name, {.batch = 4, .image_size = 32, .classes = 10}));
}

// Of a network that is made and trained with a team of `threads` in one thread, which is in no parallel
// region.
std::vector<float> losses_alone(const Graph& graph, int threads) {
    std::vector<float> losses;
    std::thread([&] {
        runtime::set_team(threads);
        GraphRun run(graph);
        losses = train(run, iterations, rate);
    }).join();
    return losses;
}

void in_a_thread(const std::function<void()>& work) {
    std::thread(work).join();
}

void in_a_parallel_region(const std::function<void()>& work) {
#pragma omp parallel num_threads(2)
#pragma omp single
    work();
}

}  // namespace

TEST_CASE("team: its size is what a parallel region gets, and what OpenMP promises from then on") {
    const int before = omp_get_max_threads();
    for (const int wanted : {1, 2, 3}) {
        const runtime::Team team(wanted);
        int there = 0;
#pragma omp parallel reduction(+ : there)
        there += 1;
        CHECK(team.size() == there);
        CHECK(team.size() == omp_get_max_threads());
        CHECK(team.size() <= wanted);
    }
    CHECK(omp_get_max_threads() == before);
    int within = 0;
    in_a_parallel_region([&] { within = runtime::team_size(); });
    CHECK(within == 1);
}

TEST_CASE("team: dynamic teams do not make it smaller") {
    in_a_thread([] {
        const int whole = runtime::set_team(3);
        omp_set_dynamic(1);
        CHECK(runtime::set_team(3) == whole);
        CHECK(omp_get_dynamic() == 0);
    });
}

TEST_CASE("team: what the work throws comes through, from another thread too") {
    struct Thrown {};
    const int there = runtime::team_size();
    CHECK_THROWS_AS(runtime::on_team(there, [] { throw Thrown(); }), Thrown);
    in_a_parallel_region([&] { CHECK_THROWS_AS(runtime::on_team(there, [] { throw Thrown(); }), Thrown); });
}

TEST_CASE("team: an executor made in one thread and run in another gives the losses it gives alone") {
    const Graph graph = network("resnet18");
    for (const int threads : {1, 2, 3}) {
        CAPTURE(threads);
        const std::vector<float> alone = losses_alone(graph, threads);
        for (const auto& elsewhere : {in_a_thread, in_a_parallel_region}) {
            const runtime::Team here(threads);
            GraphRun run(graph);
            std::vector<float> losses;
            elsewhere([&] { losses = train(run, iterations, rate); });
            CHECK(losses == alone);
        }
        std::unique_ptr<GraphRun> run;
        in_a_thread([&] {
            runtime::set_team(threads);
            run = std::make_unique<GraphRun>(graph);
        });
        CHECK(train(*run, iterations, rate) == alone);
    }
}

TEST_CASE("team: an executor made within a parallel region has a team of one") {
    const Graph graph = network("resnet18");
    std::vector<float> losses;
    in_a_parallel_region([&] {
        GraphRun run(graph);
        losses = train(run, iterations, rate);
    });
    CHECK(losses == losses_alone(graph, 1));
}

TEST_CASE("team: executors that run at once give the losses that each gives alone") {
    const std::vector<Graph> graphs{network("resnet18"), network("densenet121")};
    const std::vector<int> threads{2, 1};
    std::vector<std::vector<float>> alone, of_one, found(2);
    for (std::size_t i = 0; i < 2; ++i) {
        alone.push_back(losses_alone(graphs[i], threads[i]));
        of_one.push_back(losses_alone(graphs[i], 1));
    }
    const auto made_and_run = [&](std::size_t i) {
        GraphRun run(graphs[i]);
        found[i] = train(run, iterations, rate);
    };
    {
        std::vector<std::thread> both;
        for (std::size_t i = 0; i < 2; ++i) {
            both.emplace_back([&, i] {
                runtime::set_team(threads[i]);
                made_and_run(i);
            });
        }
        for (std::thread& thread : both) thread.join();
        CHECK(found == alone);
    }
#pragma omp parallel for num_threads(2)
    for (std::size_t i = 0; i < 2; ++i) made_and_run(i);
    CHECK(found == of_one);

    std::vector<std::unique_ptr<GraphRun>> runs;
    for (std::size_t i = 0; i < 2; ++i) {
        const runtime::Team here(threads[i]);
        runs.push_back(std::make_unique<GraphRun>(graphs[i]));
    }
#pragma omp parallel for num_threads(2)
    for (std::size_t i = 0; i < 2; ++i) found[i] = train(*runs[i], iterations, rate);
    CHECK(found == alone);
}
