// Program: a lowered graph and a plan, bound to memory and ready to run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/plan/instructions.h"
#include "framework/plan/plan.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"
#include "runtime/lower.h"
#include "runtime/memory/slow_memory.h"

namespace runtime {

// The memory that tensors live in: one block of each tier. Programs that run in turn may share it.
struct Arenas {
    Block dram;
    SlowMemory slow;
};

class Program {
  public:
    // The plan must be a valid one; throws OutOfTierMemory where an arena is smaller than it says.
    Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan,
            std::shared_ptr<const Arenas> arenas);
    // The same with other instructions than compile() makes of the plan.
    void run_by(std::vector<framework::Instruction> instructions) { instructions_ = std::move(instructions); }
    // With a DRAM arena of its own, taken from the system; throws OutOfTierMemory.
    Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan, SlowMemory slow = {});

    const framework::Graph& graph() const { return lowered_.graph; }
    const framework::Schedule& schedule() const { return schedule_; }
    const framework::Plan& plan() const { return plan_; }
    const Lowered& lowered() const { return lowered_; }
    const std::vector<Kernel>& kernels() const { return lowered_.kernels; }
    const Layout& layout(framework::TensorId id) const { return lowered_.layouts[id]; }
    const std::vector<framework::Instruction>& instructions() const { return instructions_; }
    const BoundKernel& kernel(framework::Step step) const { return *bound_[step]; }
    const Block& dram() const { return arenas_->dram; }
    const SlowMemory& slow_memory() const { return arenas_->slow; }
    std::byte* at(framework::Tier tier, framework::Bytes offset) const {
        return (tier == framework::Tier::dram ? dram() : slow_memory().block).data() + offset;
    }

    // Where a tensor's bytes are between iterations: inputs, persistent tensors, and what the graph keeps.
    std::byte* address(framework::TensorId id) const;
    float* floats(const std::string& name) const;  // of a kept tensor or a source; throws DataError

    // A persistent tensor from and to row-major order, whatever its layout.
    void read(framework::TensorId id, float* row_major) const;
    void write(framework::TensorId id, const float* row_major);

  private:
    std::byte* address_of(int residency) const;
    void bind_kernels();

    Lowered lowered_;
    framework::Schedule schedule_;
    framework::Plan plan_;
    std::shared_ptr<const Arenas> arenas_;
    std::vector<framework::Instruction> instructions_;
    std::vector<std::unique_ptr<const BoundKernel>> bound_;  // by step
};

}  // namespace runtime
