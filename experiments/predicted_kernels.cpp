// Compares a machine model with kernel timings that AutoTM's authors published.
#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "experiments/common/main.h"
#include "experiments/paper/comparison.h"
#include "experiments/paper/plots.h"
#include "framework/base/data_files.h"
#include "framework/base/files.h"
#include "framework/base/numbers.h"

namespace {

using namespace experiments;
using framework::fixed;

struct Flags {
    std::string file, machine = "paper", plots;
};

std::string bundled() {
    return framework::data_file("kernels.csv.gz", "experiments/paper/kernels.csv.gz").string();
}

constexpr int enough = 5;  // a class with fewer kernels does not count in the summary

void print(const std::string& title, const std::vector<ClassError>& classes) {
    std::cout << title << "\n\n  kernels  error    bias  class\n";
    std::vector<double> errors;
    for (const ClassError& of : classes) {
        std::cout << std::setw(9) << of.kernels << std::setw(7) << fixed(of.error, 2) << std::setw(8)
                  << (of.bias < 0 ? "" : "+") + fixed(of.bias, 2) << "  " << of.kind << '\n';
        if (of.kernels >= enough) errors.push_back(of.error);
    }
    std::ranges::sort(errors);
    if (!errors.empty()) {
        const double middle = (errors[(errors.size() - 1) / 2] + errors[errors.size() / 2]) / 2;
        std::cout << std::setw(16) << fixed(middle, 2) << "          median of the " << errors.size()
                  << " classes with " << enough << " kernels or more\n";
    }
    std::cout << '\n';
}

void work(const Flags& flags) {
    const framework::Machine machine = framework::load_machine(flags.machine);
    const std::vector<PublishedKernel> published = read_published(flags.file);
    std::map<std::string, int> without_op;
    const std::vector<ComparedKernel> kernels = compare(published, machine, without_op);

    std::size_t timings = 0;
    for (const PublishedKernel& kernel : published) timings += kernel.timings.size();
    std::cout
        << "Simulated times of the machine " << machine.name << " against " << timings
        << " published timings of " << published.size()
        << " kernels.\nerror: |log(predicted / published)|, of a kernel the median over its placements, of a "
           "class the\nmedian over its kernels; 0.10 is about 10 %. bias: the same with its sign, + where "
           "the "
           "model is too slow.\nTimings below 10 us are left out. Predictions of results in slow memory "
           "contain "
           "what the authors'\nprofiler adds for their first touch, which no plan has.\n\n";
    print("Kernels with an operand of 40 MB and more",
          errors_of_times(
              kernels, [](const auto& kernel, const auto&) { return kernel.largest_operand >= 40'000'000; }));
    print("Timings of 1 ms and more",
          errors_of_times(kernels, [](const auto&, const auto& timing) { return timing.published >= 1e-3; }));
    print("All timings", errors_of_times(kernels, [](const auto&, const auto&) { return true; }));
    print("Time with operands in slow memory / time in DRAM, of kernels that take 0.3 ms and more in DRAM",
          errors_of_ratios(kernels, 0.3e-3));
    if (!without_op.empty()) {
        std::cout << "Kernels for which there is no op of ours, left out:";
        for (const auto& [name, count] : without_op) std::cout << ' ' << name << " (" << count << ')';
        std::cout << '\n';
    }
    if (!flags.plots.empty()) draw_plots(kernels, flags.plots);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Compares a machine model with kernel timings that AutoTM's authors published.",
                 "predicted_kernels");
    app.footer("Example:\n  predicted_kernels --machine paper --plots pictures\n\n");
    Flags flags;
    flags.file = bundled();
    app.add_option("file", flags.file,
                   "timings (.csv or .csv.gz); experiments/paper/README.md has the columns")
        ->capture_default_str();
    app.add_option("--machine", flags.machine, "machine model: paper, cxl, or a TOML file")
        ->capture_default_str();
    app.add_option("--plots", flags.plots,
                   "draw the pictures of docs/machine_model.md into this folder (PNG, by gnuplot)");
    return run(app, argc, argv, [&] { work(flags); });
}
