// The checkers of plan files refuse 1,000 changes that make a claim false.
#include <algorithm>
#include <array>
#include <map>

#include <doctest/doctest.h>

#include "optimizer/proof/check.h"
#include "tests/optimizer/proof/both_checkers.h"
#include "tests/optimizer/proof/changes.h"
#include "tests/optimizer/proof/support.h"

using namespace framework;
using namespace plans;

namespace {

double value_of(const json& decimal) {
    return std::stod(decimal.get<std::string>());
}

int residencies_of(const json& file, const json& storage) {
    int count = 0;
    for (const json& r : file["plan"]["residencies"]) count += r["storage"] == storage;
    return count;
}

std::vector<int> uses_of(const json& file, const json& storage) {
    std::vector<int> uses;
    for (std::size_t k = 0; k < file["kernels"].size(); ++k) {
        for (const json& operand : file["kernels"][k]["operands"]) {
            if (operand["storage"] == storage) uses.push_back(static_cast<int>(k));
        }
    }
    return uses;
}

// Changes that make a claim false.
const std::vector<Kind> kinds{
    {"times of a kernel",
     [](json& f, Random& r) {
         for (json& time : r.one_of(f["kernels"])["times"])
             time["seconds"] = times(time["seconds"], 1'010'000);
         return true;
     }},
    {"time missing",
     [](json& f, Random& r) {
         json& all = r.one_of(f["kernels"])["times"];
         for (std::size_t i = 0; i < all.size(); ++i) {
             if (all[i]["slow"].size() > 1 || r.below(2) == 0) continue;
             all.erase(i);
             return true;
         }
         return false;
     }},
    {"time twice",
     [](json& f, Random& r) {
         json& all = r.one_of(f["kernels"])["times"];
         all.push_back(r.one_of(all));
         return true;
     }},
    {"time of an operand that there is not",
     [](json& f, Random& r) {
         json& kernel = r.one_of(f["kernels"]);
         kernel["times"].push_back({{"slow", {kernel["operands"].size()}}, {"seconds", "1"}});
         return true;
     }},
    {"time negative",
     [](json& f, Random& r) {
         r.one_of(r.one_of(f["kernels"])["times"])["seconds"] = "-1e-9";
         return true;
     }},
    {"copy slower",
     [](json& f, Random& r) {
         if (f["plan"]["moves"].empty()) return false;
         const json to = r.one_of(f["plan"]["moves"])["to"];
         json& copy = f["copy"]["to_" + to.get<std::string>()];
         const char* what = r.below(2) == 0 ? "latency_s" : "bytes_per_s";
         copy[what] = times(copy[what], 1'100'000);
         return true;
     }},
    {"storage larger",
     [](json& f, Random& r) {
         json& storage = f["storages"][r.one_of(f["plan"]["residencies"])["storage"].get<std::size_t>()];
         storage["bytes"] = storage["bytes"].get<Bytes>() + f["plan"]["dram_bytes"].get<Bytes>() +
                            f["plan"]["slow_bytes"].get<Bytes>() + 64;
         return true;
     }},
    {"offset odd",
     [](json& f, Random& r) {
         json& offset = r.one_of(f["plan"]["residencies"])["offset"];
         offset = offset.get<Bytes>() + 1 + static_cast<Bytes>(r.below(63));
         return true;
     }},
    {"offset beyond the arena",
     [](json& f, Random& r) {
         json& residency = r.one_of(f["plan"]["residencies"]);
         residency["offset"] = f["plan"][residency["tier"].get<std::string>() + "_bytes"];
         return f["storages"][residency["storage"].get<std::size_t>()]["bytes"] > 0;
     }},
    {"bytes of two",
     [](json& f, Random& r) {
         json& one = r.one_of(f["plan"]["residencies"]);
         const auto bytes = [&](const json& x) {
             return f["storages"][x["storage"].get<std::size_t>()]["bytes"].get<Bytes>();
         };
         json* other = r.one_where(f["plan"]["residencies"], [&](const json& x) {
             return &x != &one && x["tier"] == one["tier"] && x["first"] < one["last"] &&
                    one["first"] < x["last"] && bytes(x) > 0;
         });
         if (!other || bytes(one) == 0) return false;
         one["offset"] = (*other)["offset"];
         return true;
     }},
    {"arena of another size",
     [](json& f, Random& r) {
         json& size = f["plan"][r.below(2) == 0 ? "dram_bytes" : "slow_bytes"];
         size = size.get<Bytes>() + (r.below(2) == 0 || size == 0 ? 64 : -64);
         return true;
     }},
    {"budget too small",
     [](json& f, Random& r) {
         const Bytes used = f["plan"]["dram_bytes"].get<Bytes>();
         if (used == 0) return false;
         f["dram_budget_bytes"] = used - 1 - static_cast<Bytes>(r.below(static_cast<std::size_t>(used)));
         return true;
     }},
    {"capacity too small",
     [](json& f, Random&) {
         if (f["plan"]["slow_bytes"] < 2) return false;
         f["slow_capacity_bytes"] = f["plan"]["slow_bytes"].get<Bytes>() - 1;
         return true;
     }},
    {"move missing",
     [](json& f, Random& r) {
         json& moves = f["plan"]["moves"];
         if (moves.empty()) return false;
         moves.erase(r.below(moves.size()));
         return true;
     }},
    {"move twice",
     [](json& f, Random& r) {
         json& moves = f["plan"]["moves"];
         if (moves.empty()) return false;
         const std::size_t at = r.below(moves.size());
         const json move = moves[at];
         moves.insert(moves.begin() + static_cast<std::ptrdiff_t>(at), move);
         return true;
     }},
    {"move of another step or storage",
     [](json& f, Random& r) {
         if (f["plan"]["moves"].empty()) return false;
         json& move = r.one_of(f["plan"]["moves"]);
         if (r.below(2) == 0) {
             move["step"] = f["kernels"].size() + 1;
         } else {
             move["storage"] = f["storages"].size();
         }
         return true;
     }},
    {"moves out of order",
     [](json& f, Random&) {
         json& moves = f["plan"]["moves"];
         if (moves.size() < 2 || moves.front()["step"] == moves.back()["step"]) return false;
         std::swap(moves.front(), moves.back());
         return true;
     }},
    {"residency missing",
     [](json& f, Random& r) {
         json& all = f["plan"]["residencies"];
         const std::size_t at = r.below(all.size());
         const json storage = all[at]["storage"];
         if (residencies_of(f, storage) != 1 || uses_of(f, storage).empty()) return false;
         all.erase(at);
         return true;
     }},
    {"residency too short",
     [](json& f, Random& r) {
         json& residency = r.one_of(f["plan"]["residencies"]);
         const std::vector<int> uses = uses_of(f, residency["storage"]);
         if (residencies_of(f, residency["storage"]) != 1 || uses.empty()) return false;
         residency["last"] = uses.back();
         return true;
     }},
    {"residency of no steps",
     [](json& f, Random& r) {
         json& residency = r.one_of(f["plan"]["residencies"]);
         residency["first"] = residency["last"];
         return true;
     }},
    {"residency beyond the last step",
     [](json& f, Random& r) {
         r.one_of(f["plan"]["residencies"])["last"] = f["kernels"].size() + 1 + r.below(5);
         return true;
     }},
    {"operand in slow memory that needs DRAM",
     [](json& f, Random& r) {
         const std::size_t step = r.below(f["kernels"].size()),
                           operand = r.below(f["kernels"][step]["operands"].size());
         if (is_in_dram(f, step, operand)) return false;
         needs_dram(f["kernels"][step], operand);
         return true;
     }},
    {"operand that DRAM may not serve, or a tier twice",
     [](json& f, Random& r) {
         r.one_of(r.one_of(f["kernels"])["operands"])["tiers"] = std::vector<json>{
             json::array(), {"slow"}, {"dram", "dram"}, {"dram", "slow", "slow"}}[r.below(4)];
         return true;
     }},
    {"live range",
     [](json& f, Random& r) {
         json& residency = r.one_of(f["plan"]["residencies"]);
         json& storage = f["storages"][residency["storage"].get<std::size_t>()];
         const std::vector<int> uses = uses_of(f, residency["storage"]);
         if (uses.empty()) return false;
         if (r.below(2) == 0) {
             storage["last"] = uses.back();
         } else {
             storage["first"] = uses.front() + 1;
         }
         return true;
     }},
    {"operand twice",
     [](json& f, Random& r) {
         json& operands = r.one_of(f["kernels"])["operands"];
         operands.push_back(r.one_of(operands));
         return true;
     }},
    {"operand that is neither read nor written",
     [](json& f, Random& r) {
         json& operand = r.one_of(r.one_of(f["kernels"])["operands"]);
         operand["reads"] = operand["writes"] = false;
         return true;
     }},
    {"predicted time",
     [](json& f, Random& r) {
         json& claim = f["claims"]["predicted_s"];
         claim = times(claim, r.below(2) == 0 ? 1'000'001 : 999'999);
         set_gap(f);
         return true;
     }},
    {"bound",
     [](json& f, Random&) {
         json& claim = f["claims"]["bound_s"];
         if (value_of(claim) == 0) return false;
         claim = times(claim, 1'000'001);
         set_gap(f);
         return true;
     }},
    {"gap",
     [](json& f, Random& r) {
         const double gap = value_of(f["claims"]["gap"]) + (r.below(2) == 0 ? 1e-6 : -1e-6);
         if (gap < 0) return false;
         f["claims"]["gap"] = optimizer::print_decimal(optimizer::decimal_of(gap));
         f["claims"]["status"] = gap <= value_of(f["claims"]["gap_asked_for"]) ? "optimal" : "feasible";
         return true;
     }},
    {"status",
     [](json& f, Random&) {
         json& status = f["claims"]["status"];
         status = status == "optimal" ? "feasible" : "optimal";
         return true;
     }},
    {"placement",
     [](json& f, Random& r) {
         if (f["plan"]["slow_bytes"] == 0) return false;
         f["claims"]["placement"] = r.below(2) == 0 ? "dram" : "best";
         return true;
     }},
    {"bound of plans without moves",
     [](json& f, Random&) {
         f["certificate"]["moving"] = false;
         return f["claims"]["placement"] != "static";
     }},
    {"price negative",
     [](json& f, Random& r) {
         json& branch = r.one_of(f["certificate"]["branches"]);
         if (branch["prices"].empty()) return false;
         json& price = r.one_of(branch["prices"])["s_per_gib"];
         price = "-" + price.get<std::string>();
         return true;
     }},
    {"price twice, or of no step",
     [](json& f, Random& r) {
         json& prices = r.one_of(f["certificate"]["branches"])["prices"];
         if (prices.empty()) return false;
         prices.push_back(r.one_of(prices));
         if (r.below(2) == 0) prices.back()["step"] = f["kernels"].size();
         return true;
     }},
    {"constant of a function",
     [](json& f, Random& r) {
         json& list = f["certificate"]["functions"][0];
         if (f["certificate"]["branches"].size() > 1) return false;
         json& function = r.one_of(list);
         const json& kernel = f["kernels"][function["kernel"].get<std::size_t>()];
         for (const json& time : kernel["times"]) {
             if (time["slow"].empty()) function["constant_s"] = times(time["seconds"], 1'000'001);
         }
         return true;
     }},
    {"penalty of a function",
     [](json& f, Random& r) {
         if (f["certificate"]["branches"].size() > 1) return false;
         json& function = r.one_of(f["certificate"]["functions"][0]);
         const json& kernel = f["kernels"][function["kernel"].get<std::size_t>()];
         const std::size_t operand = r.below(kernel["operands"].size());
         if (kernel["operands"][operand].contains("tiers")) return false;
         function["penalties_s"][operand] = "1e6";
         return true;
     }},
    {"penalties of another number",
     [](json& f, Random& r) {
         r.one_of(f["certificate"]["functions"][0])["penalties_s"].push_back("0");
         return true;
     }},
    {"function missing or twice",
     [](json& f, Random& r) {
         json& list = f["certificate"]["functions"][0];
         if (r.below(2) == 0) {
             list.erase(r.below(list.size()));
         } else {
             list.push_back(r.one_of(list));
         }
         return true;
     }},
    {"branch missing",
     [](json& f, Random& r) {
         json& branches = f["certificate"]["branches"];
         branches.erase(r.below(branches.size()));
         return true;
     }},
    {"restriction changed",
     [](json& f, Random& r) {
         json* branch =
             r.one_where(f["certificate"]["branches"], [](const json& b) { return !b["under"].empty(); });
         if (!branch) return false;
         json& may = r.one_of((*branch)["under"])["may"];
         const json before = may;
         may = std::vector<json>{json::array(), {"slow"}, {"fetched", "held"}, {"held"}}[r.below(4)];
         return may != before && !(before.size() == 2 && before[0] == "held");
     }},
    {"restriction of nothing",
     [](json& f, Random& r) {
         json* branch =
             r.one_where(f["certificate"]["branches"], [](const json& b) { return !b["under"].empty(); });
         if (!branch) return false;
         r.one_of((*branch)["under"])[r.below(2) == 0 ? "stop" : "storage"] = 1000;
         return true;
     }},
    {"restrictions without their other side",
     [](json& f, Random& r) {
         r.one_of(f["certificate"]["branches"])["under"].push_back(
             {{"storage", 0}, {"stop", 0}, {"may", {"slow"}}});
         return true;
     }},
    {"functions that there are not",
     [](json& f, Random& r) {
         r.one_of(f["certificate"]["branches"])["functions"] = f["certificate"]["functions"].size();
         return true;
     }},
    {"version", [](json& f, Random& r) { return f["version"] = r.below(2) == 0 ? 3 : 5, true; }},
    {"part missing",
     [](json& f, Random& r) {
         f.erase(std::array{"claims", "plan", "certificate"}[r.below(3)]);
         return true;
     }},
};

// Every object and list below a value, itself too.
void collect(json& value, std::vector<json*>& all) {
    if (!value.is_structured() || value.empty()) return;
    all.push_back(&value);
    for (json& child : value) collect(child, all);
}

bool is_optional(const std::string& key) {
    const std::array<const char*, 6> names{"spread_s", "threads", "slow_capacity_bytes",
                                           "origin",   "solver",  "tiers"};
    return std::ranges::any_of(names, [&](const char* name) { return key == name; });
}

// A field or element anywhere: null, of another type, missing, twice, or with a neighbour that has no
// meaning.
std::string break_field(json file, Random& random) {
    std::vector<json*> all;
    collect(file, all);
    json& parent = *all[random.below(all.size())];
    auto at = parent.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random.below(parent.size())));
    switch (random.below(5)) {
        case 0:
            *at = nullptr;
            break;
        case 1:
            *at = at->is_string() ? json(1) : json("word");
            break;
        case 2:
            if (!parent.is_object() || is_optional(at.key())) return break_field(std::move(file), random);
            parent.erase(at.key());
            break;
        case 3: {
            if (!parent.is_object()) return break_field(std::move(file), random);
            const std::string key = at.key();
            parent["TWICE"] = *at;
            std::string text = file.dump();
            return text.replace(text.find("TWICE"), 5, key);
        }
        default:
            if (!parent.is_object()) return break_field(std::move(file), random);
            parent["note"] = 1;
    }
    return file.dump();
}

// Files that a plan of the suite was changed to, so that a claim is false.
std::vector<Case> false_files(std::size_t count) {
    Random random(1);
    std::vector<json> plans;
    for (const std::string& file : plan_files(6)) plans.push_back(json::parse(file));
    std::vector<Case> files;
    for (std::size_t i = 0; files.size() < count; ++i) {
        const json& plan = plans[random.below(plans.size())];
        if (i % 4 == 0) {
            files.push_back({"a field", break_field(plan, random), ""});
            continue;
        }
        const Kind& kind = kinds[random.below(kinds.size())];
        json changed = plan;
        if (kind.apply(changed, random)) files.push_back({kind.name, changed.dump(), ""});
    }
    return files;
}

}  // namespace

TEST_CASE("check: 1,000 changes that make a claim false are refused with a sentence, by both checkers") {
    const std::vector<Case> files = false_files(1000);
    judge(files);
    std::map<std::string, int> seen;
    for (const Case& file : files) ++seen[file.name];
    for (const Kind& kind : kinds) {
        INFO(std::string(kind.name));
        CHECK(seen[kind.name] > 0);
    }
}
