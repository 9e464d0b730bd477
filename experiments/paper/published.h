// The kernel timings that AutoTM's authors published, read from a CSV file (README.md has its columns).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/base/units.h"

namespace experiments {

struct PublishedKernel {
    using Sizes = std::vector<std::int64_t>;  // the slowest dimension first: (N, C, H, W)
    struct Timing {
        std::string inputs, outputs;  // a letter each: D for DRAM, P for slow memory
        framework::Seconds seconds = 0;
    };

    std::string name;  // nGraph's: "ConvolutionBias"
    std::vector<Sizes> inputs, outputs;
    std::vector<int> input_bytes, output_bytes;  // of an element
    std::vector<Timing> timings;

    framework::Bytes largest_operand() const;
    const Timing* all_dram() const;  // null where it was not timed
};

// `path` is a .csv file, or one compressed by gzip. Throws DataError, which names the line.
std::vector<PublishedKernel> read_published(const std::string& path);

}  // namespace experiments
