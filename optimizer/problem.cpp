#include "optimizer/problem.h"

#include "framework/base/ids.h"

namespace optimizer {

const char* name_of(Status status) {
    constexpr framework::ByEnum<Status, const char*, 3> names{{"optimal", "feasible", "infeasible"}};
    return names[status];
}

const char* text_of(Stopped stopped) {
    constexpr framework::ByEnum<Stopped, const char*, 7> texts{
        {"unknown", "found without a search", "no plan fits", "the gap asked for is met",
         "stopped when nothing was left to try", "stopped after its usual amount of work",
         "stopped by time"}};
    return texts[stopped];
}

}  // namespace optimizer
