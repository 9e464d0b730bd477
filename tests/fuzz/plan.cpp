// Problem files and plan files (plan --load), of a small graph.
#include "optimizer/proof/plan_file.h"
#include "tests/fuzz/harness.h"
#include "tests/support/random_graph.h"

namespace {

std::string lists(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

// Lists in lists, far deeper than a reader that calls itself for each can follow.
constexpr std::size_t deep = 100'000;
const fuzz::LargeInput deep_file([] { return lists(deep); });
const fuzz::LargeInput deep_version([] {
    return R"({"format":"autotm plan","version":)" + lists(deep) + "}";
});
const fuzz::LargeInput deep_origin([] {
    return R"({"format":"autotm plan","version":4,"origin":)" + lists(deep) + "}";
});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const framework::Graph graph = support::random_graph(4, 8);
    static const framework::Schedule schedule(graph);
    const std::filesystem::path file = fuzz::write("plan.json", {data, size});
    fuzz::judge([&] { optimizer::mode_of_plan(file.string()); });
    fuzz::judge([&] { optimizer::read_problem(file.string()); });
    return fuzz::judge([&] { optimizer::load_plan(file.string(), graph, schedule); });
}
