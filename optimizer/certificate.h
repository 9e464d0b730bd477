// Certificates of a bound: made from a search's prices, and checked by whoever has the problem. See
// relaxation.h for the bound that follows from them.
#pragma once

#include <vector>

#include "optimizer/relaxation.h"

namespace optimizer {

Certificate certificate(const Model& model, Freedom freedom, const KernelBounds& kernels,
                        const std::vector<double>& per_unit);

// No placement of that freedom within the budget is faster, whoever wrote the certificate: every function is
// looked at against its kernel's times, and every storage takes its cheapest route. Throws DataError for one
// that does not belong to this problem or claims too much of a kernel.
framework::Seconds certified_bound(const Problem& problem, const Certificate& certificate);

}  // namespace optimizer
