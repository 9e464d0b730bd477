#include "experiments/common/report.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include <omp.h>
#include <sys/resource.h>

#include "experiments/common/version.h"
#include "runtime/data/files.h"
#include "runtime/tier_memory.h"

namespace experiments {

namespace {

std::string processor() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        const std::string_view key = "model name";
        if (line.starts_with(key)) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

}  // namespace

Json new_report(const std::string& program, std::span<char* const> arguments, const std::string& mode) {
    Json report;
    report["program"] = program;
    report["version"] = AUTOTM_VERSION;
    report["commit"] = AUTOTM_COMMIT;
    report["host"] = {{"cpu", processor()},
                      {"threads", omp_get_max_threads()},
                      {"onednn", runtime::onednn_version()},
                      {"memkind", runtime::memkind_version()}};
    report["arguments"] = std::vector<std::string>(arguments.begin() + 1, arguments.end());
    report["mode"] = mode;
    return report;
}

void report_model(Json& report, const std::string& name, int batch, const framework::Graph& graph) {
    std::int64_t parameters = 0;
    for (framework::OpId id = 0; id < graph.op_count(); ++id) {
        const auto* parameter = std::get_if<framework::Parameter>(&graph.op(id).op);
        if (parameter) parameters += parameter->shape.elements();
    }
    const framework::Schedule schedule(graph);
    report["model"] = {{"name", name},
                       {"parameters", parameters},
                       {"batch", batch},
                       {"kernels", schedule.steps()},
                       {"tensors", schedule.storages().size()}};
}

void report_plan(Json& report, const std::string& placement, const framework::Schedule& schedule,
                 const optimizer::Result& result, framework::Bytes limit) {
    report["dram"] = {{"limit_bytes", limit},
                      {"peak_bytes", result.plan->dram_bytes},
                      {"lower_bound_bytes", schedule.peak_bytes()}};
    report["plan"] = {{"placement", placement}, {"status", optimizer::name_of(result.status)}};
}

void report_memory(Json& report) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    report["memory"] = {{"rss_peak_bytes", static_cast<std::int64_t>(usage.ru_maxrss) * 1024}};
}

double median(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    if (sorted.empty()) return 0;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

Json statistics(std::span<const double> seconds) {
    if (seconds.empty()) return {{"count", 0}};
    const auto [least, most] = std::minmax_element(seconds.begin(), seconds.end());
    return {{"count", seconds.size()}, {"median_s", median(seconds)}, {"min_s", *least}, {"max_s", *most}};
}

void write_json(const std::filesystem::path& path, const Json& json) {
    const std::string content = json.dump(2) + "\n";
    runtime::data::write_file(path, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
}

}  // namespace experiments
