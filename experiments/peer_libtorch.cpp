// Compares training time and peak memory with libtorch's; takes minutes for each network.
//
// libtorch runs as installed and at its best. All programs of a network are alive together and step in turn,
// so that a slow minute of the machine falls on each of them alike. 10 min, 16 GiB; --rounds 1 --networks
// resnet50:2: 20 s.
#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "experiments/common/numbers.h"
#include "experiments/common/signals.h"
#include "experiments/peer/child.h"
#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/json.h"
#include "framework/base/units.h"

namespace {

using experiments::add_number;
using experiments::peer::Child;
using experiments::peer::Command;
using framework::Bytes;
using framework::Error;
using framework::fixed;
using framework::require;
using framework::Seconds;
using framework::UsageError;

struct Options {
    std::vector<std::string> networks{"vgg19:16", "resnet50:16", "resnet200:8", "densenet264:8",
                                      "inception_v4:8"};
    int rounds = 5;
    int threads = 2;
    std::string ours;
    std::string blas = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
    std::string csv, report;
};

Options read_options(int argc, char** argv) {
    Options options;
    CLI::App app{"Training iterations of ours and libtorch's, taken in turn."};
    app.footer(experiments::exit_codes);
    app.add_option("--networks", options.networks, "NAME:BATCH, separated by commas")->delimiter(',');
    add_number(app, "--rounds", options.rounds, {1, 1000}, "measured rounds, after one warm-up round");
    add_number(app, "--threads", options.threads, experiments::threads_of_a_machine,
               "threads of each program");
    app.add_option("--ours", options.ours,
                   "command of our worker (autotm_worker beside this program, if any)");
    app.add_option("--blas", options.blas, "folder of the BLAS that tuned libtorch is given")
        ->check(CLI::ExistingDirectory);
    app.add_option("--csv", options.csv, "write the table here");
    app.add_option("--report", options.report, "write every round's times here, as JSON");
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        std::exit(app.exit(help));
    } catch (const CLI::ParseError& error) {
        throw UsageError(error.what());
    }
    return options;
}

struct Network {
    std::string name;
    int batch;
};

Network parse_network(const std::string& text) {
    const auto colon = text.find(':');
    require<UsageError>(colon != std::string::npos && colon > 0, "--networks: ", framework::in_quotes(text),
                        " is not NAME:BATCH, such as resnet50:16");
    const auto batch = framework::read_number(text.substr(colon + 1), experiments::batches,
                                              framework::text("--networks ", framework::in_quotes(text)));
    return {text.substr(0, colon), static_cast<int>(batch)};
}

struct Variant {
    std::string name;
    Command command;
};

constexpr auto ours_name = "ours";

std::string beside_this_program(const std::string& file) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / file;
}

std::string quoted(const std::string& path) {
    return '\'' + path + '\'';
}

// Libtorch three ways, then ours. Tuned: freed memory is kept and in huge pages, OpenBLAS shares libtorch's
// OpenMP threads and takes its AVX-512 kernels, oneDNN keeps all its primitives.
std::vector<Variant> variants(const Options& options) {
    const std::vector<std::string> tuned{"ATEN_CPU_CAPABILITY=avx512",
                                         "OPENBLAS_CORETYPE=SkylakeX",
                                         "DNNL_PRIMITIVE_CACHE_CAPACITY=10000",
                                         "LRU_CACHE_CAPACITY=10000",
                                         "GLIBC_TUNABLES=glibc.malloc.hugetlb=1",
                                         "LD_LIBRARY_PATH=" + options.blas};
    const auto worker = quoted(beside_this_program("peer_libtorch_worker"));
    std::vector<Variant> result{
        {"libtorch as installed", {worker, {}, {}}},
        {"libtorch tuned", {worker, {"--tuned"}, tuned}},
        {"libtorch tuned channels-last", {worker, {"--tuned", "--channels-last"}, tuned}},
    };
    const auto ours = beside_this_program("autotm_worker");
    if (!options.ours.empty())
        result.push_back({ours_name, {options.ours, {}, {}}});
    else if (std::filesystem::exists(ours))
        result.push_back({ours_name, {quoted(ours), {}, {}}});
    return result;
}

