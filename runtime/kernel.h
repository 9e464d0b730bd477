// Kernel: the compiled code of an op, with the layouts that it reads and writes. Only `bind` knows which
// library the code comes from.
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

// The values that change from one iteration to the next.
struct Iteration {
    std::int64_t number = 0;
    std::uint64_t seed = 0;
    float learning_rate = 0;
};

using Addresses = std::vector<std::byte*>;  // of the operands or the results, by slot

// A kernel with the addresses of its operands. Iterations run it, and the profiler times it.
class BoundKernel {
  public:
    BoundKernel(Addresses reads, Addresses writes) : in(std::move(reads)), out(std::move(writes)) {}
    virtual ~BoundKernel() = default;
    BoundKernel(const BoundKernel&) = delete;
    BoundKernel& operator=(const BoundKernel&) = delete;

    virtual void execute(const Iteration& iteration) const = 0;  // our code allocates nothing

    const Addresses in, out;
};

struct Kernel {
    std::vector<Layout> reads{}, writes{};  // by slot
    framework::Bytes scratch = 0;           // bytes; if above 0, scratch is the last of the results
    std::string implementation{};           // "jit:avx512_core", "autotm"
    std::function<std::unique_ptr<BoundKernel>(Addresses in, Addresses out)> bind{};  // empty for a source
};

// The operands of one run of a kernel written here (not oneDNN's), by slot.
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

// Makes a kernel that calls `function`.
Kernel own_kernel(std::vector<Layout> reads, std::vector<Layout> writes, Function function);

// What lower() knows about an operand when it makes the kernel.
struct Operand {
    framework::TensorType type;
    Layout layout;  // unsettled for a parameter or state that no earlier kernel reads: this kernel chooses
};
using Operands = std::vector<Operand>;

struct KernelOptions {
    // 3x3 convolutions use Winograd's F(4x4, 3x3) if oneDNN has it and it is faster; see conv2d.cpp.
    bool winograd = true;
    // A convolution whose Winograd kernel needs more scratch than this uses the direct algorithm. 0: no limit
    // for make_kernel(); lower() chooses one.
    framework::Bytes most_scratch = 0;
};

// Makes the kernel of an op. Throws KernelError, which names the op and its shapes, if there is none.
Kernel make_kernel(const framework::Op& op, const std::string& name, const Operands& in,
                   const framework::Types& out, const KernelOptions& options);

// Makes a kernel that copies a tensor of layout `from` into the layout `to`.
Kernel make_reorder(const Layout& from, const Layout& to);

}  // namespace runtime
