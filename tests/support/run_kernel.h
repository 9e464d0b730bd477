// Runs one op's kernel by itself, outside any graph, on operands in a chosen layout.
#pragma once

#include <string>
#include <vector>

#include "framework/graph/op.h"
#include "runtime/kernel.h"
#include "tests/support/array.h"

namespace support {

enum class Offered { row_major, blocked16, blocked8, channels_last };  // a (N, C, H, W) operand's layout
inline constexpr Offered all_layouts[] = {Offered::row_major, Offered::blocked16, Offered::blocked8,
                                          Offered::channels_last};

struct KernelRun {
    Offered layout = Offered::row_major;
    bool winograd = false;
    runtime::Iteration iteration = {.number = 0, .seed = 1, .learning_rate = 0.1F};
};

struct KernelResults {
    Arrays values;  // by slot, including results written over operands
    std::string implementation;
};

// Runs the kernel. Results start as NaNs, which shows a kernel that reads what it should write. Checks that
// the lanes that pad the channels of the results are zero, and that the bytes after the results are
// untouched.
KernelResults run_kernel(const framework::Op& op, const Arrays& operands, const KernelRun& how = {});

// The layout that is offered for a type; row-major unless it has four dimensions.
runtime::Layout offered_layout(const framework::TensorType& type, Offered layout);

}  // namespace support
