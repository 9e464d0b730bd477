// The judge of plans. It remembers the last write to each address range, so it finds a value that was
// overwritten or never arrived when a kernel or a copy reads it. Residencies that overlap are a fault even if
// no value is lost.
#include <algorithm>
#include <array>
#include <map>

#include "framework/base/error.h"
#include "framework/plan/plan.h"

namespace framework {

namespace {

struct Fault {
    std::string text;
};

template <class... Parts>
void check(bool holds, const Parts&... parts) {
    if (!holds) throw Fault{text(parts...)};
}

// One tier: the storage and the version of its value that each address range holds, and the storage that
// claims each range.
class Memory {
  public:
    void write(Bytes offset, Bytes bytes, StorageId storage, int version) {
        auto at = held_.upper_bound(offset);
        if (at != held_.begin() && std::prev(at)->second.end > offset) --at;
        while (at != held_.end() && at->first < offset + bytes) at = held_.erase(at);
        if (bytes > 0) held_[offset] = {offset + bytes, storage, version};
    }
    // The version of the storage's value in this range; -1 if the range holds other bytes or none.
    int version(Bytes offset, Bytes bytes, StorageId storage) const {
        const auto at = held_.find(offset);
        const bool whole =
            at != held_.end() && at->second.storage == storage && at->second.end == offset + bytes;
        return whole ? at->second.version : -1;
    }
    // Claims the range for a storage and returns -1; or returns a storage that already claims a part of it.
    StorageId claim(Bytes offset, Bytes bytes, StorageId storage) {
        const auto after = claims_.lower_bound(offset);
        if (after != claims_.end() && after->first < offset + bytes) return after->second.storage;
        if (after != claims_.begin() && std::prev(after)->second.end > offset)
            return std::prev(after)->second.storage;
        if (bytes > 0) claims_[offset] = {offset + bytes, storage, 0};
        return -1;
    }
    void release(Bytes offset) { claims_.erase(offset); }

  private:
    struct Range {
        Bytes end = 0;
        StorageId storage = -1;
        int version = -1;
    };
    std::map<Bytes, Range> held_, claims_;
};

class Judge {
  public:
    Judge(const Schedule& schedule, const Plan& plan)
        : schedule_(schedule),
          plan_(plan),
          of_storage_(schedule.storages().size()),
          version_(schedule.storages().size(), 0),
          starts_(static_cast<std::size_t>(schedule.steps() + 1)),
          ends_(starts_.size()) {}

    void play() {
        check_residencies();
        check_moves();
        begin();
        std::size_t next = 0;
        for (Step step = 0; step <= schedule_.steps(); ++step) {
            claim(step);
            for (; next < plan_.moves.size() && plan_.moves[next].due == step; ++next)
                copy(plan_.moves[next]);
            if (step < schedule_.steps()) run(step);
        }
        end();
    }

  private:
    const Storage& storage(StorageId index) const { return schedule_.storages()[index]; }
    const std::string& name(StorageId index) const { return storage(index).name; }
    Memory& memory(Tier tier) { return memories_[tier]; }
    int& version(StorageId index) { return version_[index]; }

