// The checked mode of an executor. It finds copies that do not arrive, spilled values that change before they
// are fetched, and reads of bytes that hold no value under the plan.
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

    // After a copy: throws KernelError if the target differs from the source. After a prefetch: also throws
    // if the bytes differ from those of the last spill (by checksum) and no kernel has written the storage
    // since. After a kernel: forgets the checksums of the storages that it has written. After the last
    // instruction that touches a residency: fills its bytes with NaNs.
    void ended(framework::InstructionId instruction, framework::Clock::time_point start) override;
    void begins() override;

  private:
    void check(const framework::Copy& copy);
    void forget_written(framework::Step step);
    void leave(framework::InstructionId instruction);

    using StayId = framework::Id<struct Stay>;
    struct Stay {
        std::byte* from;
        framework::Bytes bytes;
        int instructions = 0;  // how many touch it
        int left = 0;          // how many of these have not run in this iteration
    };

    const Program& program_;
    framework::Indexed<StayId, Stay> stays_;  // residencies that end before the iteration does
    framework::Indexed<framework::InstructionId, std::vector<StayId>> touches_;
    std::map<framework::StorageId, std::uint64_t> spilled_;  // checksums of spilled values, by storage
};

}  // namespace runtime
