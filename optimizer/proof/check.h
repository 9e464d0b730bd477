// Checks in exact arithmetic what a plan file claims. Nothing here is shared with what makes plans: the
// checker is these files of optimizer/proof/: exact, exact_times, document, check, check_plan, check_bound.
// What it checks, and why a bound follows, is told in docs/plan_file.md.
#pragma once

#include <vector>

#include "optimizer/proof/document.h"
#include "optimizer/proof/exact_times.h"

namespace optimizer {

// Everything that the file claims. Throws DataError, one sentence, for the first thing that does not hold. Of
// a problem file: that every time is there that a solver needs.
void check(const PlanDocument& document);

// The parts of it. All of them throw DataError.

// The problem, its times in units. A kernel has one time with all operands in DRAM, one with each operand
// alone in slow memory that slow memory may serve, and none twice. No set of operands, listed or
// not, takes less than no time.
struct ExactProblem {
    explicit ExactProblem(const PlanDocument& document);

    const PlanDocument& document;
    TimeUnit unit;
    framework::Indexed<framework::Step, KernelTimes> kernels;
};

// The plan keeps to the budget, and every kernel finds its operands where the plan says they are.
void check_plan(const PlanDocument& document);
// Kernels and moves of the plan, in units.
Integer predicted_time(const ExactProblem& problem);

// Below the time of every plan (of those without moves where the certificate says so), in units.
Integer proved_bound(const ExactProblem& problem, const StoredCertificate& certificate);

// Where a branch, and the kernels, let a storage be at each of its stops.
using AllowedStops =
    framework::Indexed<framework::StorageId, framework::Indexed<StoredStopId, unsigned char>>;  // May bits
AllowedStops allowed_in(const framework::Schedule& schedule, const StoredBranch& branch);
// How far a function is below its kernel's time, at the least, over the operand sets of that branch.
Integer least_above(const ExactProblem& problem, const StoredFunction& function, const AllowedStops& allowed);

// The steps at which it matters where a storage is. `step` is that of a kernel unless `outside`.
struct StoredStop {
    framework::Step step = 0;
    bool reads = false, writes = false;
    bool may_be_slow = true;
    bool outside = false;  // filled before the first kernel, or read after the last
};
using StoredStops = framework::Indexed<StoredStopId, StoredStop>;
StoredStops stops_of(const framework::Storage& storage);

}  // namespace optimizer
