// Runs one op's kernel by itself, outside any graph, on operands in a chosen layout.
#pragma once

#include <string>
#include <vector>

#include "framework/graph/op.h"
#include "runtime/kernel.h"
#include "tests/support/array.h"

namespace support {

enum class Offered { row_major, blocked16, blocked8, channels_last };  // to the kernel, for (N, C, H, W)
inline constexpr Offered all_layouts[] = {Offered::row_major, Offered::blocked16, Offered::blocked8,
                                          Offered::channels_last};

struct KernelRun {
    Offered layout = Offered::row_major;
    bool winograd = false;
    runtime::Iteration iteration = {.number = 0, .seed = 1, .learning_rate = 0.1F};
};

struct KernelResults {
    Arrays values;  // by slot, those written over operands too
    std::string implementation;
};

// Results start as NaNs, so that a kernel that reads what it should write is found out; and checks that it
// left the lanes that pad the channels of its results zero, and what lies behind the results alone.
KernelResults run_kernel(const framework::Op& op, const Arrays& operands, const KernelRun& how = {});

// The layout offered, of an array; row-major unless it has four dimensions.
runtime::Layout offered_layout(const framework::TensorType& type, Offered layout);

}  // namespace support
