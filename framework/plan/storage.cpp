#include "framework/plan/storage.h"

#include <algorithm>

namespace framework {

const Use& Storage::use_at(Step step) const {
    return *std::ranges::lower_bound(uses, step, {}, &Use::step);
}

bool Storage::needs_dram() const {
    return !std::ranges::all_of(uses, &Use::may_be_slow);
}

bool Storage::may_be_slow() const {
    return live.last - live.first > std::ssize(uses) - std::ranges::count_if(uses, &Use::may_be_slow);
}

}  // namespace framework
