#include "runtime/profiling/profiler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "runtime/emulation.h"
#include "runtime/profiling/kernel_bench.h"
#include "runtime/profiling/profile_cache.h"
#include "runtime/training/synthetic_inputs.h"

namespace runtime {

using framework::Bytes;
using framework::Clock;
using framework::CopyCost;
using framework::KernelProfile;
using framework::Schedule;
using framework::Seconds;
using framework::since;
using framework::Tier;
using framework::TierMask;
using framework::Timing;

namespace {

// Time for all measurements with operands in slow memory, in iterations. Kernels share it by their lengths.
constexpr double slow_iterations = 2;
constexpr Seconds brief = 2e-3;  // a kernel shorter than this gets a warm-up run

Timing summary(TierMask slow, std::vector<Seconds> times) {
    const auto runs = static_cast<int>(times.size());
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(std::lround(share * static_cast<double>(times.size() - 1)))];
    };
    const double median = (times[times.size() / 2] + times[(times.size() - 1) / 2]) / 2;
    return {slow, median, at(0.75) - at(0.25), runs};
}

// (Time that the model gives all forward convolutions) / (time measured); 0 if there are none.
double convolution_scale(const Lowered& lowered, const Schedule& schedule,
                         const framework::Indexed<framework::Step, Timing>& dram,
                         const framework::Machine& machine) {
    Seconds modelled = 0, measured = 0;
    for (framework::Step step = 0; step < schedule.steps(); ++step) {
        if (!std::holds_alternative<framework::Conv2d>(lowered.graph.op(schedule.op(step)).op)) continue;
        modelled += machine.seconds(lowered.graph, schedule, step, 0);
        measured += dram[step].median;
    }
    return measured > 0 ? modelled / measured : 0;
}

class Profiling {
  public:
    Profiling(const Lowered& lowered, const Schedule& schedule, Executor* in_place,
              const ProfileOptions& options);
    Measurement run();

  private:
    struct Distinct {
        framework::Step first;  // that has this kernel
        int count;              // steps that have it
    };

    void save();
    void time_in_dram();
    bool still_hold();
    void time_in_iterations(double progress_part);
    void time_in_slow_memory();
    void emulate();
    void check_emulation();
    TierMask all_operands(framework::Step step) const;
    TierMask small_operands(framework::Step step) const;
    bool known(const std::string& key, TierMask slow) const;
    Timing measure(framework::Step step, TierMask slow, Seconds allowance);
    void time_in_slow_memory(const std::string& key, framework::Step step, Seconds allowance);
    void count(const std::string& key, std::span<const TierMask> masks);
    CopyCost copy_cost(Tier to);
    CopyCost time_copies(Tier to, int threads);
    KernelBench& bench();
    const std::string& key(framework::Step step) const { return keys_[step]; }

    const Lowered& lowered_;
    const Schedule& schedule_;
    Executor* in_place_;
    const ProfileOptions& options_;
    ProfileCache cache_;
    std::string tier_;
    framework::Indexed<framework::Step, std::string> keys_;
    std::map<std::string, Distinct> distinct_;
    std::optional<KernelBench> bench_;
    framework::Indexed<framework::Step, Timing> dram_;
    Measurement result_;
};

Profiling::Profiling(const Lowered& lowered, const Schedule& schedule, Executor* in_place,
                     const ProfileOptions& options)
    : lowered_(lowered),
      schedule_(schedule),
      in_place_(in_place),
      options_(options),
      cache_(options.cache),
      tier_(options.machine ? "dram" : identity_of_slow(options.slow)) {
    tier_ += in_place ? "" : ", one by one";
    for (framework::Step step = 0; step < schedule.steps(); ++step) {
        keys_.push_back(kernel_key(lowered, schedule.op(step), tier_));
        ++distinct_.try_emplace(keys_.back(), Distinct{step, 0}).first->second.count;
    }
    result_.kernels = static_cast<int>(distinct_.size());
    result_.one_by_one = in_place == nullptr;
}

KernelBench& Profiling::bench() {
    if (!bench_) {
        const std::string slow = options_.machine ? emulated_memory : options_.slow;
        std::span<std::byte> arena;
        if (in_place_) {
            const Device& device = in_place_->program().device();
            arena = {device.at(Tier::dram, 0), static_cast<std::size_t>(device.bytes(Tier::dram))};
        }
        bench_.emplace(lowered_, schedule_, slow, in_place_ == nullptr, arena);
    }
    return *bench_;
}

