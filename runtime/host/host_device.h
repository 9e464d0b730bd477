// The CPU as a device. Kernels and copies run on the team of the thread that calls launch() or copy(), and
// have ended when the call returns.
#pragma once

#include "framework/plan/profile.h"
#include "runtime/device.h"
#include "runtime/memory/slow_memory.h"

namespace runtime {

class HostDevice final : public Device {
  public:
    // Takes `dram` bytes from the system. Throws OutOfTierMemory.
    HostDevice(framework::Bytes dram, SlowMemory slow);

    framework::Bytes bytes(framework::Tier tier) const override { return block(tier).bytes(); }
    std::byte* at(framework::Tier tier, framework::Bytes offset) const override {
        return block(tier).data() + offset;
    }
    void put(framework::Tier tier, framework::Bytes offset, std::span<const std::byte> bytes) override;
    void get(framework::Tier tier, framework::Bytes offset, std::span<std::byte> bytes) const override;

    void with_threads(int threads, const std::function<void()>& work) override;
    void launch(const BoundKernel& kernel, const Iteration& iteration) override { kernel.execute(iteration); }
    void copy(const framework::Copy& copy) override;
    void wait() override {}

    // From now on copies use as many threads as `costs` says for their direction.
    void copy_as(const framework::CopyCosts& costs) { costs_ = costs; }
    // From now on the system begins to write spilled bytes to the medium at once. Its own copies of them in
    // DRAM can then be dropped without a wait when DRAM is short.
    void write_back_spills() { writes_back_ = true; }

    const Block& dram() const { return dram_; }
    const SlowMemory& slow_memory() const { return slow_; }

  private:
    const Block& block(framework::Tier tier) const {
        return tier == framework::Tier::dram ? dram_ : slow_.block;
    }

    Block dram_;
    SlowMemory slow_;
    framework::CopyCosts costs_;
    bool writes_back_ = false;
};

}  // namespace runtime
