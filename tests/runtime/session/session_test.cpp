#include "runtime/session/session.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "models/models.h"
#include "optimizer/feasibility.h"
#include "runtime/memory/available_memory.h"
#include "runtime/training/floats.h"
#include "runtime/training/parameters.h"
#include "tests/support/array.h"
#include "tests/support/run_graph.h"
#include "tests/support/small_networks.h"
#include "tests/support/temporary_folder.h"

using framework::Bytes;
using framework::Graph;
using runtime::session::Placement;
using support::Array;

namespace fs = std::filesystem;
namespace session = runtime::session;

namespace {

const models::ModelOptions small{.batch = 4, .image_size = 16, .classes = 10};

struct Batch {
    Array images = support::normal({4, 3, 16, 16}, 1);
    std::vector<std::int32_t> labels{1, 7, 3, 9};
};

session::Network prepared() {
    return session::prepare(models::training(support::patchwork, small));
}

// `part` of what all-DRAM takes, or what the largest kernel needs: the scratch of one depends on the
// processor.
Bytes budget_of(const session::Network& network, int part) {
    return std::max(optimizer::smallest_budget(network.schedule).bytes, network.all_dram_bytes / part);
}

session::TrainingOptions evaluated() {
    session::TrainingOptions options{.seed = 3, .check_moves = true};
    options.evaluation = models::inference(support::patchwork, small);
    return options;
}

std::vector<float> losses_of(session::Training& training, int iterations) {
    const Batch batch;
    std::vector<float> losses;
    for (int i = 0; i < iterations; ++i)
        losses.push_back(training.step(batch.images.values, batch.labels, {.learning_rate = 0.01F}));
    return losses;
}

// Everything that lives across iterations, by name.
std::map<std::string, std::vector<float>> learned(const session::Training& training) {
    std::map<std::string, std::vector<float>> all;
    const Graph& graph = training.program().graph();
    for (const framework::TensorId id : runtime::persistent_tensors(graph)) {
        std::vector<float> values(static_cast<std::size_t>(graph.tensor(id).type.shape.elements()));
        training.get(graph.tensor(id).name, values);
        all[graph.tensor(id).name] = std::move(values);
    }
    return all;
}

}  // namespace

TEST_CASE(
    "session: a budget that holds everything asks for DRAM alone, a smaller one for the best placement") {
    const session::Network network = prepared();
    CHECK(session::placement_for(network, network.all_dram_bytes) == Placement::dram);
    CHECK(session::placement_for(network, network.all_dram_bytes - 1) == Placement::synchronous);
    CHECK(session::plan_in_dram(network, network.all_dram_bytes + 5).dram_budget ==
          network.all_dram_bytes + 5);
}

TEST_CASE("session: of the DRAM that is free, a budget leaves some to the program and to others") {
    const session::FreeDram dram = session::free_dram();
    const Bytes tensors = std::max<Bytes>(0, dram.free - runtime::beside_tensors);
    CHECK(dram.budget <= tensors);
    CHECK(static_cast<double>(dram.budget) == doctest::Approx(0.95 * static_cast<double>(tensors)));
}

TEST_CASE(
    "session: under every placement and budget a network trains as in DRAM, bit for bit, and evaluates in "
    "between") {
    const session::Network network = prepared();
    session::Training in_dram(network, session::plan_in_dram(network), evaluated());
    const std::vector<float> expected = losses_of(in_dram, 4);
    const session::Profile profile = session::profile(network, {.machine = "cxl"});
    const Bytes least = optimizer::smallest_budget(network.schedule).bytes;
    const Batch batch;
    for (const Placement placement : {Placement::slow, Placement::static_, Placement::synchronous}) {
        for (const Bytes budget : {least, budget_of(network, 5), budget_of(network, 2)}) {
            CAPTURE(optimizer::name_of(placement));
            CAPTURE(budget);
            const session::Solution solved =
                session::plan(network, profile, {.placement = placement, .dram = budget});
            session::Training training(network, profile, solved, evaluated());
            CHECK(training.dram_bytes() <= budget);
            std::vector<float> losses = losses_of(training, 2);
            const auto before = learned(training);
            std::vector<float> logits(40);
            const float loss = training.infer(batch.images.values, batch.labels, logits);
            CHECK(learned(training) == before);
            CHECK(training.infer(batch.images.values, batch.labels) == loss);
            for (const float later : losses_of(training, 2)) losses.push_back(later);
            CHECK(losses == expected);
        }
    }
}

