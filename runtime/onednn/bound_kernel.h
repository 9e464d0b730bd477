// A kernel with the addresses of its operands: what an iteration runs, and what the profiler times.
#pragma once

#include <span>
#include <vector>

#include "runtime/kernel.h"

namespace runtime {

struct BoundKernel {
    const Kernel* kernel = nullptr;
    std::vector<dnnl_exec_arg_t> arguments;  // of the primitive
    std::vector<dnnl::memory> memories;      // owners of what the arguments point to
    std::vector<std::byte*> in, out;         // of the function
};

// `in` and `out` by slot, a kernel's scratch last of `out`. The kernel must outlive what is returned.
BoundKernel bind(const Kernel& kernel, std::vector<std::byte*> in, std::vector<std::byte*> out);

// Allocates nothing of ours. Throws what the kernel throws.
void execute(const BoundKernel& bound, const Iteration& iteration);

}  // namespace runtime
