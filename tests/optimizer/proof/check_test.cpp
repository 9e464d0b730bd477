// What the checkers of plan files accept, and small files next to it that they refuse.
#include "optimizer/proof/check.h"

#include <doctest/doctest.h>

#include "tests/optimizer/proof/both_checkers.h"
#include "tests/optimizer/proof/changes.h"
#include "tests/optimizer/proof/support.h"

using namespace framework;
using namespace plans;

namespace {

void shuffle(json& list, Random& random) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random.below(i)]);
}

// Changes that leave every claim true.
const std::vector<Kind> harmless{
    {"names",
     [](json& f, Random&) {
         for (json& storage : f["storages"]) storage["name"] = "another";
         for (json& kernel : f["kernels"]) kernel["name"] = "kernel";
         return true;
     }},
    {"order",
     [](json& f, Random& r) {
         shuffle(f["plan"]["residencies"], r);
         for (json& kernel : f["kernels"]) {
             shuffle(kernel["times"], r);
             for (json& time : kernel["times"]) shuffle(time["slow"], r);
         }
         shuffle(f["certificate"]["branches"], r);
         for (json& list : f["certificate"]["functions"]) shuffle(list, r);
         for (json& branch : f["certificate"]["branches"]) {
             shuffle(branch["prices"], r);
             for (json& one : branch["under"]) shuffle(one["may"], r);
         }
         return true;
     }},
    {"decimals written otherwise",
     [](json& f, Random&) {
         for (json& kernel : f["kernels"]) {
             for (json& time : kernel["times"]) {
                 const std::string seconds = time["seconds"];
                 if (seconds.find('e') == std::string::npos) time["seconds"] = "00" + seconds + "E+00";
             }
         }
         f["claims"]["gap_asked_for"] = "0.0e5";
         set_gap(f);
         return true;
     }},
    {"lower bound",
     [](json& f, Random& r) {
         f["claims"]["bound_s"] = times(f["claims"]["bound_s"], static_cast<int>(r.below(1'000'000)));
         set_gap(f);
         return true;
     }},
    {"another gap asked for",
     [](json& f, Random&) {
         f["claims"]["gap_asked_for"] = "1";
         set_gap(f);
         return true;
     }},
    {"larger budget that costs nothing",
     [](json& f, Random&) {
         for (const json& branch : f["certificate"]["branches"]) {
             if (!branch["prices"].empty()) return false;
         }
         f["dram_budget_bytes"] = f["dram_budget_bytes"].get<Bytes>() + 1'000'001;
         return true;
     }},
    {"more slow memory", [](json& f, Random&) { return f.erase("slow_capacity_bytes"), true; }},
    {"both tiers in words",
     [](json& f, Random& r) {
         json& operand = r.one_of(r.one_of(f["kernels"])["operands"]);
         if (operand.contains("tiers")) return false;
         operand["tiers"] = {"slow", "dram"};
         return true;
     }},
    {"a kernel that must find in DRAM what it finds there",
     [](json& f, Random& r) {
         if (f["certificate"]["branches"].size() > 1) return false;  // it may restrict stops that go
         const std::size_t step = r.below(f["kernels"].size()),
                           operand = r.below(f["kernels"][step]["operands"].size());
         if (!is_in_dram(f, step, operand)) return false;
         needs_dram(f["kernels"][step], operand);
         return true;
     }},
    {"how it was found",
     [](json& f, Random&) {
         f.erase("origin");
         f["solver"] = {{"seconds", 1.5}, {"rows", 1}, {"columns", 2}, {"refinements", 3}};
         return true;
     }},
    {"no plan",
     [](json& f, Random&) {
         for (const char* part : {"claims", "plan", "certificate", "solver"}) f.erase(part);
         return true;
     }},
    {"a function that is lower than it need be",
     [](json& f, Random& r) {
         json& function = r.one_of(f["certificate"]["functions"][0]);
         function["constant_s"] = "-1e3";
         f["claims"]["bound_s"] = "0";
         set_gap(f);
         return true;
     }},
};

}  // namespace

TEST_CASE("check: every plan that solvers make is accepted, by both checkers") {
    std::vector<Case> files;
    int branched = 0, moving = 0;
    for (std::string& file : plan_files(12)) {
        const json plan = json::parse(file);
        branched += plan["certificate"]["branches"].size() > 1;
        moving += !plan["plan"]["moves"].empty();
        files.push_back({text("plan ", files.size()), std::move(file), {}});
    }
    CHECK(files.size() > 100);
    CHECK(branched > 10);
    CHECK(moving > 10);
    judge(files);
}

