// Certificates of a bound, made from a search's prices; check.h checks them. See bounds.h for the bound that
// follows from them.
#pragma once

#include <memory>

#include "optimizer/model/bounds.h"

namespace optimizer {

struct ExactProblem;
struct StoredCertificate;

// `like`: one whose functions are shared where they are the same.
std::shared_ptr<const Proof> proof(const Instance& instance, const KernelFunctions& kernels,
                                   const ByStep<double>& per_unit, framework::Seconds bound_s,
                                   const Proof* like = nullptr);
Certificate certificate(Freedom freedom, std::shared_ptr<const Proof> proof);  // of one case

// The certificate as a plan file has it, for the checker: in decimals, functions that rounding put above
// their kernels lowered to them. Throws DataError for one that does not belong to this problem or claims too
// much of a kernel.
StoredCertificate stored(const Certificate& certificate, const Problem& problem, const ExactProblem& exact);

// What the checker says of it: no placement of that freedom within the budget is faster. Throws as stored().
framework::Seconds proved_bound(const Problem& problem, const Certificate& certificate);

}  // namespace optimizer
