// Certificates of a bound: made from a search's prices, and checked by whoever has the problem. See
// bounds.h for the bound that follows from them.
#pragma once

#include <memory>
#include <vector>

#include "optimizer/model/bounds.h"

namespace optimizer {

// `like`: one whose functions are shared where they are the same.
std::shared_ptr<const Proof> proof(const Instance& instance, const KernelBounds& kernels,
                                   const std::vector<double>& per_unit, framework::Seconds bound_s,
                                   const Proof* like = nullptr);
Certificate certificate(Freedom freedom, std::shared_ptr<const Proof> proof);  // of one case

// No placement of that freedom within the budget is faster, whoever wrote the certificate: that its cases are
// all there are is looked at, every function against its kernel's times, and every storage takes its cheapest
// route. Throws DataError for one that does not belong to this problem or claims too much of a kernel.
framework::Seconds proved_bound(const Problem& problem, const Certificate& certificate);

}  // namespace optimizer
