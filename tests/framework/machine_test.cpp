#include "framework/machine.h"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "framework/error.h"

using namespace framework;

namespace {

TensorId tensor(Graph& graph, const Shape& shape, const char* name) {
    return graph.add(Input{{shape}}, {}, name).front();
}

// Milliseconds of the only kernel of a graph with these operands in slow memory.
double ms(const Graph& graph, TierMask slow) {
    const Schedule schedule(graph);
    return 1e3 * simulate(graph, schedule, load_machine("paper")).kernels.front().seconds(slow);
}

}  // namespace

TEST_CASE("machine: the paper's times of a 3x3 convolution, with its result in either tier") {
    Graph graph;  // 112x112x128, batch 16; measured 23.9 ms, and 58.0 ms with y in slow memory
    const TensorId x = tensor(graph, {16, 128, 112, 112}, "x"), w = tensor(graph, {128, 128, 3, 3}, "w");
    graph.add(Conv2d{.window = {.padding = 1}}, std::vector{x, w}, "conv");
    CHECK(ms(graph, 0b000) == doctest::Approx(23.9).epsilon(0.1));
    CHECK(ms(graph, 0b001) == doctest::Approx(23.6).epsilon(0.1));
    CHECK(ms(graph, 0b010) == doctest::Approx(23.6).epsilon(0.1));
    CHECK(ms(graph, 0b100) == doctest::Approx(58.0).epsilon(0.1));
    CHECK(ms(graph, 0b101) == doctest::Approx(60.4).epsilon(0.1));
}

TEST_CASE("machine: the paper's times of a sum, which waits for every byte") {
    Graph graph;  // 147x147x64, batch 16; measured 3.43, 4.86, 6.87, 31.0 and 34.4 ms
    const TensorId a = tensor(graph, {16, 64, 147, 147}, "a"), b = tensor(graph, {16, 64, 147, 147}, "b");
    graph.add(Add{}, std::vector{a, b}, "add");
    CHECK(ms(graph, 0b000) == doctest::Approx(3.43).epsilon(0.1));
    CHECK(ms(graph, 0b001) == doctest::Approx(4.86).epsilon(0.1));
    CHECK(ms(graph, 0b011) == doctest::Approx(6.87).epsilon(0.1));
    CHECK(ms(graph, 0b100) == doctest::Approx(31.0).epsilon(0.1));
    CHECK(ms(graph, 0b111) == doctest::Approx(34.4).epsilon(0.1));
}

TEST_CASE("machine: scaled, every time shrinks by the factor") {
    Graph graph;
    const TensorId x = tensor(graph, {16, 64, 56, 56}, "x"), w = tensor(graph, {64, 64, 1, 1}, "w");
    graph.add(Conv2d{}, std::vector{x, w}, "conv");
    const Schedule schedule(graph);
    for (const char* name : {"paper", "cxl"}) {
        const Machine machine = load_machine(name), twice = machine.scaled(2);
        const Profile slow = simulate(graph, schedule, machine), fast = simulate(graph, schedule, twice);
        for (std::size_t i = 0; i < slow.kernels[0].timings.size(); ++i) {
            CHECK(fast.kernels[0].timings[i].median ==
                  doctest::Approx(slow.kernels[0].timings[i].median / 2));
        }
        CHECK(machine.to_dram.seconds(1 << 20) > machine.to_dram.latency);
    }
}

TEST_CASE("machine: a file that is missing or damaged is refused with the line or the field") {
    CHECK_THROWS_AS(load_machine("no such machine"), DataError);
    const std::string path =
        (std::filesystem::temp_directory_path() / text("autotm_machine_", ::getpid(), ".toml")).string();
    for (const char* content : {"name = ", "name = \"m\"", "name = \"m\"\n[dram]\nbytes_per_s = -1\n[copy]\n",
                                "name = \"m\"\n[dram]\nbytes_per_s = 1e9\n[copy]\nto_dram_bytes_per_s = "
                                "1\nto_slow_bytes_per_s = 1\n"
                                "beside_to_dram_bytes_per_s = 1\nbeside_to_slow_bytes_per_s = 1\n"}) {
        std::ofstream(path) << content;
        CAPTURE(content);
        CHECK_THROWS_AS(load_machine(path), DataError);
    }
    std::filesystem::remove(path);
}
