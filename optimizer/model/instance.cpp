#include "optimizer/model/instance.h"

#include <algorithm>
#include <cmath>

#include "optimizer/model/tolerances.h"

namespace optimizer {

using framework::Seconds;
using framework::Storage;
using framework::Tier;
using framework::TierMask;

KernelTable::KernelTable(const framework::KernelProfile& profile, std::vector<int> items,
                         std::vector<int> operands)
    : profile_(&profile),
      items_(std::move(items)),
      operands_(std::move(operands)),
      all_dram_(profile.seconds(0)) {
    for (const int operand : operands_) alone_.push_back(profile.seconds(TierMask{1} << operand) - all_dram_);
    for (const framework::Timing& timing : profile.timings) {
        std::uint64_t slow = 0;
        TierMask covered = 0;
        Seconds sum = all_dram_;
        for (std::size_t i = 0; i < operands_.size(); ++i) {
            if ((timing.slow >> operands_[i] & 1U) == 0) continue;
            slow |= std::uint64_t{1} << i;
            covered |= TierMask{1} << operands_[i];
            sum += alone_[i];
        }
        const bool reachable = covered == timing.slow;
        if (reachable && std::abs(timing.median - sum) > tolerance::interaction * all_dram_) {
            interactions_.push_back({slow, timing.median});
        }
    }
    constexpr std::size_t few = 6;
    const std::uint64_t sets = operands_.size() <= few ? std::uint64_t{1} << operands_.size() : 0;
    for (std::uint64_t slow = 0; slow < sets; ++slow) table_.push_back(looked_up(slow));
}

Seconds KernelTable::looked_up(std::uint64_t slow) const {
    TierMask mask = 0;
    for (std::size_t i = 0; i < operands_.size(); ++i) mask |= TierMask{slow >> i & 1U} << operands_[i];
    return profile_->seconds(mask);
}

namespace {

Item item_of(const Problem& problem, int index) {
    const Storage& storage = problem.schedule.storages()[index];
    Item item{.storage = index,
              .bytes = framework::aligned(storage.bytes),
              .persistent = storage.persistent,
              .live = storage.live,
              .stops = {},
              .fetch_s = problem.profile.copy[Tier::slow][Tier::dram].seconds(storage.bytes),
              .spill_s = problem.profile.copy[Tier::dram][Tier::slow].seconds(storage.bytes)};
    const bool unused = storage.uses.empty();
    if (storage.persistent && unused) item.stops.push_back({.step = 0, .reads = true});
    if (!storage.persistent && (unused || storage.uses.front().step > storage.live.first)) {
        item.stops.push_back({.step = storage.live.first, .writes = true});
    }
    for (const framework::Use& use : storage.uses) {
        item.stops.push_back({use.step, -1, use.reads, use.writes});
    }
    if (storage.read_after()) item.stops.push_back({.step = storage.live.last - 1, .reads = true});
    return item;
}

}  // namespace

Instance::Instance(const Problem& problem)
    : problem(problem),
      units_per_byte(1e3 / static_cast<double>(std::max<framework::Bytes>(1, problem.schedule.peak_bytes()))),
      item_of(problem.schedule.storages().size(), -1),
      room(static_cast<std::size_t>(problem.schedule.steps()), problem.dram_budget) {
    const auto& storages = problem.schedule.storages();
    for (std::size_t i = 0; i < storages.size(); ++i) {
        const Storage& storage = storages[i];
        if (!storage.tiers.holds(Tier::slow)) {
            for (framework::Step step = storage.live.first; step < storage.live.last; ++step) {
                room[step] -= framework::aligned(storage.bytes);
            }
        } else if (storage.live.first < storage.live.last) {
            item_of[i] = static_cast<int>(items.size());
            items.push_back(optimizer::item_of(problem, static_cast<int>(i)));
            items.back().size = units(items.back().bytes);
        }
    }
    first_stop.push_back(0);
    for (const Item& item : items)
        first_stop.push_back(first_stop.back() + static_cast<int>(item.stops.size()));
    operand_stops.resize(room.size());
    std::vector<std::size_t> next(items.size(), 0);  // stop of each item
    for (const framework::Bytes bytes : room)
        usable.push_back(
            std::max<framework::Bytes>(0, bytes - std::min<framework::Bytes>(bytes / 65536, 16384)));
    for (framework::Step step = 0; step < steps(); ++step) {
        std::vector<int> free, operands;
        const auto& all = problem.schedule.operands(step);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const int item = item_of[all[i]];
            if (item < 0) continue;
            auto& stops = items[item].stops;
            std::size_t& stop = next[item];
            while (stops[stop].step < step) ++stop;
            stops[stop].bit = static_cast<int>(free.size());
            operand_stops[step].push_back(first_stop[item] + static_cast<int>(stop));
            free.push_back(item);
            operands.push_back(static_cast<int>(i));
        }
        kernels.emplace_back(problem.profile.kernels[step], std::move(free), std::move(operands));
    }
}

}  // namespace optimizer
