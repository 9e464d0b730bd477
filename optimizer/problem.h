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

struct Problem {
    const framework::Schedule& schedule;
    const framework::Profile& profile;
    framework::Bytes dram_budget = 0;
    framework::Bytes slow_capacity = 0;  // 0: no limit
};

enum class Status { optimal, feasible, infeasible };  // optimal: within the gap asked for
const char* name_of(Status status);

// What ended the search for a plan.
enum class Stopped {
    unknown,     // of a plan that was read from a file
    no_search,   // the placement follows a fixed rule
    infeasible,  // no plan fits
    gap,         // the gap asked for was reached
    exhausted,   // nothing was left to look at: what gap there is, is between placement and addresses
    work_limit,
    time_limit,
};
const char* text_of(Stopped stopped);  // "stopped by time"

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

    friend bool operator==(const Restriction&, const Restriction&) = default;
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
    Stopped stopped = Stopped::infeasible;
    framework::Seconds solve_s = 0;
    double work = 0;  // as SolverOptions::work_limit counts
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
