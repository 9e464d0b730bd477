// Changes to the JSON of a plan file.
#pragma once

#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "optimizer/proof/exact.h"

namespace plans {

using nlohmann::json;

class Random {
  public:
    explicit Random(unsigned seed) : random_(seed) {}
    std::size_t below(std::size_t n) { return random_() % n; }
    json& one_of(json& list) { return list[below(list.size())]; }
    // One of those elements for which `is` holds; null where there is none.
    json* one_where(json& list, const auto& is) {
        std::vector<json*> found;
        for (json& element : list) {
            if (is(element)) found.push_back(&element);
        }
        return found.empty() ? nullptr : found[below(found.size())];
    }

  private:
    std::mt19937 random_;
};

// False: the file has nothing of the kind.
using Change = bool (*)(json& file, Random& random);
struct Kind {
    const char* name;
    Change apply;
};

// A decimal of the file times a factor in millionths.
inline std::string times(const json& decimal, int millionths) {
    const auto value = *optimizer::parse_decimal(decimal.get<std::string>());
    return optimizer::print_decimal(optimizer::rounded(
        value * millionths, optimizer::decimal_one() * 1'000'000, optimizer::Rounding::up));
}

// Whether the plan has an operand in DRAM while its kernel runs.
inline bool is_in_dram(const json& file, std::size_t step, std::size_t operand) {
    const json& storage = file["kernels"][step]["operands"][operand]["storage"];
    for (const json& r : file["plan"]["residencies"]) {
        if (r["storage"] == storage && r["tier"] == "dram" && r["first"] <= step && step < r["last"])
            return true;
    }
    return false;
}

// Only DRAM serves this operand from now on.
inline void needs_dram(json& kernel, std::size_t operand) {
    kernel["operands"][operand]["tiers"] = {"dram"};
    json kept = json::array();
    for (const json& time : kernel["times"]) {
        bool slow = false;
        for (const json& position : time["slow"]) slow = slow || position == operand;
        if (!slow) kept.push_back(time);
    }
    kernel["times"] = kept;
}

// The gap and the status that follow from the claims.
inline void set_gap(json& file) {
    json& claims = file["claims"];
    const auto of = [&](const char* name) {
        return *optimizer::parse_decimal(claims[name].get<std::string>());
    };
    if (of("predicted_s") == 0 || of("bound_s") > of("predicted_s")) return;
    claims["gap"] = optimizer::print_decimal(
        optimizer::rounded(of("predicted_s") - of("bound_s"), of("predicted_s"), optimizer::Rounding::up));
    claims["status"] = of("gap") <= of("gap_asked_for") ? "optimal" : "feasible";
}

}  // namespace plans
