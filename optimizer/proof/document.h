// A problem file or plan file as it stands there, every number exact. docs/plan_file.md says what each field
// means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"
#include "optimizer/proof/exact.h"

namespace framework {
class JsonFile;
}

namespace optimizer {

using StoredStopId = framework::Id<struct StoredStop>;         // of the stops of one storage
using FunctionListId = framework::Id<struct StoredFunctions>;  // of a certificate's lists of functions

// All of this is a decimal where it is an Integer: a multiple of 10^-60.
struct StoredTime {
    framework::TierMask slow = 0;  // operands in slow memory
    Integer seconds;
    double spread_s = 0;
};
struct StoredCopy {
    Integer latency_s, bytes_per_s;
    int threads = 0;
};

// constant + Σ penalties of the operands in slow memory ≤ the kernel's time.
struct StoredFunction {
    framework::Step kernel = 0;
    Integer constant_s;
    std::vector<Integer> penalties_s;  // by operand

    friend bool operator==(const StoredFunction&, const StoredFunction&) = default;
};
enum May : unsigned char { may_slow = 1, may_fetched = 2, may_held = 4, may_anything = 7 };
struct StoredRestriction {
    framework::StorageId storage = 0;
    StoredStopId stop = 0;
    unsigned char may = may_anything;
};
struct StoredPrice {
    framework::Step step = 0;
    Integer s_per_gib;
};
struct StoredBranch {
    std::vector<StoredRestriction> under;
    FunctionListId functions = 0;
    std::vector<StoredPrice> prices;
};
struct StoredCertificate {
    bool moving = true;
    // The first list has every kernel, the others those where they differ.
    framework::Indexed<FunctionListId, std::vector<StoredFunction>> functions;
    std::vector<StoredBranch> branches;
};

struct Claims {
    std::string placement, status;
    Integer predicted_s, bound_s, gap, gap_asked_for;
};
struct SolverRun {
    double seconds = 0;
    int rows = 0, columns = 0, refinements = 0;
};
struct Origin {
    std::string mode, host, machine;
    double machine_scale = 0;
    bool one_by_one = false;
};

struct Solution {
    Claims claims;
    framework::Plan plan;
    StoredCertificate certificate;
    SolverRun solver;
};

struct PlanDocument {
    framework::Schedule schedule;
    framework::Indexed<framework::Step, std::vector<StoredTime>> times;
    StoredCopy to_dram, to_slow;
    framework::Bytes dram_budget = 0, slow_capacity = 0;  // 0: no limit
    std::optional<Solution> solution;                     // none: a problem file
    std::optional<Origin> origin;
};

// Both throw DataError for what is missing, unknown, of another type or out of its range.
PlanDocument read_document(const framework::JsonFile& file);
Origin read_origin(const framework::JsonFile& file);  // this alone

std::string print_document(const PlanDocument& document);

// A name as messages show it and as documents keep it: control characters as codes, long ones cut.
std::string shown_name(const std::string& name);

}  // namespace optimizer
