#include "experiments/paper/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "experiments/common/report.h"
#include "experiments/paper/counterpart.h"
#include "framework/base/error.h"
#include "framework/plan/schedule.h"

namespace experiments {

namespace {

using framework::Seconds;

std::string kind_of(const PublishedKernel& kernel, const framework::Traffic& traffic) {
    const char* windows[] = {"", " 1x1", " 1xK", " KxK"};
    return kernel.name + windows[traffic.window];
}

Seconds first_touches(const framework::Traffic& traffic, framework::TierMask slow) {
    Seconds sum = 0;
    for (std::size_t i = 0; i < traffic.written.size(); ++i) {
        if (traffic.written[i] > 0 && (slow >> i & 1U)) sum += first_touch(traffic.written[i]);
    }
    return sum;
}

// The log(predicted / published) of a class of kernels, by kernel.
class ClassLogs {
  public:
    void add(const std::string& kind, std::vector<double> logs) {
        if (logs.empty()) return;
        Medians& medians = by_kind_[kind];
        medians.bias.push_back(median(logs));
        for (double& log : logs) log = std::abs(log);
        medians.error.push_back(median(logs));
    }
    std::vector<ClassError> errors() const {
        std::vector<ClassError> all;
        for (const auto& [kind, medians] : by_kind_) {
            all.push_back(
                {kind, static_cast<int>(medians.error.size()), median(medians.error), median(medians.bias)});
        }
        return all;
    }

  private:
    struct Medians {
        std::vector<double> error, bias;
    };
    std::map<std::string, Medians> by_kind_;
};

// Shorter timings are left out: the authors' clock counts whole microseconds.
constexpr Seconds shortest = 10e-6;

}  // namespace

const ComparedKernel::Timing* ComparedKernel::all_dram() const {
    const auto found = std::ranges::find_if(timings, &Timing::in_dram);
    return found == timings.end() ? nullptr : &*found;
}

Seconds first_touch(double bytes) {
    constexpr double page = 2 << 20, of_one_page = 5.2e9, of_many = 13.9e9, calls = 3;
    return std::max(page / of_one_page, bytes / of_many) / calls;
}

std::vector<ComparedKernel> compare(const std::vector<PublishedKernel>& kernels,
                                    const framework::Machine& machine,
                                    std::map<std::string, int>& without_op) {
    std::vector<ComparedKernel> all;
    for (const PublishedKernel& kernel : kernels) {
        const std::optional<Counterpart> ours = counterpart_of(kernel);
        if (!ours) {
            ++without_op[kernel.name];
            continue;
        }
        const framework::Schedule schedule(ours->graph);
        const framework::Traffic traffic = framework::traffic_of(ours->graph, schedule, 0);
        ComparedKernel compared{kind_of(kernel, traffic), kernel.largest_operand(), traffic, {}};
        for (const PublishedKernel::Timing& timing : kernel.timings) {
            const framework::TierMask slow = ours->slow(timing);
            const Seconds predicted =
                machine.seconds(ours->graph, schedule, 0, slow) + first_touches(traffic, slow);
            if (timing.seconds >= shortest)
                compared.timings.push_back({timing.inputs, timing.outputs, timing.seconds, predicted});
        }
        all.push_back(std::move(compared));
    }
    return all;
}

std::vector<ClassError> errors_of_times(const std::vector<ComparedKernel>& kernels, const Selection& chosen) {
    ClassLogs logs;
    for (const ComparedKernel& kernel : kernels) {
        std::vector<double> of_kernel;
        for (const auto& timing : kernel.timings) {
            if (chosen(kernel, timing)) of_kernel.push_back(std::log(timing.predicted / timing.published));
        }
        logs.add(kernel.kind, std::move(of_kernel));
    }
    return logs.errors();
}

std::vector<ClassError> errors_of_ratios(const std::vector<ComparedKernel>& kernels, Seconds at_least) {
    ClassLogs logs;
    for (const ComparedKernel& kernel : kernels) {
        const auto* dram = kernel.all_dram();
        if (dram == nullptr || dram->published < at_least) continue;
        std::vector<double> of_kernel;
        for (const auto& timing : kernel.timings) {
            if (!timing.in_dram())
                of_kernel.push_back(
                    std::log(timing.predicted / dram->predicted / (timing.published / dram->published)));
        }
        logs.add(kernel.kind, std::move(of_kernel));
    }
    return logs.errors();
}

}  // namespace experiments
