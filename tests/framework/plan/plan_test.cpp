// The judge of plans: one mutation at a time, each of which it must name.
#include "framework/plan/plan.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "framework/base/error.h"

using namespace framework;

namespace {

// step    0          1       2         3                4
// x ──relu a──┬─relu b──relu c──┬─add d (kept)──sgd: w in place
//             └─────────────────┘         w ────┘
struct Fixture {
    Graph graph;
    Schedule schedule;
    Plan plan;
    int x, w, a, b, c, d;

    static Graph make() {
        Graph graph;
        const TensorType type{{1, 32, 1, 1}};  // 128 bytes
        const auto one = [&](Op op, std::vector<TensorId> in, const char* name) {
            return graph.add(std::move(op), in, name).front();
        };
        const TensorId x = one(Input{type}, {}, "x"),
                       w = one(Parameter{.shape = type.shape, .start = {}}, {}, "w");
        const TensorId a = one(Eltwise{}, {x}, "a"), b = one(Eltwise{}, {a}, "b"),
                       c = one(Eltwise{}, {b}, "c");
        const TensorId d = one(Add{}, {a, c}, "d");
        one(Sgd{}, {w, d}, "update");
        graph.keep("d", d);
        return graph;
    }

    Fixture() : graph(make()), schedule(graph) {
        const auto find = [&](const char* name) {
            for (TensorId id = 0; id < graph.tensor_count(); ++id) {
                if (graph.tensor(id).name.rfind(name, 0) == 0) return schedule.storage_of(id);
            }
            return StorageId(-1);
        };
        x = find("x"), w = find("w"), a = find("a"), b = find("b"), c = find("c"), d = find("d");
        // x in DRAM; a spilled after b and fetched for d; w at home in slow memory, fetched, updated, written
        // back.
        plan.residencies = {
            {x, Tier::dram, {0, 1}, 0},   {a, Tier::dram, {0, 2}, 128}, {a, Tier::slow, {2, 4}, 0},
            {b, Tier::dram, {1, 3}, 0},   {c, Tier::dram, {2, 4}, 128}, {a, Tier::dram, {3, 4}, 0},
            {d, Tier::dram, {3, 5}, 256}, {w, Tier::slow, {0, 5}, 128}, {w, Tier::dram, {4, 5}, 0}};
        plan.moves = {move_at(2, a, Tier::slow), move_at(3, a, Tier::dram), move_at(4, w, Tier::dram),
                      move_at(5, w, Tier::slow)};
        plan.arena[Tier::dram] = 384;
        plan.arena[Tier::slow] = 256;
    }

    Residency& residency(std::size_t i) { return plan.residencies[i]; }
    std::string fault(Bytes budget = 384, Bytes slow = 0) { return validate(schedule, plan, budget, slow); }
    bool faults(const char* says) {
        const std::string found = fault();
        CAPTURE(found);
        CHECK(found.find(says) != std::string::npos);
        return found.find(says) != std::string::npos;
    }
};

}  // namespace

TEST_CASE("plan: the most that is live in a tier is what its arena cannot be lower than") {
    const Fixture f;
    CHECK(most_live(f.schedule, f.plan, Tier::dram) == 384);  // c, a and d at step 3
    CHECK(most_live(f.schedule, f.plan, Tier::slow) == 256);  // a and w
    CHECK(most_live(f.schedule, {}, Tier::dram) == 0);
}

TEST_CASE_FIXTURE(Fixture, "validate: a plan that holds has no fault") {
    CHECK(fault() == "");
    CHECK(residency_at(plan, a, 1) == 1);
    CHECK(residency_at(plan, a, 2) == 2);
    CHECK(residency_at(plan, a, 3) == 5);
    CHECK(residency_at(plan, b, 0) == -1);
    CHECK(residency_at_start(plan, x) == 0);
    CHECK(residency_at_start(plan, w) == 7);
}