// The operands that slow memory may serve.
TierMask Profiling::all_operands(framework::Step step) const {
    TierMask all = 0;
    for (const TierMask mask : placements_to_time(schedule_, step).masks) all |= mask;
    return all;
}

// The smallest operands, which together have at most 1 % of all bytes: in a batch norm those with one number
// for each channel. They are timed together, and each gets an equal part of the little time that this adds.
// Empty if there are fewer than two such operands, and for a thorough profile.
TierMask Profiling::small_operands(framework::Step step) const {
    if (options_.thorough) return 0;
    const std::vector<framework::StorageId>& operands = schedule_.operands(step);
    std::vector<std::pair<Bytes, std::size_t>> by_size;
    Bytes all = 0;
    for (std::size_t i = 0; i < operands.size() && i < 64; ++i) {
        const framework::Storage& storage = schedule_.storages()[operands[i]];
        if (!storage.use_at(step).may_be_slow()) continue;
        by_size.emplace_back(storage.bytes, i);
        all += storage.bytes;
    }
    std::sort(by_size.begin(), by_size.end());
    TierMask small = 0;
    Bytes sum = 0;
    for (const auto& [bytes, i] : by_size) {
        sum += bytes;
        if (100 * sum > all) break;
        small |= TierMask{1} << i;
    }
    return std::popcount(small) > 1 ? small : 0;
}

// Whether the cache has this timing, and with enough runs for a thorough profile.
bool Profiling::known(const std::string& key, TierMask slow) const {
    const auto timing = cache_.find(key, slow);
    return timing && (!options_.thorough || timing->runs >= options_.runs);
}

// Measures at least one run, and more until the allowance is spent; all runs for a thorough profile.
Timing Profiling::measure(framework::Step step, TierMask slow, Seconds allowance) {
    if (options_.thorough) allowance = std::numeric_limits<Seconds>::infinity();
    std::vector<Seconds> times{bench().run(step, slow)};
    Seconds spent = times.back();
    if (times.back() < brief || options_.thorough) times.clear();
    while (times.empty() || (static_cast<int>(times.size()) < options_.runs && spent < allowance)) {
        times.push_back(bench().run(step, slow));
        spent += times.back();
    }
    return summary(slow, std::move(times));
}

// Compares the cached DRAM times with one fresh iteration after one warm-up.
bool Profiling::still_hold() {
    Seconds expected = 0, measured = 0;
    for (const auto& [key, kernel] : distinct_) expected += kernel.count * cache_.find(key, 0)->median;
    for (int run = 0; run < 2; ++run) {
        fill_inputs(in_place_->program());
        measured = in_place_->run({.number = run, .seed = 0, .learning_rate = 0}).kernels;
    }
    result_.drift = measured / expected - 1;
    return std::abs(*result_.drift) <= 0.1;
}

// Times all kernels in iterations, and scales their medians so that they add up to the median iteration. Rare
// disturbances are in no kernel's median, but some are in every iteration: without the scaling the medians
// would add up to about 1 % less.
void Profiling::time_in_iterations(double progress_part) {
    std::map<std::string, std::vector<Seconds>> times;
    std::vector<Seconds> iterations;
    for (int run = 0; run <= options_.runs; ++run) {
        fill_inputs(in_place_->program());
        const IterationTime iteration = in_place_->run({.number = run, .seed = 0, .learning_rate = 0});
        if (run > 0) iterations.push_back(iteration.kernels);
        for (std::size_t step = 0; step < keys_.size() && run > 0; ++step) {
            times[keys_[step]].push_back(in_place_->steps()[step].kernel);
        }
        options_.progress(progress_part * (run + 1) / (options_.runs + 1));
    }
    std::map<std::string, Timing> timings;
    Seconds sum = 0;
    for (const auto& [key, seconds] : times) {
        timings[key] = summary(0, seconds);
        sum += distinct_.at(key).count * timings[key].median;
    }
    const double whole = summary(0, iterations).median / sum;
    for (const auto& [key, timing] : timings) {
        cache_.add(key, {0, timing.median * whole, timing.spread, timing.runs});
    }
}

// If the cache cannot be written, the times are still used. A later attempt may succeed.
void Profiling::save() try {
    cache_.save();
    result_.unsaved.clear();
} catch (const framework::DataError& failure) {
    result_.unsaved = failure.what();
}

