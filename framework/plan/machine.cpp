#include "framework/plan/machine.h"

#include <algorithm>
#include <cmath>

#include "framework/base/error.h"
#include "framework/plan/machine_ranges.h"

namespace framework {

namespace {

const KernelRule& rule_of(const Machine& machine, const OpNode& node, const Traffic& traffic) {
    const auto fits = [&](const KernelRule& rule) {
        return (rule.kind == "*" || rule.kind == kind_of(node.op)) &&
               (rule.window == 0 || rule.window == traffic.window) && (!rule.strided || traffic.strided) &&
               (rule.block_above == 0 || traffic.result_block > static_cast<double>(rule.block_above));
    };
    return *std::find_if(machine.rules.begin(), machine.rules.end(), fits);  // the last one fits all
}

// The time of a kernel, from the traffic of its operands in DRAM and in slow memory. See Machine::seconds().
class KernelModel {
  public:
    KernelModel(const Machine& machine, const KernelRule& rule, const Traffic& traffic)
        : machine_(machine), rule_(rule), traffic_(traffic), footprint_(traffic.footprint()) {
        if (machine.cache_bytes > 0) cached_ = std::exp(-std::pow(footprint_ / machine.cache_bytes, 2));
        if (rule.loop_bytes_per_s > 0) loop_ = cached_ / rule.loop_bytes_per_s;
    }

    Seconds seconds(TierMask slow) const {
        Seconds transfers = 0, stores = 0;
        for (std::size_t i = 0; i < traffic_.read.size(); ++i) {
            if (slow >> i & 1U) {
                transfers += rule_.input_passes * traffic_.read[i] / machine_.slow_read_bytes_per_s;
                stores += traffic_.written[i] * seconds_of_slow_store();
            } else {
                transfers += seconds_in_dram(i);
            }
        }
        return joined(transfers, stores);
    }

    Seconds seconds_in_memory_mode(const CacheMisses& of_reads, const CacheMisses& of_writes) const {
        const auto seconds_of = [&](const CacheMisses& misses) {
            return misses.filled / machine_.memory_mode->fill_bytes_per_s +
                   misses.written_back / machine_.memory_mode->write_back_bytes_per_s;
        };
        Seconds transfers = (of_reads.filled + of_writes.filled) / machine_.dram_bytes_per_s;
        for (std::size_t i = 0; i < traffic_.read.size(); ++i) transfers += seconds_in_dram(i);
        return joined(transfers + seconds_of(of_reads), seconds_of(of_writes));
    }

  private:
    Seconds joined(Seconds transfers, Seconds stores) const {
        const Seconds compute = rule_.flops_per_s > 0 ? traffic_.flops / rule_.flops_per_s : 0;
        return rule_.start + std::max(compute, transfers) +
               (1 - rule_.hidden) * std::min(compute, transfers) + stores;
    }
    Seconds seconds_in_dram(std::size_t operand) const {
        const auto of_a_byte = [&](double crossings) {
            return crossings * (1 - cached_) / machine_.dram_bytes_per_s + loop_;
        };
        return rule_.input_passes * traffic_.read[operand] * of_a_byte(1) +
               traffic_.written[operand] * of_a_byte(machine_.write_traffic);
    }
    // Seconds to store one byte in slow memory.
    Seconds seconds_of_slow_store() const {
        const double share = rule_.dirty_share < 0 ? machine_.dirty_share : rule_.dirty_share;
        const double left_dirty = footprint_ > 0 ? std::min(share, machine_.dirty_bytes / footprint_) : 0;
        const double rate =
            rule_.slow_write_bytes_per_s > 0 ? rule_.slow_write_bytes_per_s : machine_.slow_write_bytes_per_s;
        return (1 - left_dirty) / rate + loop_;
    }

