// The checked mode of an executor: whether copies arrive, stay until they are fetched, and whether anything
// is read where a plan says that nothing is.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "runtime/observer.h"
#include "runtime/program.h"

namespace runtime {

class MoveCheck : public Observer {
  public:
    explicit MoveCheck(const Program& program);

    // After a copy: throws KernelError unless it equals its source and, of a prefetch, unless slow memory
    // still holds what the last spill has put there, by its checksum, where no kernel has written since.
    // After a kernel: what it has written in slow memory is no longer what was spilled. After the last
    // instruction that touches a residency: its bytes become NaNs.
    void ended(framework::InstructionId instruction, framework::Clock::time_point start) override;
    void begins() override;

  private:
    void check(const framework::Copy& copy);
    void forget_written(framework::Step step);
    void leave(int instruction);

    struct Stay {
        std::byte* from;
        framework::Bytes bytes;
        int instructions = 0;  // that touch it
        int left = 0;          // of these, in this iteration
    };

    const Program& program_;
    std::vector<Stay> stays_;                // residencies that end before the iteration does
    std::vector<std::vector<int>> touches_;  // by instruction: indices of stays_
    std::map<int, std::uint64_t> spilled_;   // checksums by storage
};

}  // namespace runtime
