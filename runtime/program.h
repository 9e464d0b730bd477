// Program: a lowered graph and a plan, bound to the memory of a device and ready to run.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "framework/plan/instructions.h"
#include "framework/plan/plan.h"
#include "framework/plan/schedule.h"
#include "runtime/device.h"
#include "runtime/lower.h"

namespace runtime {

class Program {
  public:
    // The plan must be one that validate() accepts. Programs may share a device if they do not run at the
    // same time. Throws OutOfTierMemory if an arena of the device is smaller than that of the plan.
    Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan,
            std::shared_ptr<Device> device);
    // Replaces the instructions that compile() has made of the plan.
    void run_by(std::vector<framework::Instruction> instructions) { instructions_ = std::move(instructions); }

    const framework::Graph& graph() const { return lowered_.graph; }
    const framework::Schedule& schedule() const { return schedule_; }
    const framework::Plan& plan() const { return plan_; }
    const Lowered& lowered() const { return lowered_; }
    const framework::Indexed<framework::OpId, Kernel>& kernels() const { return lowered_.kernels; }
    const Layout& layout(framework::TensorId id) const { return lowered_.layouts[id]; }
    const std::vector<framework::Instruction>& instructions() const { return instructions_; }
    const BoundKernel& kernel(framework::Step step) const { return *bound_[step]; }
    Device& device() const { return *device_; }

    // The id of an input, a parameter, a state, or a tensor that the graph keeps. Throws DataError if none of
    // these has this name.
    framework::TensorId find(const std::string& name) const;
    // put() writes an input, a parameter or a state; get() reads these and kept results. Both work between
    // iterations, and the values are in row-major order, whatever the tensor's layout. T is float for f32 and
    // std::int32_t for s32. Throw ShapeError if the number or the type of the values does not fit; put()
    // throws DataError for a result of the iteration.
    template <class T>
    void put(framework::TensorId id, std::span<const T> values) {
        put(id, framework::dtype_of<T>(), values.size(), std::as_bytes(values));
    }
    template <class T>
    void get(framework::TensorId id, std::span<T> values) const {
        get(id, framework::dtype_of<T>(), values.size(), std::as_writable_bytes(values));
    }

  private:
    void put(framework::TensorId id, framework::DType type, std::size_t count,
             std::span<const std::byte> row_major);
    void get(framework::TensorId id, framework::DType type, std::size_t count,
             std::span<std::byte> row_major) const;
    void check_values(framework::TensorId id, framework::DType type, std::size_t count) const;
    const framework::Residency& home(framework::TensorId id) const;
    void bind_kernels();

    Lowered lowered_;
    framework::Schedule schedule_;
    framework::Plan plan_;
    std::shared_ptr<Device> device_;
    std::vector<framework::Instruction> instructions_;
    framework::Indexed<framework::Step, std::unique_ptr<const BoundKernel>> bound_;
};

}  // namespace runtime
