#include "optimizer/problem.h"

#include <array>

namespace optimizer {

const char* name_of(Status status) {
    return std::array{"optimal", "feasible", "infeasible"}[static_cast<std::size_t>(status)];
}

}  // namespace optimizer