TEST_CASE("session: what is evaluated is what a program of its own computes from the same parameters") {
    const session::Network network = prepared();
    session::Training training(network, session::plan_in_dram(network), evaluated());
    losses_of(training, 3);
    const Batch batch;
    std::vector<float> logits(40);
    training.infer(batch.images.values, batch.labels, logits);

    const Graph graph = models::inference(support::patchwork, small);
    support::GraphRun alone(graph);
    for (const auto& [name, values] : learned(training)) {
        const framework::TensorId id = alone.program().graph().find(name);
        if (id >= 0) alone.set(name, {alone.program().graph().tensor(id).type, values});
    }
    alone.set("images", batch.images);
    alone.set("labels", {{{4}, framework::DType::s32}, {batch.labels.begin(), batch.labels.end()}});
    alone.run();
    const std::vector<float> expected = alone.get("logits").values;
    for (std::size_t i = 0; i < logits.size(); ++i)
        CHECK(logits[i] == doctest::Approx(expected[i]).epsilon(1e-4));
}

TEST_CASE("session: what lives across iterations makes way where an evaluated kernel's scratch has no room") {
    const session::Network network = prepared();
    const framework::Plan plan = *session::plan_in_dram(network).result.plan;
    session::Network evaluated =
        session::prepare_evaluation(models::inference(support::patchwork, small), network);
    // A kernel with scratch as large as the whole of DRAM.
    Graph& graph = evaluated.lowered.graph;
    graph.add_scratch(evaluated.schedule.op(0), plan.arena[framework::Tier::dram]);
    evaluated.schedule = framework::Schedule(graph);
    const session::EvaluationPlan found =
        session::plan_evaluation(evaluated, network, plan, plan.arena[framework::Tier::dram]);
    CHECK(found.plan.arena[framework::Tier::dram] == plan.arena[framework::Tier::dram]);
    CHECK(found.aside.size() == runtime::persistent_tensors(network.lowered.graph).size());
    Bytes end = 0;
    for (const auto& [dram_offset, slow_offset, bytes] : found.aside) {
        CHECK(slow_offset >= end);
        end = slow_offset + bytes;
    }
    CHECK(found.plan.arena[framework::Tier::slow] >= end);
    graph.add_scratch(evaluated.schedule.op(1), plan.arena[framework::Tier::dram] + 64);
    evaluated.schedule = framework::Schedule(graph);
    CHECK_THROWS_AS(session::plan_evaluation(evaluated, network, plan, plan.arena[framework::Tier::dram]),
                    framework::OutOfTierMemory);
}

TEST_CASE("session: tensors are refused that are not of the graph's shape or type, in a sentence") {
    const session::Network network = prepared();
    session::Training training(network, session::plan_in_dram(network));
    const Batch batch;
    const std::vector<float> few(5);
    CHECK_THROWS_WITH_AS(training.step(few, batch.labels),
                         "tensor \"images\" is (4, 3, 16, 16) of f32, 3072 values; 5 of f32 were given",
                         framework::ShapeError);
    CHECK_THROWS_AS(training.put("labels", few), framework::ShapeError);
    CHECK_THROWS_AS(training.put("weights", few), framework::DataError);
    CHECK_THROWS_WITH_AS(training.put("loss", std::vector<float>{1}), doctest::Contains("can only be read"),
                         framework::DataError);
    CHECK_THROWS_AS(training.infer(batch.images.values, batch.labels), framework::UsageError);
    std::vector<float> loss(2);
    CHECK_THROWS_AS(training.get("loss", loss), framework::ShapeError);
}

TEST_CASE("session: batches that are not of the network's shape are refused before anything is written") {
    namespace data = runtime::data;
    const session::Network network = prepared();
    session::Training training(network, session::plan_in_dram(network), evaluated());
    for (const auto& [batch, size] : {std::pair{8, 16}, {2, 16}, {4, 32}}) {
        CAPTURE(batch);
        CAPTURE(size);
        data::Batcher batches(
            data::open_dataset("synthetic", data::Split::train, {.image_size = size, .classes = 10}),
            {.batch = batch});
        CHECK_THROWS_AS(training.train(batches, {.last = 1}), framework::ShapeError);
        CHECK_THROWS_AS(training.evaluate(batches, 1), framework::ShapeError);
    }
}

