// What a kernel computes and what it moves, from its op and its shapes alone.
#pragma once

#include <vector>

#include "framework/graph/graph.h"
#include "framework/plan/schedule.h"

namespace framework {

struct Traffic {
    double flops = 0;                   // 2 a multiply-add
    std::vector<double> read, written;  // bytes, by operand of Schedule::operands(step)
    double result_block = 0;            // bytes of up to 64 channels of one image of the largest result
    int window = 0;        // convolutions. 1: 1x1, 2: larger along one side, 3: along both; 0: no window
    bool strided = false;  // the window moves by more than one element

    double footprint() const;  // bytes of all operands; one that is read and written over counts once
};

// An operand of which the kernel skips a part counts with the part that it touches: a slice reads the
// channels that it keeps, a 1x1 convolution of stride 2 a quarter of its input.
Traffic traffic_of(const Graph& graph, const Schedule& schedule, Step step);

}  // namespace framework
