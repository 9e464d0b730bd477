#include "experiments/common/report.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "experiments/common/version.h"
#include "framework/base/files.h"
#include "optimizer/search/milp.h"
#include "runtime/host/team.h"
#include "runtime/memory/allocator.h"
#include "runtime/memory/system_files.h"
#include "runtime/onednn/kernels/loops/loops.h"
#include "runtime/onednn/version.h"
#include "runtime/profiling/platform.h"

namespace experiments {

Json new_report(const std::string& program, std::span<char* const> arguments, const std::string& mode) {
    Json report = Json::object();
    report["program"] = program;
    report["version"] = AUTOTM_VERSION;
    report["commit"] = built_commit();
    report["host"] = {{"cpu", runtime::processor()},       {"threads", runtime::team_size()},
                      {"loops", runtime::loops().name},    {"onednn", runtime::onednn_version()},
                      {"glpk", optimizer::glpk_version()}, {"memkind", runtime::allocator().version()}};
    report["arguments"] = std::vector<std::string>(arguments.begin() + 1, arguments.end());
    report["mode"] = mode;
    return report;
}

void report_model(Json& report, const ModelFlags& model, const session::Network& network) {
    const framework::Graph& graph = network.lowered.graph;
    std::int64_t parameters = 0;
    for (framework::OpId id = 0; id < graph.op_count(); ++id) {
        const auto* parameter = std::get_if<framework::Parameter>(&graph.op(id).op);
        if (parameter) parameters += parameter->shape.elements();
    }
    report["model"] = {{"name", model.name},
                       {"parameters", parameters},
                       {"batch", model.batch},
                       {"kernels", network.schedule.steps()},
                       {"tensors", network.schedule.storages().size()}};
    const std::string stem = stem_name(model, graph.tensor(graph.find("images")).type.shape.height());
    if (!stem.empty()) report["model"]["stem"] = stem;
}

Json cache_report(const optimizer::MemoryMode& mode) {
    const optimizer::CacheAccesses all = mode.accesses();
    Json cache{{"bytes", mode.cache_bytes},
               {"hit_rate", all.share(all.hits)},
               {"clean_miss_rate", all.share(all.clean_misses)},
               {"dirty_miss_rate", all.share(all.dirty_misses)}};
    for (const auto& [name, some] : {std::pair{"reads", mode.reads}, {"writes", mode.writes}}) {
        cache[name] = {{"hit_bytes", some.hits},
                       {"clean_miss_bytes", some.clean_misses},
                       {"dirty_miss_bytes", some.dirty_misses}};
    }
    const optimizer::MemoryAccesses memory = mode.memory();
    cache["dram_read_bytes"] = memory.dram_read;
    cache["dram_written_bytes"] = memory.dram_written;
    cache["slow_read_bytes"] = memory.slow_read;
    cache["slow_written_bytes"] = memory.slow_written;
    return cache;
}

namespace {

void report_memory_mode(Json& report, const PlacementFlags& flags, const PlannedNetwork& planned) {
    report["dram"] = {{"limit_bytes", planned.solution.dram_budget},
                      {"all_dram_bytes", planned.network.all_dram_bytes}};
    report["plan"] = {{"placement", flags.placement},
                      {"predicted_s", planned.memory_mode->seconds},
                      {"all_dram_s", planned.solution.all_dram_s},
                      {"all_slow_s", planned.solution.all_slow_s}};
    report["cache"] = cache_report(*planned.memory_mode);
}

}  // namespace

void report_plan(Json& report, const PlacementFlags& flags, const PlannedNetwork& planned) {
    if (planned.memory_mode) return report_memory_mode(report, flags, planned);
    const session::Solution& solution = planned.solution;
    const optimizer::Result& result = solution.result;
    report["dram"] = {{"limit_bytes", solution.dram_budget},
                      {"peak_bytes", result.plan->arena[framework::Tier::dram]},
                      {"lower_bound_bytes",
                       framework::most_live(planned.network.schedule, *result.plan, framework::Tier::dram)},
                      {"all_dram_bytes", planned.network.all_dram_bytes}};
    Json plan{{"placement", flags.placement}, {"status", optimizer::name_of(result.status)}};
    if (result.predicted_s > 0) plan["predicted_s"] = result.predicted_s;
    if (result.bound_s > 0) {
        plan["bound_s"] = result.bound_s;
        plan["gap"] = result.gap;
    }
    if (solution.all_dram_s > 0) {
        plan["all_dram_s"] = solution.all_dram_s;
        plan["all_slow_s"] = solution.all_slow_s;
    }
    if (result.stopped != optimizer::Stopped::unknown) plan["stopped"] = optimizer::text_of(result.stopped);
    plan["solve_s"] = result.solve_s;
    if (result.columns > 0) {
        plan["rows"] = result.rows;
        plan["columns"] = result.columns;
        if (result.price_s_per_gib > 0) plan["price_s_per_gib"] = result.price_s_per_gib;
    }
    plan["refinements"] = result.refinements;
    int to_slow = 0, to_dram = 0;
    framework::Bytes to_slow_bytes = 0, to_dram_bytes = 0;
    for (const framework::Move& move : result.plan->moves) {
        const framework::Bytes bytes = planned.network.schedule.storages()[move.storage].bytes;
        const bool spill = move.to == framework::Tier::slow;
        (spill ? to_slow : to_dram) += 1;
        (spill ? to_slow_bytes : to_dram_bytes) += bytes;
    }
    plan["moves"] = {{"to_slow", to_slow},
                     {"to_slow_bytes", to_slow_bytes},
                     {"to_dram", to_dram},
                     {"to_dram_bytes", to_dram_bytes}};
    report["plan"] = std::move(plan);
    report_profile(report, planned.profile.measured);
}

void report_profile(Json& report, const runtime::Measurement& measured) {
    Json profile = Json::object();
    if (measured.kernels > 0)
        profile = {{"kernels", measured.kernels},
                   {"configurations", measured.configurations},
                   {"seconds", measured.seconds},
                   {"cached", measured.cached},
                   {"few_runs", measured.few_runs}};
    if (measured.drift) profile["drift"] = *measured.drift;
    if (measured.machine_scale > 0) profile["machine_scale"] = measured.machine_scale;
    if (measured.spot_check)
        profile["spot_check"] = {{"kernels", measured.spot_check->kernels},
                                 {"predicted_s", measured.spot_check->predicted_s},
                                 {"measured_s", measured.spot_check->measured_s}};
    if (!profile.empty()) report["profile"] = std::move(profile);
}

void report_accuracy(Json& report, const runtime::Accuracy& accuracy) {
    Json found{{"top1", accuracy.top1}};
    if (accuracy.top5) found["top5"] = *accuracy.top5;
    found["samples"] = accuracy.samples;
    report["accuracy"] = std::move(found);
}

void report_slow(Json& report, const runtime::SlowMemory& memory, framework::Bytes peak) {
    if (peak > 0) report["slow"] = {{"kind", memory.kind}, {"dax", memory.dax}, {"peak_bytes", peak}};
}

namespace {

// 0 where the system has no such line.
framework::Bytes status_bytes(const std::string& key) {
    return runtime::bytes_behind("/proc/self/status", key).value_or(0);
}

}  // namespace

void report_memory(Json& report) {
    report["memory"] = {{"rss_peak_bytes", status_bytes("VmHWM")}};
}

void report_memory(Json& report, const runtime::Program& program, const runtime::HostDevice& device) {
    report_memory(report);
    Json& memory = report["memory"];
    memory["dram_arena_bytes"] = program.plan().arena[framework::Tier::dram];
    memory["dram_resident_bytes"] = device.dram().resident();
    memory["slow_arena_bytes"] = program.plan().arena[framework::Tier::slow];
    memory["anonymous_bytes"] = status_bytes("RssAnon");
    memory["file_bytes"] = status_bytes("RssFile") + status_bytes("RssShmem");
}

void forget_peak_memory() {
    std::ofstream("/proc/self/clear_refs") << 5;
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

std::string built_commit() {
    return AUTOTM_COMMIT;
}

void write_json(const std::filesystem::path& path, const Json& json) {
    framework::write_file(path, framework::print_json(json, 2) + "\n");
}

}  // namespace experiments