TEST_CASE("check: what leaves every claim true is accepted, by both checkers") {
    Random random(2);
    std::vector<Case> files;
    for (const std::string& file : plan_files(4)) {
        for (const Kind& kind : harmless) {
            json changed = json::parse(file);
            if (kind.apply(changed, random))
                files.push_back({kind.name, changed.dump(static_cast<int>(random.below(3))), {}});
        }
    }
    judge(files);
}

namespace {

json one(const json& element) {
    return json::array({element});
}

// Two kernels read x, which is there before the first, and w, which is persistent. Everything is in slow
// memory, and `residencies` and `moves` come on top.
std::string small_plan(const json& residencies, const json& moves) {
    const auto storage = [](const char* name, bool persistent) {
        return json{{"name", name}, {"bytes", 64}, {"first", 0}, {"last", 2}, {"persistent", persistent}};
    };
    const auto operand = [](int of) { return json{{"storage", of}, {"reads", true}, {"writes", false}}; };
    json times = json::array();
    for (const json& slow : {json::array(), one(0), one(1)})
        times.push_back({{"slow", slow}, {"seconds", "1"}});
    const json kernel{{"name", "k"}, {"operands", {operand(0), operand(1)}}, {"times", times}};
    const json copy{{"latency_s", "1"}, {"bytes_per_s", "64"}};
    const json function{{"constant_s", "1"}, {"penalties_s", {"0", "0"}}};
    json functions = json::array({function, function});
    functions[0]["kernel"] = 0, functions[1]["kernel"] = 1;
    const auto moved = static_cast<int>(moves.size());
    json file{{"format", "autotm plan"},
              {"version", 4},
              {"dram_budget_bytes", 128},
              {"copy", {{"to_dram", copy}, {"to_slow", copy}}},
              {"storages", {storage("x", false), storage("w", true)}},
              {"kernels", {kernel, kernel}},
              {"claims",
               {{"placement", "synchronous"},
                {"predicted_s", std::to_string(2 + 2 * moved)},
                {"bound_s", "0"},
                {"gap", "1"},
                {"gap_asked_for", "1"},
                {"status", "optimal"}}},
              {"plan", {{"dram_bytes", residencies.empty() ? 0 : 64}, {"slow_bytes", 128}, {"moves", moves}}},
              {"certificate",
               {{"moving", true},
                {"functions", json::array({functions})},
                {"branches",
                 json::array({{{"under", json::array()}, {"functions", 0}, {"prices", json::array()}}})}}}};
    json& all = file["plan"]["residencies"] = residencies;
    for (const int i : {0, 1})
        all.push_back({{"storage", i}, {"tier", "slow"}, {"first", 0}, {"last", 2}, {"offset", 64 * i}});
    return file.dump();
}

json in_dram(int storage, int first, int last) {
    return {{"storage", storage}, {"tier", "dram"}, {"first", first}, {"last", last}, {"offset", 0}};
}
json to(const char* tier, int storage, int step) {
    return {{"storage", storage}, {"to", tier}, {"step", step}};
}

}  // namespace

TEST_CASE("check: where a value is before the first kernel and after the last") {
    const json none = json::array();
    judge({
        {"all slow", small_plan(none, none), {}},
        {"x is fetched", small_plan(one(in_dram(0, 1, 2)), one(to("dram", 0, 1))), {}},
        {"w is fetched", small_plan(one(in_dram(1, 0, 1)), one(to("dram", 1, 0))), {}},
        {"w in DRAM", small_plan(one(in_dram(1, 0, 2)), none), {}},
        {"x starts in DRAM and is spilled", small_plan(one(in_dram(0, 0, 1)), one(to("slow", 0, 1))), {}},
        {"x is fetched before the first kernel", small_plan(one(in_dram(0, 0, 1)), one(to("dram", 0, 0))),
         "x: it moves to DRAM before the first kernel"},
        {"x is not spilled", small_plan(one(in_dram(0, 0, 1)), none), "does not find the value of x in slow"},
        {"x is not fetched", small_plan(one(in_dram(0, 1, 2)), none), "does not find the value of x in dram"},
        {"w starts in DRAM and leaves", small_plan(one(in_dram(1, 0, 1)), one(to("slow", 1, 1))),
         "w: it is persistent and begins in dram"},
        {"w is fetched after the last kernel", small_plan(one(in_dram(1, 1, 2)), one(to("dram", 1, 2))),
         "after the last kernel that could want it"},
    });
}