TEST_CASE("session: a saved plan trains as the one that was saved; one of another network is refused") {
    const TemporaryFolder folder;
    const std::string file = (folder.path() / "plan.json").string();
    const session::Network network = prepared();
    const session::Profile profile = session::profile(network, {.machine = "paper"});
    const session::Solution solved = session::plan(network, profile, {.dram = budget_of(network, 4)});
    session::save(file, network, profile, solved);
    CHECK(session::mode_of_saved(file) == session::Mode::emulated);
    const session::SavedSolution saved = session::load(file, network);
    CHECK(saved.solution.result.plan == solved.result.plan);
    CHECK(saved.solution.placement == Placement::synchronous);
    CHECK(saved.solution.all_dram_s == doctest::Approx(solved.all_dram_s));
    session::Training before(network, profile, solved), after(network, saved.profile, saved.solution);
    CHECK(losses_of(before, 2) == losses_of(after, 2));
    const session::Network other = session::prepare(models::training(support::chain, small));
    CHECK_THROWS_AS(session::load(file, other), framework::DataError);
}

TEST_CASE("session: training goes on from a checkpoint as if it had not stopped") {
    const TemporaryFolder folder;
    const session::Network network = prepared();
    session::Training whole(network, session::plan_in_dram(network), {.seed = 2});
    const std::vector<float> expected = losses_of(whole, 4);
    session::Training first(network, session::plan_in_dram(network), {.seed = 2});
    losses_of(first, 2);
    first.save(folder.path() / "half.safetensors");
    session::Training second(network, session::plan_in_dram(network), {.seed = 2});
    second.load(folder.path() / "half.safetensors");
    CHECK(second.next_iteration() == 2);
    CHECK(losses_of(second, 2) == std::vector<float>(expected.begin() + 2, expected.end()));
}

TEST_CASE("session: a run begins from the weights of another one, which told other classes apart") {
    const TemporaryFolder folder;
    const fs::path file = folder / "weights.safetensors";
    const auto network = [](int classes) {
        return [=](framework::Tensor x) {
            using namespace framework;
            return x | conv(8, {.kernel = 3}) | batch_norm | relu | global_avg_pool | linear(classes);
        };
    };
    const auto training_of = [&](int classes, std::uint64_t seed) {
        const session::Network prepared = session::prepare(models::training(network(classes), small));
        return session::Training(prepared, session::plan_in_dram(prepared), {.seed = seed});
    };
    session::Training first = training_of(10, 1);
    losses_of(first, 3);
    first.save(file);
    session::Training second = training_of(12, 2);
    const auto written = learned(first), initial = learned(second);
    const runtime::InitialWeights found = second.load_weights(file);
    const auto now = learned(second);

    std::vector<std::string> left;
    for (const auto& [name, why] : found.left) left.push_back(name);
    CHECK(left == std::vector<std::string>{"linear1.weight", "linear1.bias"});
    CHECK(mentions(found.left[0].why, std::vector<std::string>{"F32 [10, 8]", "(12, 8)"}));
    CHECK(found.unused == written.size() - found.taken.size());
    CHECK(found.taken.size() == 5);  // the weights, and scale, shift, mean and variance of the norm
    for (const auto& [name, values] : now) {
        CAPTURE(name);
        const bool taken = std::ranges::find(found.taken, name) != found.taken.end();
        CHECK(taken == (!name.starts_with("linear1") && !name.ends_with(".momentum")));
        CHECK(values == (taken ? written.at(name) : initial.at(name)));
    }
    CHECK(second.next_iteration() == 0);

    const session::Network flat = session::prepare(models::training(
        [](framework::Tensor x) { return x | framework::flatten | framework::linear(7); }, small));
    session::Training other(flat, session::plan_in_dram(flat), {.seed = 2});
    const auto before = learned(other);
    CHECK(complaint([&] { other.load_weights(file); }).find("no weights of this model") != std::string::npos);
    CHECK(learned(other) == before);
}

