#include "experiments/common/summary.h"

#include <utility>

#include "framework/base/error.h"
#include "framework/base/numbers.h"

namespace experiments {

using framework::print_bytes;
using framework::print_seconds;

namespace {

std::string extremes(const session::Solution& solution) {
    if (solution.all_dram_s <= 0) return {};
    return " (all DRAM " + print_seconds(solution.all_dram_s) + ", all slow " +
           print_seconds(solution.all_slow_s) + ')';
}

std::string memory_mode_summary(const ModelFlags& model, const PlacementFlags& flags,
                                const PlannedNetwork& planned) {
    const optimizer::MemoryMode& mode = *planned.memory_mode;
    const optimizer::CacheAccesses all = mode.accesses();
    const optimizer::MemoryAccesses memory = mode.memory();
    const auto percent = [&](framework::Bytes bytes) {
        return framework::fixed(100 * all.share(bytes), 1) + " %";
    };
    return framework::text(model.name, " batch ", model.batch, ", ", flags.placement, ": DRAM as a cache of ",
                           print_bytes(mode.cache_bytes), " in front of ", print_bytes(mode.pool_bytes),
                           " of slow memory, ", print_seconds(mode.seconds), "/iteration predicted from ",
                           flags.mode(), " times", extremes(planned.solution), "\nof ",
                           print_bytes(all.all()), " read and written per iteration: ", percent(all.hits),
                           " hits, ", percent(all.clean_misses), " clean misses, ", percent(all.dirty_misses),
                           " dirty misses; slow memory: ", print_bytes(memory.slow_read), " read, ",
                           print_bytes(memory.slow_written), " written back");
}

}  // namespace

std::string status_text(const optimizer::Result& result) {
    using optimizer::Stopped;
    if (!result.plan) return optimizer::text_of(Stopped::infeasible);
    const bool searched = result.stopped == Stopped::exhausted || result.stopped == Stopped::work_limit ||
                          result.stopped == Stopped::time_limit;
    if (result.bound_s <= 0) return optimizer::text_of(result.stopped);
    return framework::text(searched ? optimizer::text_of(result.stopped) + std::string(", ") : "",
                           "proved within ", framework::fixed(100 * result.gap, 2), " % of the best");
}

std::string summary(const ModelFlags& model, const PlacementFlags& flags, const PlannedNetwork& planned) {
    if (planned.memory_mode) return memory_mode_summary(model, flags, planned);
    const optimizer::Result& r = planned.solution.result;
    framework::TextStream out;
    out << model.name << " batch " << model.batch << ", " << flags.placement << ": DRAM "
        << print_bytes(r.plan->arena[framework::Tier::dram]) << " of "
        << print_bytes(planned.solution.dram_budget) << ", slow "
        << print_bytes(r.plan->arena[framework::Tier::slow]) << ", " << print_seconds(r.predicted_s)
        << "/iteration predicted from " << flags.mode() << " times";
    out << extremes(planned.solution);
    if (r.bound_s > 0) {
        const std::string kind = flags.placement == "static" ? "no plan without moves" : "no plan";
        out << ", " << status_text(r) << ": " << kind << " takes less than " << print_seconds(r.bound_s);
    }
    out << "\nsolved in " << print_seconds(r.solve_s);
    if (r.columns > 0) {
        out << " (" << r.rows << " rows, " << r.columns << " columns, " << r.refinements << " refinements)";
    }
    if (r.price_s_per_gib > 0) {
        out << "; each further GiB of DRAM would save about " << print_seconds(r.price_s_per_gib)
            << " an iteration";
    }
    return std::move(out).str();
}

}  // namespace experiments
