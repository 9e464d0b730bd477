#include "optimizer/problem.h"

#include <array>

namespace optimizer {

const char* name_of(Status status) {
    return std::array{"optimal", "feasible", "infeasible"}[static_cast<std::size_t>(status)];
}

const char* text_of(Stopped stopped) {
    return std::array{"unknown",
                      "found without a search",
                      "no plan fits",
                      "the gap asked for is met",
                      "nothing is left to search",
                      "stopped by the work limit",
                      "stopped by time"}[static_cast<std::size_t>(stopped)];
}

}  // namespace optimizer
