// Pictures that show each term of a machine model against the published timings: docs/machine_model.md.
#pragma once

#include <string>
#include <vector>

#include "experiments/paper/comparison.h"

namespace experiments {

// Writes PNG files into a folder that exists. Throws as draw() does (gnuplot.h).
void draw_plots(const std::vector<ComparedKernel>& kernels, const std::string& folder);

}  // namespace experiments
