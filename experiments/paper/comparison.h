// How far a machine model's times are from published ones, by class of kernel.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "experiments/paper/published.h"
#include "framework/plan/machine.h"
#include "framework/plan/traffic.h"

namespace experiments {

// A published kernel with the model's times for it.
struct ComparedKernel {
    struct Timing {
        std::string inputs, outputs;  // a letter each: D for DRAM, P for slow memory
        framework::Seconds published = 0, predicted = 0;

        bool in_dram() const { return (inputs + outputs).find('P') == std::string::npos; }
    };
    std::string kind;  // nGraph's name; for a convolution with its window, "ConvolutionBias 1x1"
    framework::Bytes largest_operand = 0;
    framework::Traffic traffic;
    std::vector<Timing> timings;

    const Timing* all_dram() const;  // null where it was not timed
};

// What the authors' profiler adds to the time of a kernel for a result in slow memory. It calls the kernel
// three times and takes the mean. In the first call the result's pages of 2 MiB are new, and the kernel
// zeroes them: one page at 5.2 GB/s, many at what the six modules write in sequence, 13.9 GB/s. This is no
// part of a plan.
framework::Seconds first_touch(double bytes);

// Compares all kernels. `without_op` gets the number of kernels without an op of ours, by nGraph's name.
std::vector<ComparedKernel> compare(const std::vector<PublishedKernel>& kernels,
                                    const framework::Machine& machine,
                                    std::map<std::string, int>& without_op);

// The error of a kernel is the median over its timings of |log(predicted / published)|; its bias is the
// median of log(predicted / published). Error and bias of a class are the medians over its kernels.
struct ClassError {
    std::string kind;
    int kernels = 0;
    double error = 0, bias = 0;
};

using Selection = std::function<bool(const ComparedKernel&, const ComparedKernel::Timing&)>;
std::vector<ClassError> errors_of_times(const std::vector<ComparedKernel>& kernels, const Selection& chosen);
// The errors of the ratio (time with operands in slow memory) / (time with all of them in DRAM), for kernels
// whose time in DRAM is at least `at_least`.
std::vector<ClassError> errors_of_ratios(const std::vector<ComparedKernel>& kernels,
                                         framework::Seconds at_least);

}  // namespace experiments
