// The judge of plans. What an address holds is told by the last write to it, so a value that was overwritten,
// or never arrived, is found where somebody reads it; claims that overlap are a fault even if nobody suffers.
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

// One tier: which storage's bytes, and of which age, each address range holds; and who has claimed which
// range.
class Memory {
  public:
    void write(Bytes offset, Bytes bytes, int storage, int version) {
        auto at = held_.upper_bound(offset);
        if (at != held_.begin() && std::prev(at)->second.end > offset) --at;
        while (at != held_.end() && at->first < offset + bytes) at = held_.erase(at);
        if (bytes > 0) held_[offset] = {offset + bytes, storage, version};
    }
    // -1 where other bytes, or none, are there.
    int version(Bytes offset, Bytes bytes, int storage) const {
        const auto at = held_.find(offset);
        const bool whole =
            at != held_.end() && at->second.storage == storage && at->second.end == offset + bytes;
        return whole ? at->second.version : -1;
    }
    // The storage whose claim is in the way, -1 where there is none.
    int claim(Bytes offset, Bytes bytes, int storage) {
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
        int storage = -1, version = -1;
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
          starts_(static_cast<std::size_t>(schedule.steps()) + 1),
          ends_(starts_.size()) {}

    void play() {
        check_residencies();
        check_moves();
        begin();
        std::size_t next = 0;
        for (int step = 0; step <= schedule_.steps(); ++step) {
            claim(step);
            for (; next < plan_.moves.size() && plan_.moves[next].step == step; ++next)
                copy(plan_.moves[next]);
            if (step < schedule_.steps()) run(step);
        }
        end();
    }

  private:
    const Storage& storage(int index) const { return schedule_.storages()[static_cast<std::size_t>(index)]; }
    const std::string& name(int index) const { return storage(index).name; }
    Memory& memory(Tier tier) { return memories_[static_cast<std::size_t>(tier)]; }
    int& version(int index) { return version_[static_cast<std::size_t>(index)]; }

    void check_residencies() {
        for (const Residency& r : plan_.residencies) {
            check(0 <= r.storage && r.storage < static_cast<int>(of_storage_.size()),
                  "a residency is of storage ", r.storage, ", of which there are ", of_storage_.size());
            check(0 <= r.live.first && r.live.first < r.live.last && r.live.last <= schedule_.steps(),
                  name(r.storage), ": residency [", r.live.first, ", ", r.live.last,
                  ") is outside of the steps 0..", schedule_.steps());
            check(r.offset >= 0 && r.offset % Schedule::alignment == 0, name(r.storage), ": offset ",
                  r.offset, " is no multiple of ", Schedule::alignment);
            const Bytes height = r.tier == Tier::dram ? plan_.dram_bytes : plan_.slow_bytes;
            check(storage(r.storage).bytes <= height && r.offset <= height - storage(r.storage).bytes,
                  name(r.storage), ": bytes from ", r.offset, " on reach beyond the ", height, " of the ",
                  name_of(r.tier), " arena");
            of_storage_[static_cast<std::size_t>(r.storage)].push_back(&r);
            starts_[static_cast<std::size_t>(r.live.first)].push_back(&r);
            ends_[static_cast<std::size_t>(r.live.last)].push_back(&r);
        }
        for (std::size_t i = 0; i < of_storage_.size(); ++i) {
            auto& list = of_storage_[i];
            std::sort(list.begin(), list.end(), [](const Residency* a, const Residency* b) {
                return std::pair(a->tier, a->live.first) < std::pair(b->tier, b->live.first);
            });
            for (std::size_t k = 1; k < list.size(); ++k) {
                check(list[k - 1]->tier != list[k]->tier || list[k - 1]->live.last <= list[k]->live.first,
                      name(static_cast<int>(i)), ": two residencies in ", name_of(list[k]->tier), " at step ",
                      list[k]->live.first);
            }
            for (const Residency* r : list) {
                check(storage(r->storage).tiers.holds(r->tier), name(r->storage), ": lies in ",
                      name_of(r->tier), ", which is not among the tiers that may hold it");
            }
        }
    }

    void check_moves() const {
        for (std::size_t i = 0; i < plan_.moves.size(); ++i) {
            const Move& move = plan_.moves[i];
            check(0 <= move.storage && move.storage < static_cast<int>(of_storage_.size()),
                  "a move is of storage ", move.storage, ", of which there are ", of_storage_.size());
            check(0 <= move.step && move.step <= schedule_.steps(), name(move.storage), ": a move at step ",
                  move.step, " of ", schedule_.steps());
            if (i == 0) continue;
            const Move& before = plan_.moves[i - 1];
            check(before.step <= move.step, "moves are out of order at step ", move.step);
            check(before.step < move.step || before.to == Tier::slow || move.to == Tier::dram,
                  name(move.storage), ": a spill after a prefetch of step ", move.step);
        }
    }

    // The residency in `tier` that covers a step, or failing that one that ends there.
    const Residency* find(int index, Tier tier, int step, bool or_ending) const {
        const Residency* found = nullptr;
        for (const Residency* r : of_storage_[static_cast<std::size_t>(index)]) {
            if (r->tier != tier) continue;
            if (r->live.holds(step)) return r;
            if (or_ending && r->live.last == step) found = r;
        }
        return found;
    }

    const Residency* start(int index) const {
        const bool prefetched = std::any_of(plan_.moves.begin(), plan_.moves.end(), [&](const Move& move) {
            return move.storage == index && move.step == 0 && move.to == Tier::dram;
        });
        const Residency* dram = find(index, Tier::dram, 0, false);
        return dram && !prefetched ? dram : find(index, Tier::slow, 0, false);
    }

    void begin() {
        for (int i = 0; i < static_cast<int>(of_storage_.size()); ++i) {
            if (!storage(i).filled_before()) continue;
            const Residency* r = start(i);
            check(r, name(i), ": has no place at the start of the iteration");
            memory(r->tier).write(r->offset, storage(i).bytes, i, ++version(i));
        }
    }

    void claim(int step) {
        for (const Residency* r : ends_[static_cast<std::size_t>(step)]) {
            if (storage(r->storage).bytes > 0) memory(r->tier).release(r->offset);
        }
        for (const Residency* r : starts_[static_cast<std::size_t>(step)]) {
            const int other = memory(r->tier).claim(r->offset, storage(r->storage).bytes, r->storage);
            check(other < 0, "step ", step, ": ", name(r->storage), " and ", name(other < 0 ? 0 : other),
                  " claim the same bytes of the ", name_of(r->tier), " arena");
        }
    }

    void check_holds(const Residency& r, int step, const std::string& who) {
        const int held = memory(r.tier).version(r.offset, storage(r.storage).bytes, r.storage);
        if (held == version(r.storage) || storage(r.storage).bytes == 0) return;
        check(false, "step ", step, " (", who, "): ", name(r.storage), " is not at ", r.offset, " of the ",
              name_of(r.tier), " arena, ", held < 0 ? "other bytes are" : "an older value is");
    }

    void copy(const Move& move) {
        const bool spill = move.to == Tier::slow;
        const char* what = spill ? "spill" : "prefetch";
        const bool last = move.step == schedule_.steps();
        const Residency* from = find(move.storage, spill ? Tier::dram : Tier::slow, move.step, spill || last);
        const Residency* to = find(move.storage, move.to, move.step, last);
        check(from, "step ", move.step, " (", what, "): ", name(move.storage), " is not in the other tier");
        check(to, "step ", move.step, " (", what, "): ", name(move.storage), " has no place to go to");
        check(version(move.storage) > 0, "step ", move.step, " (", what, "): ", name(move.storage),
              " is not computed yet");
        check_holds(*from, move.step, what);
        memory(to->tier).write(to->offset, storage(move.storage).bytes, move.storage, version(move.storage));
    }

    void run(int step) {
        const std::string& kernel = schedule_.kernel(step);
        const auto place = [&](int index) -> const Residency& {
            const Residency* dram = find(index, Tier::dram, step, false);
            const Residency* found = dram ? dram : find(index, Tier::slow, step, false);
            check(found, "step ", step, " (", kernel, "): ", name(index), " has no place");
            return *found;
        };
        const auto use = [&](int index) {
            const auto& uses = storage(index).uses;
            return *std::lower_bound(uses.begin(), uses.end(), step,
                                     [](const Use& u, int s) { return u.step < s; });
        };
        for (const int index : schedule_.operands(step)) {
            const Residency& r = place(index);
            if (use(index).reads) check_holds(r, step, kernel);
        }
        for (const int index : schedule_.operands(step)) {
            if (!use(index).writes) continue;
            const Residency& r = place(index);
            memory(r.tier).write(r.offset, storage(index).bytes, index, ++version(index));
        }
    }

    void end() {
        for (int i = 0; i < static_cast<int>(of_storage_.size()); ++i) {
            if (storage(i).persistent) check_holds(*start(i), schedule_.steps(), "the next iteration");
            if (!storage(i).read_after()) continue;
            const Residency* dram = find(i, Tier::dram, schedule_.steps() - 1, false);
            const Residency* found = dram ? dram : find(i, Tier::slow, schedule_.steps() - 1, false);
            check(found, name(i), ": has no place at the end of the iteration");
            check_holds(*found, schedule_.steps(), "the reader after the iteration");
        }
    }

    const Schedule& schedule_;
    const Plan& plan_;
    std::vector<std::vector<const Residency*>> of_storage_;
    std::vector<int> version_;  // of the newest value of each storage; 0: not computed yet
    std::vector<std::vector<const Residency*>> starts_, ends_;  // by step
    std::array<Memory, 2> memories_;                            // by tier
};

}  // namespace

std::string validate(const Schedule& schedule, const Plan& plan, Bytes dram_budget, Bytes slow_capacity) {
    try {
        check(plan.dram_bytes <= dram_budget, "the DRAM arena of ", plan.dram_bytes,
              " bytes is larger than the budget of ", dram_budget);
        check(slow_capacity == 0 || plan.slow_bytes <= slow_capacity, "the slow arena of ", plan.slow_bytes,
              " bytes is larger than the capacity of ", slow_capacity);
        Judge(schedule, plan).play();
    } catch (const Fault& fault) {
        return fault.text;
    }
    return {};
}

}  // namespace framework
