// The checked mode of an executor: whether copies arrive, stay until they are fetched, and whether anything
// is read where a plan says that nothing is.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "runtime/program.h"

namespace runtime {

class MoveCheck {
  public:
    explicit MoveCheck(const Program& program);

    // After a copy: throws KernelError unless it equals its source and, of a prefetch, unless slow memory
    // still holds what the last spill has put there, by its checksum, where no kernel has written since.
    void moved(const BoundMove& move);
    // After a kernel: what it has written in slow memory is no longer what was spilled.
    void ran(int step);
    // Whatever ends its stay in a tier at a step leaves NaNs behind: in slow memory before that step's
    // spills, which may go there; in DRAM between them, which still read it, and the prefetches.
    void vacate(framework::Tier tier, int step);

  private:
    struct Vacated {
        std::byte* from;
        framework::Bytes bytes;
    };

    const Program& program_;
    using BySteps = std::vector<std::vector<Vacated>>;
    std::array<BySteps, 2> vacated_;        // by tier, by step
    std::map<int, std::uint64_t> spilled_;  // checksums by storage
};

}  // namespace runtime