void Profiling::time_in_dram() {
    const bool all_known =
        std::all_of(distinct_.begin(), distinct_.end(), [&](const auto& d) { return known(d.first, 0); });
    const double part = options_.machine ? 1 : 0.4;  // share of the progress
    if (all_known && (!in_place_ || still_hold())) {
        result_.cached += result_.kernels;
    } else if (in_place_) {
        time_in_iterations(part);
        save();
    } else {
        int done = 0;
        for (const auto& [key, kernel] : distinct_) {
            if (known(key, 0)) {
                ++result_.cached;
            } else {
                cache_.add(key, measure(kernel.first, 0, brief * options_.runs));
                save();
            }
            options_.progress(part * ++done / result_.kernels);
        }
    }
    for (const auto& [key, kernel] : distinct_) count(key, std::array{TierMask{0}});
    for (const std::string& key : keys_) dram_.push_back(*cache_.find(key, 0));
}

// Fits a latency and a rate to the medians for sizes from 64 KiB to 64 MiB. The fit minimises the squares of
// the relative errors, Σ ((latency + bytes / rate − seconds) / seconds)².
CopyCost Profiling::time_copies(Tier to, int threads) {
    const Bytes least = Bytes{64} << 10, most = std::min(bench().most_bytes(), Bytes{64} << 20);
    double ones = 0, x = 0, xx = 0, rhs_one = 0, rhs_x = 0;
    double count = 0;
    for (Bytes bytes = least; bytes <= most; bytes *= 8) {
        bench().copy(to, bytes, threads);
        std::vector<Seconds> times;
        times.reserve(static_cast<std::size_t>(options_.runs));
        for (int run = 0; run < options_.runs; ++run) times.push_back(bench().copy(to, bytes, threads));
        const Seconds seconds = std::max(summary(0, std::move(times)).median, 1e-9);
        const double one = 1 / seconds, size = static_cast<double>(bytes) / seconds;
        ones += one * one;
        x += one * size;
        xx += size * size;
        rhs_one += one;
        rhs_x += size;
        ++count;
    }
    const double determinant = ones * xx - x * x;
    const double latency = (rhs_one * xx - rhs_x * x) / determinant;
    if (count < 2 || !(latency >= 0)) return {0, xx / rhs_x, threads};
    const double per_byte = (rhs_x * ones - rhs_one * x) / determinant;
    return per_byte > 0 ? CopyCost{latency, 1 / per_byte, threads} : CopyCost{0, xx / rhs_x, threads};
}

CopyCost Profiling::copy_cost(Tier to) {
    const std::string key = copy_key(to, tier_);
    if (const auto known = cache_.find_copy(key)) return *known;
    const int all = lowered_.team;
    CopyCost best = time_copies(to, all);
    for (int threads = all / 2; threads > 0; threads /= 2) {
        const CopyCost fewer = time_copies(to, threads);
        if (fewer.bytes_per_s > 1.05 * best.bytes_per_s) best = fewer;
    }
    cache_.add_copy(key, best);
    save();
    return best;
}

// Measures the placements of a kernel that are needed, and others until the allowance is spent. The rest are
// measured when the kernel is profiled again.
void Profiling::time_in_slow_memory(const std::string& key, framework::Step step, Seconds allowance) {
    const auto [masks, needed] = placements_to_time(schedule_, step);
    const Clock::time_point start = Clock::now();
    const double share = allowance / static_cast<double>(masks.size() + 1);
    // The time with everything in DRAM, measured in the same way, so that what a placement adds is known.
    const Timing in_dram = *cache_.find(key, 0);
    const Seconds here = in_place_ ? measure(step, 0, share).median : in_dram.median;
    const auto added = [&](const Timing& slow) { return std::max(0.0, slow.median - here); };
    const TierMask small = small_operands(step);
    std::optional<Timing> together;
    bool any_measured = false;
    for (std::size_t i = 1; i < masks.size(); ++i) {
        if (known(key, masks[i])) continue;
        if (!options_.thorough && i >= needed && any_measured && since(start) >= allowance) break;
        any_measured = true;
        if (std::has_single_bit(masks[i]) && (masks[i] & small) != 0) {
            if (!together) together = measure(step, small, share);
            const Seconds part = added(*together) / std::popcount(small);
            cache_.add(key, {masks[i], in_dram.median + part, together->spread});
        } else {
            const Timing slow = measure(step, masks[i], share);
            cache_.add(key, {masks[i], in_dram.median + added(slow), slow.spread, slow.runs});
        }
    }
    save();
}

void Profiling::count(const std::string& key, std::span<const TierMask> masks) {
    for (const TierMask mask : masks) {
        const auto timing = cache_.find(key, mask);
        result_.configurations += timing.has_value();
        result_.few_runs += timing && timing->runs < options_.runs;
    }
}

