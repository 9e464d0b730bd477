// Kernel: the compiled code of an op, with the layouts it reads and writes.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "framework/graph/op.h"
#include "runtime/onednn/onednn.h"

namespace runtime {

// What changes from one iteration to the next.
struct Iteration {
    std::int64_t number = 0;
    std::uint64_t seed = 0;
    float learning_rate = 0;
};

// The operands of one run, by slot.
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

// `function` runs first, where there is one, then the primitive. A kernel of scratch bytes finds them as the
// last of its results.
struct Kernel {
    dnnl::primitive primitive{};
    std::vector<int> read_args{}, write_args{};  // DNNL_ARG_* of the primitive, by slot; 0: not its operand
    std::vector<Layout> reads{}, writes{};
    // What the primitive sees of an operand, where that is a part of it: a slice. Else as in reads and
    // writes.
    std::vector<Layout> read_layouts{}, write_layouts{};
    framework::Bytes scratch = 0;
    Function function{};
    std::string implementation{};  // "jit:avx512_core", "autotm"
};

// An operand as lower() knows it when the kernel is made.
struct Operand {
    framework::TensorType type;
    Layout layout;  // empty for a parameter or state that no kernel has read so far: the kernel chooses
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

}  // namespace runtime