    const Machine& machine_;
    const KernelRule& rule_;
    const Traffic& traffic_;
    double footprint_, cached_ = 0;
    Seconds loop_ = 0;  // per byte of an operand: share in the caches / rate of the kernel's own loop
};

// A Machine made in code may have any rates. Solvers must not be given times that are not finite.
Seconds checked(Seconds time, const Machine& machine, const KernelRule& rule, const OpNode& node) {
    const bool rates = rate_range.holds(machine.dram_bytes_per_s) &&
                       rate_range.holds(machine.slow_read_bytes_per_s) &&
                       rate_range.holds(machine.slow_write_bytes_per_s);
    require<DataError>(rates && time > 0 && std::isfinite(time), "machine ", machine.name, ": kernel ",
                       node.name, " would take ", print_number(time),
                       " s, by dram bytes_per_s = ", print_number(machine.dram_bytes_per_s),
                       ", flops_per_s = ", print_number(rule.flops_per_s),
                       ", slow read_bytes_per_s = ", print_number(machine.slow_read_bytes_per_s),
                       ", slow write_bytes_per_s = ", print_number(machine.slow_write_bytes_per_s),
                       "; rates must be ", describe(rate_range));
    return time;
}

void check_copies(const Machine& machine) {
    for (const CopyCost& cost :
         {machine.copy[Tier::slow][Tier::dram], machine.copy[Tier::dram][Tier::slow]}) {
        require<DataError>(rate_range.holds(cost.bytes_per_s) && latency_range.holds(cost.latency),
                           "machine ", machine.name,
                           ": copies have bytes_per_s = ", print_number(cost.bytes_per_s),
                           " and latency_s = ", print_number(cost.latency), "; the rate must be ",
                           describe(rate_range), ", the latency ", describe(latency_range));
    }
}

}  // namespace

Machine Machine::scaled(double factor) const {
    Machine result = *this;
    for (double* rate :
         {&result.dram_bytes_per_s, &result.slow_read_bytes_per_s, &result.slow_write_bytes_per_s}) {
        *rate *= factor;
    }
    for (CopyCosts* costs : {&result.copy, &result.copy_beside}) {
        for (auto& from : *costs)
            for (CopyCost& cost : from) cost.bytes_per_s *= factor;
    }
    if (result.memory_mode) {
        result.memory_mode->fill_bytes_per_s *= factor;
        result.memory_mode->write_back_bytes_per_s *= factor;
    }
    for (KernelRule& rule : result.rules) {
        rule.flops_per_s *= factor;
        rule.loop_bytes_per_s *= factor;
        rule.slow_write_bytes_per_s *= factor;
        rule.start /= factor;
    }
    return result;
}

Seconds Machine::seconds(const Graph& graph, const Schedule& schedule, Step step, TierMask slow) const {
    const OpNode& node = graph.op(schedule.op(step));
    const Traffic traffic = traffic_of(graph, schedule, step);
    const KernelRule& rule = rule_of(*this, node, traffic);
    return checked(KernelModel(*this, rule, traffic).seconds(slow), *this, rule, node);
}

Seconds Machine::seconds(const Graph& graph, const Schedule& schedule, Step step, TierMask slow,
                         Seconds all_dram) const {
    const Seconds placed = seconds(graph, schedule, step, slow), in_dram = seconds(graph, schedule, step, 0);
    return placed >= in_dram ? all_dram + (placed - in_dram) : all_dram * (placed / in_dram);
}

Seconds Machine::memory_mode_seconds(const Graph& graph, const Schedule& schedule, Step step,
                                     const CacheMisses& of_reads, const CacheMisses& of_writes) const {
    require_memory_mode();
    const OpNode& node = graph.op(schedule.op(step));
    const Traffic traffic = traffic_of(graph, schedule, step);
    const KernelRule& rule = rule_of(*this, node, traffic);
    return checked(KernelModel(*this, rule, traffic).seconds_in_memory_mode(of_reads, of_writes), *this, rule,
                   node);
}

void Machine::require_memory_mode() const {
    require<DataError>(memory_mode.has_value(), "machine ", name,
                       " has no memory mode (DRAM as a hardware cache): its file has no [memory_mode]; "
                       "--machine paper has one");
}

Profile simulate(const Graph& graph, const Schedule& schedule, const Machine& machine) {
    check_copies(machine);
    Profile profile{.kernels = {}, .copy = machine.copy};
    for (Step step = 0; step < schedule.steps(); ++step) {
        KernelProfile& kernel = profile.kernels.emplace_back();
        for (const TierMask slow : placements_to_time(schedule, step).masks)
            kernel.timings.push_back({slow, machine.seconds(graph, schedule, step, slow), 0});
    }
    return profile;
}

}  // namespace framework