Seconds median(std::vector<Seconds> values) {
    std::ranges::sort(values);
    const auto half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Measured {
    std::string variant;
    std::vector<Seconds> seconds = {};  // by round
    Bytes rss_peak = 0;
    // Only for our program:
    std::vector<double> overheads = {};  // by round: the share of an iteration outside kernels
    Seconds kernels_best = 0;            // the sum of every kernel's own best time
};

template <class T>
T field(const nlohmann::json& answer, const char* name, const std::string& variant) {
    require<Error>(answer.contains(name) && answer[name].is_number(), variant, ": wanted a number \"", name,
                   "\" in its answer, got ", framework::print_json(answer));
    return answer[name].get<T>();
}

std::vector<Measured> measure(const Network& network, const Options& options) {
    std::vector<std::unique_ptr<Child>> children;
    std::vector<Measured> result;
    for (auto [name, command] : variants(options)) {
        for (const auto& argument :
             {std::string("--model"), network.name, std::string("--batch"), std::to_string(network.batch),
              std::string("--threads"), std::to_string(options.threads)})
            command.arguments.push_back(argument);
        result.push_back({.variant = name});
        children.push_back(std::make_unique<Child>(name + ", " + network.name, command));
        children.back()->ask("step");  // waits, so that one program computes at a time
    }
    for (int round = 0; round < options.rounds; ++round) {
        for (std::size_t i = 0; i < children.size(); ++i) {
            const auto answer = children[i]->ask("step");
            const auto seconds = field<Seconds>(answer, "seconds", result[i].variant);
            result[i].seconds.push_back(seconds);
            if (result[i].variant != ours_name) continue;
            result[i].overheads.push_back(1 - field<Seconds>(answer, "kernel_s", ours_name) / seconds);
        }
    }
    for (std::size_t i = 0; i < children.size(); ++i) {
        const auto answer = children[i]->ask("quit");
        result[i].rss_peak = field<Bytes>(answer, "rss_peak_bytes", result[i].variant);
        if (result[i].variant != ours_name) continue;
        result[i].kernels_best = field<Seconds>(answer, "kernels_best_s", ours_name);
    }
    return result;
}

// The median over the rounds of our time / the time of the libtorch variant with the smallest median.
double ratio_to_best(const std::vector<Measured>& measured) {
    const auto& ours = measured.back();
    const auto best =
        std::min_element(measured.begin(), measured.end() - 1,
                         [](const auto& a, const auto& b) { return median(a.seconds) < median(b.seconds); });
    std::vector<double> ratios;
    for (std::size_t round = 0; round < ours.seconds.size(); ++round)
        ratios.push_back(ours.seconds[round] / best->seconds[round]);
    return median(ratios);
}

double limit_ratio(const Measured& ours) {
    return median(ours.seconds) / ours.kernels_best;
}

bool has_ours(const std::vector<Measured>& measured) {
    return measured.back().variant == ours_name;
}

void print_heading() {
    std::cout << std::left << std::setw(14) << "network" << std::right << std::setw(6) << "batch"
              << "  " << std::left << std::setw(30) << "program" << std::right << std::setw(9) << "median s"
              << std::setw(9) << "min s" << std::setw(9) << "max s" << std::setw(10) << "peak GiB" << '\n';
}

void print(const Network& network, const std::vector<Measured>& measured) {
    for (const auto& [variant, seconds, rss_peak, overheads, kernels_best] : measured) {
        const auto [min, max] = std::ranges::minmax(seconds);
        std::cout << std::left << std::setw(14) << network.name << std::right << std::setw(6) << network.batch
                  << "  " << std::left << std::setw(30) << variant << std::right << std::setw(9)
                  << fixed(median(seconds), 3) << std::setw(9) << fixed(min, 3) << std::setw(9)
                  << fixed(max, 3) << std::setw(10) << fixed(framework::in_gib(rss_peak), 2) << '\n';
    }
    if (has_ours(measured))
        std::cout << std::setw(22) << ""
                  << "ours / best libtorch: " << fixed(ratio_to_best(measured), 3)
                  << "; ours / sum of its kernels' best times: " << fixed(limit_ratio(measured.back()), 3)
                  << "; outside kernels: " << fixed(100 * median(measured.back().overheads), 3) << " %\n";
    std::cout << std::flush;
}

void write_csv_rows(std::ostream& csv, const Network& network, const std::vector<Measured>& measured) {
    for (const auto& [variant, seconds, rss_peak, overheads, kernels_best] : measured) {
        const auto [min, max] = std::ranges::minmax(seconds);
        csv << network.name << ',' << network.batch << ',' << variant << ',' << median(seconds) << ',' << min
            << ',' << max << ',' << framework::in_gib(rss_peak) << ',';
        if (variant == ours_name)
            csv << ratio_to_best(measured) << ',' << kernels_best << ',' << median(overheads) << '\n';
        else
            csv << ",,\n";
    }
}

nlohmann::json to_json(const Network& network, const std::vector<Measured>& measured) {
    nlohmann::json programs = nlohmann::json::array();
    for (const Measured& m : measured)
        programs.push_back({{"program", m.variant}, {"seconds", m.seconds}, {"rss_peak_bytes", m.rss_peak}});
    nlohmann::json result{{"network", network.name}, {"batch", network.batch}, {"programs", programs}};
    if (has_ours(measured)) {
        result["ours_over_best_libtorch"] = ratio_to_best(measured);
        result["kernels_best_s"] = measured.back().kernels_best;
        result["ours_over_kernels_best"] = limit_ratio(measured.back());
        result["ours_overheads"] = measured.back().overheads;
    }
    return result;
}

void run(const Options& options) {
    std::vector<Network> networks;
    for (const auto& text : options.networks) networks.push_back(parse_network(text));
    framework::TextStream csv;
    csv << "network,batch,program,median_s,min_s,max_s,rss_peak_gib,ratio_to_best_libtorch,kernels_best_s,"
           "overhead\n";
    nlohmann::json all{{"threads", options.threads}, {"rounds", options.rounds}};
    print_heading();
    for (const auto& network : networks) {  // both files are complete after each network
        const auto measured = measure(network, options);
        print(network, measured);
        write_csv_rows(csv, network, measured);
        all["networks"].push_back(to_json(network, measured));
        if (!options.csv.empty()) framework::write_file(options.csv, csv.str());
        if (!options.report.empty())
            framework::write_file(options.report, framework::print_json(all, 2) + "\n");
    }
}

}  // namespace

int main(int argc, char** argv) try {
    run(read_options(argc, argv));
    return 0;
} catch (const UsageError& error) {
    std::cerr << "peer_libtorch: " << error.what() << '\n';
    return 2;
} catch (const std::exception& error) {
    std::cerr << "peer_libtorch: " << error.what() << '\n';
    return 1;
}