TEST_CASE("session: checkpoints in f16 and bf16 are read exactly") {
    const TemporaryFolder folder;
    const fs::path file = folder / "half.safetensors";
    const session::Network network = prepared();
    session::Training training(network, session::plan_in_dram(network));
    for (const auto& [dtype, convert] : {std::pair{runtime::Dtype::f16, &runtime::from_f16},
                                         std::pair{runtime::Dtype::bf16, &runtime::from_bf16}}) {
        std::map<std::string, std::vector<std::uint16_t>> halves;
        std::map<std::string, std::vector<float>> expected;
        std::vector<runtime::StoredTensor> stored;
        std::uint32_t bits = 0;
        const Graph& graph = training.program().graph();
        for (const framework::TensorId id : runtime::persistent_tensors(graph)) {
            const auto& [name, type, role, producer, bytes, over] = graph.tensor(id);
            auto& values = halves[name];
            for (std::int64_t i = 0; i < type.shape.elements(); ++i) {
                values.push_back(static_cast<std::uint16_t>((bits += 7919) % 0x7c00));  // finite in both
                expected[name].push_back(convert(values.back()));
            }
            stored.push_back({name, dtype, {type.shape.begin(), type.shape.end()}, values.data()});
        }
        runtime::write_safetensors(file, stored, {{"iteration", "5"}});
        training.load(file);
        CHECK(learned(training) == expected);
        CHECK(training.next_iteration() == 5);
    }
}

TEST_CASE("session: a network reads inputs of the user's own names, shapes and types") {
    using namespace framework;
    const Graph graph = models::training(
        {{"left", {{4, 1, 8, 8}}}, {"right", {{4, 1, 8, 8}}}, {"same", {{4}, DType::s32}}},
        [](const models::Inputs& in) {
            const auto tower = [](Tensor x) {
                return x | conv(8, {.kernel = 3, .padding = 1}) | relu | global_avg_pool;
            };
            const Tensor scores = concat({tower(in["left"]), tower(in["right"])}) | linear(2);
            return cross_entropy(keep(scores, "scores"), in["same"]);
        });
    const session::Network network = session::prepare(graph);
    session::Training training(network, session::plan_in_dram(network));
    const Array left = support::normal({4, 1, 8, 8}, 1), right = support::normal({4, 1, 8, 8}, 2);
    std::vector<float> losses;
    for (int i = 0; i < 30; ++i) {
        training.put("left", left.values);
        training.put("right", right.values);
        training.put("same", std::vector<std::int32_t>{0, 1, 1, 0});
        losses.push_back(training.step({.learning_rate = 0.1F}));
    }
    CHECK(losses.back() < losses.front());
    std::vector<float> scores(8);
    training.get("scores", scores);
    CHECK(std::ranges::any_of(scores, [](float score) { return score != 0; }));
    CHECK_THROWS_WITH_AS(
        models::training({{"left", {{4, 1, 8, 8}}}}, [](const models::Inputs& in) { return in["middle"]; }),
        "the network has no input \"middle\"; it has left", UsageError);
}

TEST_CASE("session: what cannot be had is refused before anything is timed") {
    const session::Network network = prepared();
    CHECK_THROWS_AS(session::require_possible(network, {.machine = "cxl"}, {.dram = 1}),
                    framework::OutOfTierMemory);
    CHECK_THROWS_AS(
        session::require_possible(network, {.machine = "cxl"}, {.placement = Placement::dram, .dram = 4096}),
        framework::OutOfTierMemory);
    CHECK_NOTHROW(session::require_possible(network, {.machine = "cxl"}, {}));
    const session::Network simulated =
        session::prepare(models::training(support::patchwork, small), {.simulated = true});
    const session::Profile times = session::profile(simulated, {.machine = "paper"});
    CHECK(times.mode == session::Mode::simulated);
    const session::Solution solved = session::plan(simulated, times, {.dram = simulated.all_dram_bytes / 5});
    CHECK(solved.result.gap < 0.01);
    CHECK_THROWS_AS(session::Training(simulated, times, solved), framework::UsageError);
    CHECK_THROWS_AS(session::profile(simulated, {}), framework::UsageError);
}
