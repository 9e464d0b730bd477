// Program: a lowered graph and a plan, bound to memory and ready to run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"
#include "runtime/lower.h"
#include "runtime/memory/slow_memory.h"

namespace runtime {

struct BoundMove {
    std::byte* to;
    const std::byte* from;
    framework::Bytes bytes;
    framework::Tier towards;
    int storage;
};

struct BoundStep {
    std::vector<BoundMove> before;
    std::unique_ptr<const BoundKernel> kernel;
};

class Program {
  public:
    // Takes the DRAM arena from the system; throws OutOfTierMemory. The plan must be a valid one, and slow
    // memory as large as it says.
    Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan, SlowMemory slow = {});

    const framework::Graph& graph() const { return lowered_.graph; }
    const framework::Schedule& schedule() const { return schedule_; }
    const framework::Plan& plan() const { return plan_; }
    const Lowered& lowered() const { return lowered_; }
    const std::vector<Kernel>& kernels() const { return lowered_.kernels; }
    const Layout& layout(framework::TensorId id) const {
        return lowered_.layouts[static_cast<std::size_t>(id)];
    }
    const std::vector<BoundStep>& steps() const { return steps_; }
    const std::vector<BoundMove>& last_moves() const { return last_moves_; }  // after the last kernel
    const Block& dram() const { return dram_; }
    const SlowMemory& slow_memory() const { return slow_; }
    framework::TierMask slow_operands(int step) const;  // those of Schedule::operands(step) in slow memory

    // Where a tensor's bytes are between iterations: inputs, persistent tensors, and what the graph keeps.
    std::byte* address(framework::TensorId id) const;
    float* floats(const std::string& name) const;  // of a kept tensor or a source; throws DataError

    // A persistent tensor from and to row-major order, whatever its layout.
    void read(framework::TensorId id, float* row_major) const;
    void write(framework::TensorId id, const float* row_major);

  private:
    std::byte* address_of(int residency) const;
    void bind_kernels();
    void bind_moves();

    Lowered lowered_;
    framework::Schedule schedule_;
    framework::Plan plan_;
    Block dram_;
    SlowMemory slow_;
    std::vector<BoundStep> steps_;
    std::vector<BoundMove> last_moves_;
};

}  // namespace runtime
