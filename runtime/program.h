// Program: a lowered graph and a plan, bound to memory and ready to run.
#pragma once

#include <string>
#include <vector>

#include "framework/plan.h"
#include "framework/schedule.h"
#include "runtime/lower.h"
#include "runtime/tier_memory.h"

namespace runtime {

// A kernel with the addresses of its operands.
struct BoundKernel {
    const Kernel* kernel;
    std::vector<dnnl_exec_arg_t> arguments;  // of the primitive
    std::vector<std::byte*> in, out;         // of the function
};

struct BoundMove {
    std::byte* to;
    const std::byte* from;
    framework::Bytes bytes;
    framework::Tier towards;
};

struct BoundStep {
    std::vector<BoundMove> before;
    BoundKernel kernel;
};

class Program {
  public:
    // Takes both arenas from the system; throws OutOfTierMemory. The plan must be a valid one.
    Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan);

    const framework::Graph& graph() const { return lowered_.graph; }
    const framework::Schedule& schedule() const { return schedule_; }
    const framework::Plan& plan() const { return plan_; }
    const std::vector<Kernel>& kernels() const { return lowered_.kernels; }
    const Layout& layout(framework::TensorId id) const {
        return lowered_.layouts[static_cast<std::size_t>(id)];
    }
    const std::vector<BoundStep>& steps() const { return steps_; }

    // Where a tensor's bytes are between iterations: inputs, persistent tensors, and what the graph keeps.
    std::byte* address(framework::TensorId id) const;
    float* floats(const std::string& name) const;  // of a kept tensor or a source; throws DataError

    // A persistent tensor from and to row-major order, whatever its layout.
    void read(framework::TensorId id, float* row_major) const;
    void write(framework::TensorId id, const float* row_major);

  private:
    std::byte* address_at(int storage, int step) const;
    void bind();

    Lowered lowered_;
    framework::Schedule schedule_;
    framework::Plan plan_;
    Block dram_, slow_;
    std::vector<dnnl::memory> memories_;  // owners of what the arguments point to
    std::vector<BoundStep> steps_;
    std::vector<std::vector<int>> residencies_;  // indices into the plan's, by storage
};

}  // namespace runtime
