// What a placement is asked for, and what comes back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"

namespace optimizer {

// How static and synchronous placement are put to GLPK: over whole routes of tensors
// (search/route_program.h), or as AutoTM did (paper_formulation.h).
enum class Formulation { routes, paper };

struct Problem {
    const framework::Schedule& schedule;
    const framework::Profile& profile;
    framework::Bytes dram_budget = 0;
    framework::Bytes slow_capacity = 0;  // 0: no limit
    double gap = 1e-3;                   // stop when (predicted − bound) / predicted is below this
    framework::Seconds time_limit = 60;
    // Static and synchronous are never slower than this plan, where it is one of their kind within budget and
    // capacity. Solve budgets in rising order, each from the plan of the one before, and time never rises
    // with DRAM; solve placements from the simplest on, and it never rises with freedom.
    const framework::Plan* start = nullptr;
    Formulation formulation = Formulation::routes;
    bool keep_program = false;  // Result::program is wanted
};

enum class Status { optimal, feasible, infeasible };  // optimal: within the gap asked for
const char* name_of(Status status);

// What shows without a solver how fast no placement can be: cases that between them are all placements, each
// with prices of DRAM and affine functions below the kernels' times, from which a bound follows. See
// certificate.h.
struct KernelFunctions {
    std::vector<double> constants;  // by step, seconds
    std::vector<double> penalties;  // of operands in slow memory, by stop of the Instance, seconds

    friend bool operator==(const KernelFunctions&, const KernelFunctions&) = default;
};
struct Proof {
    std::vector<double> price;                       // of DRAM by step, seconds per GiB, not negative
    std::shared_ptr<const KernelFunctions> kernels;  // shared by many cases
    framework::Seconds bound_s = 0;                  // as the search had it
};
struct Restriction {
    int stop = 0;               // of the Instance
    unsigned char allowed = 0;  // what is, as route.h has it
};
struct Certificate {
    bool moving = true;  // of all placements; else of those without moves
    struct Case {
        std::vector<Restriction> under;  // from the root of the search tree on
        std::shared_ptr<const Proof> proof;
    };
    std::vector<Case> cases;
};

struct Result {
    Status status = Status::infeasible;
    std::string reason;  // infeasible: the kernel, its operands, the missing bytes, the way out
    std::optional<framework::Plan> plan;  // absent where infeasible
    framework::Seconds predicted_s = 0;   // kernels and moves of one iteration
    // No plan within the budget can be faster: of static, none without moves; of all others, none at all that
    // moves tensors in line.
    framework::Seconds bound_s = 0;
    Certificate certificate;  // of bound_s, but for rounding
    double gap = 0;           // (predicted − bound) / predicted
    framework::Seconds solve_s = 0;
    int rows = 0, columns = 0;
    // The linear program, in the CPLEX LP format: of routes as it was solved at last, with those routes that
    // were worth their price; the paper's as it is. Empty if none was solved.
    std::string program;
    // Times an address layout did not fit and the budget was cut where it stuck out, or a small tensor went
    // to slow memory that kept the arena from its lower bound.
    int refinements = 0;
    // What more DRAM saves for each GiB, to begin with: the sum of the capacity rows' duals.
    double price_s_per_gib = 0;
};

}  // namespace optimizer