TEST_CASE("check: a kernel finds an operand in a tier that may serve it") {
    const json none = json::array();
    const auto needing = [](const std::string& content, std::size_t step, std::size_t operand) {
        json file = json::parse(content);
        needs_dram(file["kernels"][step], operand);
        return file.dump();
    };
    const std::string all_slow = small_plan(none, none),
                      fetched = small_plan(one(in_dram(0, 1, 2)), one(to("dram", 0, 1)));
    judge({
        {"x in slow memory", needing(all_slow, 1, 0), "the kernel of step 1 finds x in slow"},
        {"w in slow memory", needing(all_slow, 0, 1), "the kernel of step 0 finds w in slow"},
        {"x in time", needing(fetched, 1, 0), {}},
        {"x too late", needing(fetched, 0, 0), "the kernel of step 0 finds x in slow"},
        {"w in DRAM for life", needing(small_plan(one(in_dram(1, 0, 2)), none), 0, 1), {}},
    });
}

TEST_CASE("check: no set of operands takes less than no time") {
    // Each of two operands alone saves 6 s of 10 s: both together would take -2 s.
    const auto times = [](const char* each, const char* in_dram) {
        json file = json::parse(small_plan(json::array(), json::array()));
        for (const char* part : {"claims", "plan", "certificate"}) file.erase(part);
        for (json& time : file["kernels"][0]["times"])
            time["seconds"] = time["slow"].empty() ? in_dram : each;
        return file;
    };
    json dram_alone = times("4", "10"), listed = times("4", "10");
    for (json& kernel : dram_alone["kernels"]) needs_dram(kernel, 1);
    listed["kernels"][0]["times"].push_back({{"slow", {0, 1}}, {"seconds", "3"}});
    judge({
        {"both below", times("4", "10").dump(), "it would take -2 s"},
        {"both together are listed", listed.dump(), "it would take"},
        {"nothing is left", times("5", "10").dump(), {}},
        {"one of them may not be slow", dram_alone.dump(), {}},
    });
}

TEST_CASE("check: how a file is written") {
    json plan = json::parse(small_plan(json::array(), json::array()));
    const std::string whole = plan.dump();
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = whole;
        return changed.replace(changed.find(from), from.size(), to);
    };
    judge({
        {"as it is", whole, {}},
        {"leading zeros", with(R"("latency_s":"1")", R"("latency_s":"0001")"), {}},
        {"zeros at the end are no places",
         with(R"("latency_s":"1")", R"("latency_s":"1.)" + std::string(90, '0') + '"'),
         {}},
        {"negative zero", with(R"("bound_s":"0")", R"("bound_s":"-0")"), "not negative"},
        {"negative zero that may be negative", with(R"(["0","0"])", R"(["-0","0"])"), {}},
        {"version 4.0", with(R"("version":4)", R"("version":4.0)"), "version 4"},
        {"whole number with a point", with(R"("bytes":64)", R"("bytes":64.0)"), "a whole number"},
        {"digits that are not ASCII", with(R"("latency_s":"1")", "\"latency_s\":\"\u0661\""),
         "a decimal number"},
        {"not a number", with(R"("latency_s":"1")", R"("latency_s":NaN)"), "no JSON"},
        {"byte-order mark", "\xEF\xBB\xBF" + whole, "byte-order mark"},
        {"zero byte at the end", whole + std::string(1, '\0'), "zero byte"},
        {"half a surrogate pair", with(R"("name":"x")", R"("name":"\ud800")"), "no JSON"},
        {"not UTF-8", with(R"("name":"x")", "\"name\":\"\xFF\""), "no JSON"},
    });
}

TEST_CASE("check: storages of no bytes share bytes with nothing, and have one place in a tier") {
    json plan = json::parse(small_plan(one(in_dram(0, 1, 2)), one(to("dram", 0, 1))));
    plan["storages"][0]["bytes"] = 0;
    plan["plan"]["dram_bytes"] = 0;
    plan["claims"]["predicted_s"] = "3";
    json& residencies = plan["plan"]["residencies"];
    residencies[1]["offset"] = 64;  // that of w
    json twice = plan;
    twice["plan"]["residencies"].push_back(residencies[0]);
    judge({{"at the place of another", plan.dump(), {}}, {"twice", twice.dump(), "two residencies in dram"}});
}
