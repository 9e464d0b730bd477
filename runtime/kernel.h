// Kernel: the compiled code of an op, with the layouts it reads and writes. What it is made of stays behind
// `bind`.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "framework/graph/op.h"
#include "runtime/layout.h"

namespace runtime {

// What changes from one iteration to the next.
struct Iteration {
    std::int64_t number = 0;
    std::uint64_t seed = 0;
    float learning_rate = 0;
};

using Addresses = std::vector<std::byte*>;  // of the operands or the results, by slot

// A kernel with the addresses of its operands: what an iteration runs, and what the profiler times.
class BoundKernel {
  public:
    BoundKernel(Addresses reads, Addresses writes) : in(std::move(reads)), out(std::move(writes)) {}
    virtual ~BoundKernel() = default;
    BoundKernel(const BoundKernel&) = delete;
    BoundKernel& operator=(const BoundKernel&) = delete;

    virtual void execute(const Iteration& iteration) const = 0;  // allocates nothing of ours

    const Addresses in, out;
};

struct Kernel {
    std::vector<Layout> reads{}, writes{};  // by slot
    framework::Bytes scratch = 0;           // a kernel that has some finds it as the last of its results
    std::string implementation{};           // "jit:avx512_core", "autotm"
    std::function<std::unique_ptr<BoundKernel>(Addresses in, Addresses out)> bind{};  // empty: a source's
};

// The operands of one run of a kernel of our own, by slot.
struct Call {
    std::span<std::byte*const> in, out;
    const Iteration& iteration;

    const float* floats(std::size_t slot) const { return reinterpret_cast<const float*>(in[slot]); }
    const std::int32_t* integers(std::size_t slot) const {
        return reinterpret_cast<const std::int32_t*>(in[slot]);
    }
    float* result(std::size_t slot) const { return reinterpret_cast<float*>(out[slot]); }
};
using Function = std::function<void(const Call&)>;

Kernel own_kernel(std::vector<Layout> reads, std::vector<Layout> writes, Function function);

// An operand as lower() knows it when the kernel is made.
struct Operand {
    framework::TensorType type;
    Layout layout;  // unsettled for a parameter or state that no kernel has read so far: the kernel chooses
};
using Operands = std::vector<Operand>;

struct KernelOptions {
    bool winograd =
        true;  // 3x3 convolutions by F(4x4, 3x3) where oneDNN has it and it is faster: see conv2d.cpp
    framework::Bytes most_scratch = 0;  // a convolution with more takes the direct algorithm; 0: see lower.h
};

// Throws KernelError naming the op and its shapes.
Kernel make_kernel(const framework::Op& op, const std::string& name, const Operands& in,
                   const framework::Types& out, const KernelOptions& options);

// Copies `from` into the layout `to`.
Kernel make_reorder(const Layout& from, const Layout& to);

}  // namespace runtime
