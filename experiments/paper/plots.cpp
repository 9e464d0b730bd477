#include "experiments/paper/plots.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

#include "experiments/common/gnuplot.h"

namespace experiments {

namespace {

using framework::Seconds;
using Timing = ComparedKernel::Timing;

double sum(const std::vector<double>& bytes) {
    return std::accumulate(bytes.begin(), bytes.end(), 0.0);
}
double result_bytes(const ComparedKernel& kernel) {
    return *std::ranges::max_element(kernel.traffic.written);
}
bool all(const std::string& letters, char letter) {
    return letters.find_first_not_of(letter) == std::string::npos;
}
// Whether the first result, which is nGraph's largest, is in slow memory and everything else in DRAM.
bool result_alone_is_slow(const Timing& timing) {
    return all(timing.inputs, 'D') && timing.outputs.starts_with('P') && all(timing.outputs.substr(1), 'D');
}

// A plot with one dot for each timing, published and predicted. y is computed from the time.
struct Plot {
    const char *file, *title, *x, *y;
    std::vector<const char*> kinds;
    std::function<bool(const ComparedKernel&, const Timing&)> chosen;
    std::function<double(const ComparedKernel&)> at;
    std::function<double(const ComparedKernel&, Seconds time, Seconds in_dram)> value;
    const char* options = "";
};

bool in_dram(const ComparedKernel&, const Timing& timing) {
    return timing.in_dram();
}
double footprint(const ComparedKernel& kernel) {
    return kernel.traffic.footprint() / 1e6;
}

const std::vector<Plot>& plots() {
    static const std::vector<Plot> all_plots{
        {"caches.png",
         "Sums, ReLUs and slices, everything in DRAM",
         "footprint in MB",
         "GB/s of operands",
         {"Add", "Relu", "ReluBackprop", "Slice"},
         in_dram,
         footprint,
         [](const auto& k, Seconds time, Seconds) { return k.traffic.footprint() / time / 1e9; },
         "set logscale x"},
        {"slow_reads.png",
         "Sums and ReLUs, every input in slow memory, the result in DRAM",
         "footprint in MB",
         "GB/s of inputs",
         {"Add", "Relu", "ReluBackprop"},
         [](const auto&, const Timing& t) { return all(t.inputs, 'P') && all(t.outputs, 'D'); },
         footprint,
         [](const auto& k, Seconds time, Seconds) { return sum(k.traffic.read) / time / 1e9; },
         "set logscale x\nset yrange [0:*]"},
        {"slow_stores.png",
         "Sums, ReLUs and concats, the result in slow memory, inputs in DRAM",
         "footprint in MB",
         "GB/s of the result",
         {"Add", "Relu", "ReluBackprop", "Concat"},
         [](const auto&, const Timing& t) { return result_alone_is_slow(t); },
         footprint,
         [](const auto& k, Seconds time, Seconds) { return result_bytes(k) / time / 1e9; },
         "set logscale x\nset yrange [0:*]"},
        {"convolutions.png",
         "KxK convolutions forward and gradients of data, everything in DRAM",
         "GFLOP",
         "TFLOP/s",
         {"ConvolutionBias KxK", "ConvolutionBackpropData KxK"},
         in_dram,
         [](const auto& k) { return k.traffic.flops / 1e9; },
         [](const auto& k, Seconds time, Seconds) { return k.traffic.flops / time / 1e12; },
         "set logscale x\nset yrange [0:*]"},
        {"convolutions_1x1.png",
         "1x1 convolutions forward and gradients of data, everything in DRAM",
         "GFLOP",
         "TFLOP/s",
         {"ConvolutionBias 1x1", "ConvolutionBackpropData 1x1"},
         in_dram,
         [](const auto& k) { return k.traffic.flops / 1e9; },
         [](const auto& k, Seconds time, Seconds) { return k.traffic.flops / time / 1e12; },
         "set logscale x\nset yrange [0:*]"},
        {"partial_sums.png",
         "KxK gradients of data, the result in slow memory",
         "64 channels of an image of the result, in MB",
         "GB/s of the result, beyond the time in DRAM",
         {"ConvolutionBackpropData KxK"},
         [](const auto& k, const Timing& t) { return result_alone_is_slow(t) && result_bytes(k) > 40e6; },
         [](const auto& k) { return k.traffic.result_block / 1e6; },
         [](const auto& k, Seconds time, Seconds dram) { return result_bytes(k) / (time - dram) / 1e9; },
         "set logscale x\nset yrange [0:*]"},
        {"weight_gradients.png",
         "Gradients of weights, both inputs in slow memory",
         "bytes read, in MB",
         "time / time in DRAM",
         {"ConvolutionBiasBackpropFiltersBias KxK", "ConvolutionBiasBackpropFiltersBias 1x1"},
         [](const auto&, const Timing& t) { return all(t.inputs, 'P') && all(t.outputs, 'D'); },
         [](const auto& k) { return sum(k.traffic.read) / 1e6; },
         [](const auto&, Seconds time, Seconds dram) { return time / dram; },
         "set logscale x"},
        {"batch_norm.png",
         "Batch norm forward and back, everything in DRAM",
         "footprint in MB",
         "GB/s of operands",
         {"BatchNormTrainingRelu", "BatchNormTraining", "BatchNormTrainingBackprop"},
         in_dram,
         footprint,
         [](const auto& k, Seconds time, Seconds) { return k.traffic.footprint() / time / 1e9; },
         "set logscale x\nset yrange [0:*]"},
        {"first_touch.png",
         "Kernels with a result below 1 MB, which lies in slow memory",
         "result in MB",
         "us more than in DRAM",
         {"Slice", "ReluBackprop", "Add", "ConvolutionBias 1x1"},
         [](const auto& k, const Timing& t) { return result_alone_is_slow(t) && result_bytes(k) < 1e6; },
         [](const auto& k) { return result_bytes(k) / 1e6; },
         [](const auto&, Seconds time, Seconds dram) { return (time - dram) * 1e6; },
         "set yrange [0:*]"},
    };
    return all_plots;
}

}  // namespace

void draw_plots(const std::vector<ComparedKernel>& kernels, const std::string& folder) {
    for (const Plot& plot : plots()) {
        Series published{.title = "published", .style = "points pointtype 6"};
        Series predicted{.title = "predicted", .style = "points pointtype 2"};
        for (const ComparedKernel& kernel : kernels) {
            const Timing* dram = kernel.all_dram();
            if (dram == nullptr || std::ranges::find(plot.kinds, kernel.kind) == plot.kinds.end()) continue;
            for (const Timing& timing : kernel.timings) {
                if (!plot.chosen(kernel, timing)) continue;
                published.points.emplace_back(plot.at(kernel),
                                              plot.value(kernel, timing.published, dram->published));
                predicted.points.emplace_back(plot.at(kernel),
                                              plot.value(kernel, timing.predicted, dram->predicted));
            }
        }
        draw({plot.title, plot.x, plot.y, plot.options, {published, predicted}}, folder + "/" + plot.file);
    }
}

}  // namespace experiments
