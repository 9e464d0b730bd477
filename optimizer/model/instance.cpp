#include "optimizer/model/instance.h"

#include <algorithm>
#include <cmath>

#include "optimizer/model/tolerances.h"

namespace optimizer {

using framework::Bytes;
using framework::Seconds;
using framework::Step;
using framework::Storage;
using framework::StorageId;
using framework::Tier;
using framework::TierMask;

KernelTable::KernelTable(const framework::KernelProfile& profile, std::vector<StopId> stops,
                         std::vector<int> operands)
    : profile_(&profile),
      stops_(std::move(stops)),
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

Item make_item(const Problem& problem, StorageId id) {
    const Storage& storage = problem.schedule.storages()[id];
    Item item{.storage = id,
              .bytes = framework::aligned(storage.bytes),
              .persistent = storage.persistent,
              .needs_dram = storage.needs_dram(),
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
        item.stops.push_back({use.step, -1, use.reads, use.writes, use.may_be_slow()});
    }
    if (storage.read_after()) item.stops.push_back({.step = storage.live.last - 1, .reads = true});
    return item;
}

}  // namespace

Instance::Instance(const Problem& problem)
    : problem(problem),
      units_per_byte(1e3 / static_cast<double>(std::max<Bytes>(1, problem.schedule.peak_bytes()))),
      item_of(ByStorage<ItemId>::filled(problem.schedule.storages().count(), -1)),
      room(ByStep<Bytes>::filled(problem.schedule.steps(), problem.dram_budget)) {
    const auto& storages = problem.schedule.storages();
    for (const StorageId id : storages.ids()) {
        const Storage& storage = storages[id];
        if (!storage.may_be_slow()) {
            for (Step step = storage.live.first; step < storage.live.last; ++step) {
                room[step] -= framework::aligned(storage.bytes);
            }
        } else {
            item_of[id] = items.count();
            items.push_back(make_item(problem, id));
            items.back().size = units(items.back().bytes);
            stop_count_ += items.back().stops.count();
        }
    }
    for (const Bytes bytes : room)
        usable.push_back(std::max<Bytes>(0, bytes - std::min<Bytes>(bytes / 65536, 16384)));

    auto next = ByItem<ItemStop>::filled(items.count());
    for (const Step step : room.ids()) {
        std::vector<StopId> kernel_stops;
        std::vector<int> operands;
        int operand = -1;
        for (const StorageId storage : problem.schedule.operands(step)) {
            ++operand;
            const ItemId item = item_of[storage];
            if (!storages[storage].use_at(step).may_be_slow()) continue;
            auto& stops = items[item].stops;
            ItemStop& stop = next[item];
            while (stops[stop].step < step) ++stop;
            stops[stop].bit = static_cast<int>(kernel_stops.size());
            kernel_stops.push_back({item, stop});
            operands.push_back(operand);
        }
        kernels.emplace_back(problem.profile.kernels[step], std::move(kernel_stops), std::move(operands));
    }
}

}  // namespace optimizer