    void check_residencies() {
        for (const Residency& r : plan_.residencies) {
            check(0 <= r.storage && r.storage < of_storage_.count(), "a residency is of storage ", r.storage,
                  ", of which there are ", of_storage_.size());
            check(0 <= r.live.first && r.live.first < r.live.last && r.live.last <= schedule_.steps(),
                  name(r.storage), ": residency [", r.live.first, ", ", r.live.last,
                  ") is outside of the steps 0..", schedule_.steps());
            check(r.offset >= 0 && r.offset % Schedule::alignment == 0, name(r.storage), ": offset ",
                  r.offset, " is no multiple of ", Schedule::alignment);
            const Bytes height = plan_.arena[r.tier];
            check(storage(r.storage).bytes <= height && r.offset <= height - storage(r.storage).bytes,
                  name(r.storage), ": bytes from ", r.offset, " on reach beyond the ", height, " of the ",
                  name_of(r.tier), " arena");
            of_storage_[r.storage].push_back(&r);
            starts_[r.live.first].push_back(&r);
            ends_[r.live.last].push_back(&r);
        }
        for (const StorageId i : of_storage_.ids()) {
            auto& list = of_storage_[i];
            std::sort(list.begin(), list.end(), [](const Residency* a, const Residency* b) {
                return std::tuple(a->tier, int{a->live.first}) < std::tuple(b->tier, int{b->live.first});
            });
            for (std::size_t k = 1; k < list.size(); ++k) {
                check(list[k - 1]->tier != list[k]->tier || list[k - 1]->live.last <= list[k]->live.first,
                      name(i), ": two residencies in ", name_of(list[k]->tier), " at step ",
                      list[k]->live.first);
            }
        }
    }

    void check_moves() const {
        for (std::size_t i = 0; i < plan_.moves.size(); ++i) {
            const Move& move = plan_.moves[i];
            check(0 <= move.storage && move.storage < of_storage_.count(), "a move is of storage ",
                  move.storage, ", of which there are ", of_storage_.size());
            check(0 <= move.due && move.due <= schedule_.steps(), name(move.storage), ": a move at step ",
                  move.due, " of ", schedule_.steps());
            check(move.start == move.due, name(move.storage), ": a move from step ", move.start, " to ",
                  move.due, "; moves are in line with the kernels, from a step to the same one");
            check(move.from != move.to, name(move.storage), ": a move within one tier, at step ", move.due);
            check(move.due > 0 || move.to == Tier::slow || storage(move.storage).persistent,
                  name(move.storage), ": a prefetch at step 0, which only parameters and states may have");
            if (i == 0) continue;
            const Move& before = plan_.moves[i - 1];
            check(before.due <= move.due, "moves are out of order at step ", move.due);
            check(before.due < move.due || before.to == Tier::slow || move.to == Tier::dram,
                  name(move.storage), ": a spill after a prefetch of step ", move.due);
        }
    }

    // The residency in `tier` that covers a step; with `or_ending`, else the one that ends at the step.
    const Residency* find(StorageId index, Tier tier, Step step, bool or_ending) const {
        const Residency* found = nullptr;
        for (const Residency* r : of_storage_[index]) {
            if (r->tier != tier) continue;
            if (r->live.holds(step)) return r;
            if (or_ending && r->live.last == step) found = r;
        }
        return found;
    }

    const Residency* start(StorageId index) const {
        const bool prefetched = std::any_of(plan_.moves.begin(), plan_.moves.end(), [&](const Move& move) {
            return move.storage == index && move.due == 0 && move.to == Tier::dram;
        });
        const Residency* dram = find(index, Tier::dram, 0, false);
        return dram && !prefetched ? dram : find(index, Tier::slow, 0, false);
    }

    void begin() {
        for (const StorageId i : of_storage_.ids()) {
            if (!storage(i).filled_before()) continue;
            const Residency* r = start(i);
            check(r, name(i), ": has no place at the start of the iteration");
            memory(r->tier).write(r->offset, storage(i).bytes, i, ++version(i));
        }
    }

    void claim(Step step) {
        for (const Residency* r : ends_[step]) {
            if (storage(r->storage).bytes > 0) memory(r->tier).release(r->offset);
        }
        for (const Residency* r : starts_[step]) {
            const StorageId other = memory(r->tier).claim(r->offset, storage(r->storage).bytes, r->storage);
            check(other < 0, "step ", step, ": ", name(r->storage), " and ", name(std::max<int>(other, 0)),
                  " claim the same bytes of the ", name_of(r->tier), " arena");
        }
    }

