#include "experiments/common/summary.h"

#include <utility>

#include "framework/error.h"
#include "framework/numbers.h"

namespace experiments {

using framework::print_bytes;
using framework::print_seconds;

std::string summary(const ModelFlags& model, const PlacementFlags& flags, const Planned& planned) {
    const optimizer::Result& r = planned.result;
    framework::TextStream out;
    out << model.name << " batch " << model.batch << ", " << flags.placement << ": DRAM "
        << print_bytes(r.plan->dram_bytes) << " of " << print_bytes(planned.limit) << ", slow "
        << print_bytes(r.plan->slow_bytes) << ", " << print_seconds(r.predicted_s)
        << "/iteration predicted from " << flags.mode() << " times";
    if (planned.all_dram_s > 0) {
        out << " (all DRAM " << print_seconds(planned.all_dram_s) << ", all slow "
            << print_seconds(planned.all_slow_s) << ')';
    }
    out << ", " << optimizer::name_of(r.status);
    if (r.bound_s > 0) {
        const std::string kind = flags.placement == "static" ? "no plan without moves" : "no plan";
        out << ", gap " << framework::fixed(100 * r.gap, 2) << " %: " << kind << " is below "
            << print_seconds(r.bound_s);
    }
    out << "\nsolved in " << print_seconds(r.solve_s);
    if (r.columns > 0) {
        out << " (" << r.rows << " rows, " << r.columns << " columns, " << r.refinements << " refinements)";
    }
    if (r.price_s_per_gib > 0) {
        out << "; more DRAM saves, to begin with, " << print_seconds(r.price_s_per_gib)
            << " an iteration for each GiB";
    }
    return std::move(out).str();
}

}  // namespace experiments