void Profiling::time_in_slow_memory() {
    result_.profile.copy = framework::copy_costs(copy_cost(Tier::dram), copy_cost(Tier::slow));
    Seconds iteration = 0, each_once = 0;
    for (const auto& [key, kernel] : distinct_) {
        const Seconds seconds = cache_.find(key, 0)->median;
        iteration += kernel.count * seconds;
        each_once += seconds;
    }
    double done = 0;
    for (const auto& [key, kernel] : distinct_) {
        const std::vector<TierMask> all = placements_to_time(schedule_, kernel.first).masks;
        const std::span masks = std::span(all).subspan(1);
        const auto known_before = std::count_if(masks.begin(), masks.end(),
                                                [&, &key = key](TierMask mask) { return known(key, mask); });
        result_.cached += static_cast<int>(known_before);
        const Seconds in_dram = cache_.find(key, 0)->median;
        if (known_before < std::ssize(masks)) {
            time_in_slow_memory(key, kernel.first, slow_iterations * in_dram * iteration / each_once);
        }
        count(key, masks);
        done += in_dram / each_once;
        options_.progress(0.4 + 0.6 * done);
    }
    for (framework::Step step = 0; step < schedule_.steps(); ++step) {
        KernelProfile& kernel = result_.profile.kernels.emplace_back();
        for (const TierMask mask : placements_to_time(schedule_, step).masks) {
            if (const auto timing = cache_.find(key(step), mask)) kernel.timings.push_back(*timing);
        }
    }
}

void Profiling::emulate() {
    result_.machine_scale = convolution_scale(lowered_, schedule_, dram_, *options_.machine);
    framework::require<framework::DataError>(result_.machine_scale > 0,
                                             "the network has no convolution to scale the machine by");
    const framework::Machine machine = options_.machine->scaled(result_.machine_scale);
    result_.profile.copy = machine.copy;
    for (framework::Step step = 0; step < schedule_.steps(); ++step) {
        const Timing& in_dram = dram_[step];
        KernelProfile& kernel = result_.profile.kernels.emplace_back();
        for (const TierMask mask : placements_to_time(schedule_, step).masks) {
            kernel.timings.push_back({mask,
                                      machine.seconds(lowered_.graph, schedule_, step, mask, in_dram.median),
                                      in_dram.spread, in_dram.runs});
        }
    }
}

// Runs one iteration with the delays of kernels spread over it, enough of them to make it 1.5 times as long.
void Profiling::check_emulation() {
    const framework::Profile& profile = result_.profile;
    const auto steps = static_cast<std::size_t>(schedule_.steps());
    std::vector<framework::Instruction> placed = in_place_->program().instructions();
    Measurement::SpotCheck check;
    for (const KernelProfile& kernel : profile.kernels) check.predicted_s += kernel.seconds(0);
    const Seconds most = 1.5 * check.predicted_s;
    std::size_t stride = steps / 3 + 1;  // coprime with `steps`, so that each step comes once
    while (std::gcd(stride, steps) != 1) ++stride;
    for (std::size_t i = 0, step = 0; i < steps; ++i, step = (step + stride) % steps) {
        const KernelProfile& kernel = profile.kernels[step];
        const TierMask mask = all_operands(static_cast<int>(step));
        const Seconds adds = kernel.seconds(mask) - kernel.seconds(0);
        if (check.predicted_s + adds > most) continue;
        check.predicted_s += adds;
        // Everything is in DRAM, so there are no copies: instruction numbers are steps.
        std::get<framework::Launch>(placed[step].what).slow = mask;
        ++check.kernels;
    }
    in_place_->observe(std::make_unique<Emulation>(placed, profile));
    fill_inputs(in_place_->program());
    check.measured_s = in_place_->run({.number = 0, .seed = 0, .learning_rate = 0}).kernels;
    result_.spot_check = check;
}

Measurement Profiling::run() {
    const Clock::time_point start = Clock::now();
    time_in_dram();
    if (options_.machine) {
        emulate();
        if (in_place_ && result_.cached < result_.kernels) check_emulation();
    } else {
        time_in_slow_memory();
    }
    result_.seconds = since(start);
    return std::move(result_);
}

}  // namespace

Measurement profile(const Lowered& lowered, const Schedule& schedule, Executor* in_place,
                    const ProfileOptions& options) {
    return Profiling(lowered, schedule, in_place, options).run();
}

}  // namespace runtime
