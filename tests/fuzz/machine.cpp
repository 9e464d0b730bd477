// Machine files (--machine FILE).
#include "framework/plan/machine.h"

#include <cmath>
#include <stdexcept>

#include "tests/fuzz/harness.h"
#include "tests/support/random_graph.h"

namespace {

std::string lists(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

constexpr std::size_t deep = 100'000;
const fuzz::LargeInput deep_value([] { return "name = " + lists(deep); });
const fuzz::LargeInput long_key([] { return std::string(deep, 'a') + " = 1"; });

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const framework::Graph graph = support::random_graph(4, 8);
    static const framework::Schedule schedule(graph);
    return fuzz::judge([&] {
        const framework::Machine machine =
            framework::load_machine(fuzz::write("machine.toml", {data, size}).string());
        for (const framework::KernelProfile& kernel : simulate(graph, schedule, machine).kernels) {
            for (const framework::Timing& timing : kernel.timings) {
                if (!std::isfinite(timing.median)) throw std::logic_error("a kernel takes no finite time");
            }
        }
    });
}