TEST_CASE_FIXTURE(Fixture, "validate: an arena larger than its memory") {
    CHECK(fault(383).find("larger than the budget") != std::string::npos);
    CHECK(fault(384, 255).find("larger than the capacity") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "validate: an offset beyond the arena") {
    residency(6).offset = 320;
    CHECK(faults("reach beyond"));
}

TEST_CASE_FIXTURE(Fixture, "validate: an offset that is not aligned") {
    residency(6).offset = 250;
    CHECK(faults("no multiple of 64"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a residency outside of the steps") {
    residency(6).live.last = 9;
    CHECK(faults("outside of the steps"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a storage that is none") {
    residency(0).storage = 77;
    CHECK(faults("is of storage 77"));
    residency(0).storage = x;
    plan.moves[0].storage = -1;
    CHECK(faults("is of storage -1"));
}

TEST_CASE_FIXTURE(Fixture, "validate: two residencies of one storage in one tier at once") {
    plan.residencies.push_back({d, Tier::dram, {4, 5}, 128});
    CHECK(faults("two residencies in dram"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a move beside the kernels") {
    plan.moves[0].start = 1;
    CHECK(faults("moves are in line"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a move that stays in its tier") {
    plan.moves[0].from = Tier::slow;
    CHECK(faults("within one tier"));
}

TEST_CASE_FIXTURE(Fixture, "validate: two storages on the same bytes") {
    residency(6).offset = 64;
    CHECK(faults("claim the same bytes"));
}

TEST_CASE_FIXTURE(Fixture, "validate: an operand without a place") {
    plan.residencies.erase(plan.residencies.begin() + 4);
    CHECK(faults("has no place"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a copy that is missing") {
    plan.moves.erase(plan.moves.begin() + 1);  // the prefetch of a: c... its bytes are b's
    CHECK(faults("a.y is not at 0 of the dram arena, other bytes are"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a prefetch of what was never spilled") {
    plan.moves.erase(plan.moves.begin());
    CHECK(faults("a.y is not at 0 of the slow arena"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a spill that comes too late") {
    plan.moves[0].start = plan.moves[0].due = 3;
    CHECK(faults("(spill): a.y"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a spill before the value is there") {
    plan.moves[0].start = plan.moves[0].due = 0;
    residency(2).live.first = 0;
    CHECK(faults("is not computed yet"));
}

TEST_CASE_FIXTURE(Fixture, "validate: moves out of order") {
    std::swap(plan.moves[0], plan.moves[2]);
    CHECK(faults("out of order"));
    std::swap(plan.moves[0], plan.moves[2]);
    plan.moves.insert(plan.moves.begin() + 2, move_at(3, a, Tier::slow));
    CHECK(faults("a spill after a prefetch"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a move without a place to go to") {
    residency(5).live.first = 3;
    plan.moves[1].start = plan.moves[1].due = 2;
    CHECK(faults("has no place to go to"));
}

TEST_CASE_FIXTURE(Fixture, "validate: a move outside of the steps") {
    plan.moves.back().start = plan.moves.back().due = 6;
    CHECK(faults("a move at step 6 of 5"));
    plan.moves.back().start = plan.moves.back().due = 5;
    plan.moves.front().start = plan.moves.front().due = -1;
    CHECK(faults("a move at step -1"));
}

TEST_CASE_FIXTURE(Fixture, "validate: two storages on the same bytes of slow memory") {
    residency(7).offset = 64;
    CHECK(faults("claim the same bytes of the slow arena"));
}

TEST_CASE("validate: what is kept has no place at the end") {
    Graph graph;
    const TensorId x = graph.add(Input{{{1, 32}}}, std::vector<TensorId>(), "x").front();
    const TensorId a = graph.add(Eltwise{}, std::vector{x}, "a").front();
    const TensorId b = graph.add(Eltwise{}, std::vector{x}, "b").front();
    graph.keep("a", a);
    const Schedule schedule(graph);
    Plan plan{.residencies = {{schedule.storage_of(x), Tier::dram, {0, 2}, 0},
                              {schedule.storage_of(a), Tier::dram, {0, 2}, 128},
                              {schedule.storage_of(b), Tier::dram, {1, 2}, 256}},
              .moves = {},
              .arena = {{384, 0}}};
    CHECK(validate(schedule, plan, 384) == "");
    plan.residencies[1].live.last = 1;
    CHECK(validate(schedule, plan, 384).find("no place at the end") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "validate: a parameter that does not end where it began") {
    plan.moves.pop_back();
    CHECK(faults("(the next iteration): w is not at 128 of the slow arena, an older value is"));
}

TEST_CASE_FIXTURE(Fixture, "validate: an input or a parameter without a place at the start") {
    residency(7).live.first = 2;
    CHECK(faults("has no place at the start"));
}

TEST_CASE_FIXTURE(Fixture, "validate: what is read after the iteration is gone") {
    plan.residencies.push_back({d, Tier::slow, {4, 5}, 0});
    residency(6).live.last = 4;
    CHECK(faults("d.y is not at 0 of the slow arena"));
}

TEST_CASE_FIXTURE(Fixture, "validate: what only DRAM serves is in slow memory, between kernels and for one") {
    for (const int storage : {a, c}) graph.tensor(schedule.storages()[storage].tensor).role = Role::scratch;
    schedule = Schedule(graph);
    CHECK(fault() == "");
    plan.arena[Tier::slow] = 384;
    residency(4) = {c, Tier::slow, {2, 4}, 256};
    CHECK(faults("step 2 (c): c.y is in slow, where the kernel may not find it"));
}

TEST_CASE_FIXTURE(Fixture, "plan: prints the same plan as the same text") {
    const std::string table = print_plan(schedule, plan);
    CHECK(table == print_plan(schedule, plan));
    CHECK(table.find("a.y") != std::string::npos);
    CHECK(table.find("spill @2, prefetch @3") != std::string::npos);
    CHECK(table.find("dram, slow") != std::string::npos);
}