    void check_holds(const Residency& r, Step step, const std::string& who) {
        const int held = memory(r.tier).version(r.offset, storage(r.storage).bytes, r.storage);
        if (held == version(r.storage) || storage(r.storage).bytes == 0) return;
        check(false, "step ", step, " (", who, "): ", name(r.storage), " is not at ", r.offset, " of the ",
              name_of(r.tier), " arena, ", held < 0 ? "other bytes are" : "an older value is");
    }

    void copy(const Move& move) {
        const bool spill = move.to == Tier::slow;
        const char* what = spill ? "spill" : "prefetch";
        const bool last = move.due == schedule_.steps();
        const Residency* from = find(move.storage, move.from, move.due, spill || last);
        const Residency* to = find(move.storage, move.to, move.due, last);
        check(from, "step ", move.due, " (", what, "): ", name(move.storage), " is not in the other tier");
        check(to, "step ", move.due, " (", what, "): ", name(move.storage), " has no place to go to");
        check(version(move.storage) > 0, "step ", move.due, " (", what, "): ", name(move.storage),
              " is not computed yet");
        check_holds(*from, move.due, what);
        memory(to->tier).write(to->offset, storage(move.storage).bytes, move.storage, version(move.storage));
    }

    void run(Step step) {
        const std::string& kernel = schedule_.kernel(step);
        const auto place = [&](StorageId index) -> const Residency& {
            const Residency* dram = find(index, Tier::dram, step, false);
            const Residency* found = dram ? dram : find(index, Tier::slow, step, false);
            check(found, "step ", step, " (", kernel, "): ", name(index), " has no place");
            return *found;
        };
        for (const StorageId index : schedule_.operands(step)) {
            const Residency& r = place(index);
            const Use& use = storage(index).use_at(step);
            check(use.tiers.holds(r.tier), "step ", step, " (", kernel, "): ", name(index), " is in ",
                  name_of(r.tier), ", where the kernel may not find it");
            if (use.reads) check_holds(r, step, kernel);
        }
        for (const StorageId index : schedule_.operands(step)) {
            if (!storage(index).use_at(step).writes) continue;
            const Residency& r = place(index);
            memory(r.tier).write(r.offset, storage(index).bytes, index, ++version(index));
        }
    }

    void end() {
        for (const StorageId i : of_storage_.ids()) {
            if (storage(i).persistent) {
                const Residency& home = *start(i);
                check(home.live == LiveRange{0, schedule_.steps()}, name(i),
                      ": is not throughout where the iteration finds it");
                check_holds(home, schedule_.steps(), "the next iteration");
            }
            if (!storage(i).read_after()) continue;
            const Residency* dram = find(i, Tier::dram, schedule_.steps() - 1, false);
            const Residency* found = dram ? dram : find(i, Tier::slow, schedule_.steps() - 1, false);
            check(found, name(i), ": has no place at the end of the iteration");
            check_holds(*found, schedule_.steps(), "the reader after the iteration");
        }
    }

    const Schedule& schedule_;
    const Plan& plan_;
    Indexed<StorageId, std::vector<const Residency*>> of_storage_;
    Indexed<StorageId, int> version_;  // of the newest value of each storage; 0: not computed yet
    Indexed<Step, std::vector<const Residency*>> starts_, ends_;
    PerTier<Memory> memories_;
};

}  // namespace

std::string validate(const Schedule& schedule, const Plan& plan, Bytes dram_budget, Bytes slow_capacity) {
    try {
        check(plan.arena[Tier::dram] <= dram_budget, "the DRAM arena of ", plan.arena[Tier::dram],
              " bytes is larger than the budget of ", dram_budget);
        check(slow_capacity == 0 || plan.arena[Tier::slow] <= slow_capacity, "the slow arena of ",
              plan.arena[Tier::slow], " bytes is larger than the capacity of ", slow_capacity);
        Judge(schedule, plan).play();
    } catch (const Fault& fault) {
        return fault.text;
    }
    return {};
}

}  // namespace framework
