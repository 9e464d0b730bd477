// The arithmetic and the memory traffic of a kernel, computed from its op and its shapes only.
#pragma once

#include <vector>

#include "framework/graph/graph.h"
#include "framework/plan/schedule.h"

namespace framework {

struct Traffic {
    double flops = 0;                   // a multiply-add counts 2
    std::vector<double> read, written;  // bytes, for each of Schedule::operands(step)
    double result_block = 0;            // bytes of one image, at most 64 channels, of the largest result
    int window = 0;        // of a convolution: 1: 1x1, 2: larger along one side, 3: along both; 0: no window
    bool strided = false;  // the window moves by more than one element

    double footprint() const;  // bytes of all operands; one both read and written counts once
};

// Counts only the part of an operand that the kernel touches: a slice reads the channels that it keeps, a 1x1
// convolution of stride 2 reads a quarter of its input.
Traffic traffic_of(const Graph& graph, const Schedule& schedule, Step step);

}  // namespace framework
