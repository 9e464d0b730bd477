#include "tests/support/brute_force.h"

#include <algorithm>
#include <limits>

namespace support {

using namespace framework;
using optimizer::Problem;

namespace {

// One way for a storage to spend the iteration: what its copies cost, when it is in DRAM, and at which of its
// uses it is not.
struct Itinerary {
    Seconds copies = 0;
    std::vector<bool> in_dram;   // by step
    std::vector<int> slow_uses;  // steps
};

struct Player {
    const Problem& problem;
    std::vector<std::vector<Itinerary>> itineraries;  // by storage
    std::vector<Bytes> left;                          // by step
    std::vector<TierMask> slow;                       // by step
    Seconds best = std::numeric_limits<Seconds>::infinity();

    void play(std::size_t storage, Seconds copies) {
        if (copies >= best) return;
        if (storage == itineraries.size()) {
            Seconds total = copies;
            for (std::size_t k = 0; k < slow.size(); ++k)
                total += problem.profile.kernels[k].seconds(slow[k]);
            best = std::min(best, total);
            return;
        }
        const Bytes bytes = aligned(problem.schedule.storages()[storage].bytes);
        for (const Itinerary& way : itineraries[storage]) {
            bool fits = true;
            for (std::size_t k = 0; k < left.size(); ++k) {
                left[k] -= way.in_dram[k] ? bytes : 0;
                fits = fits && left[k] >= 0;
            }
            for (const Step step : way.slow_uses) flip(storage, step);
            if (fits) play(storage + 1, copies + way.copies);
            for (const Step step : way.slow_uses) flip(storage, step);
            for (std::size_t k = 0; k < left.size(); ++k) left[k] += way.in_dram[k] ? bytes : 0;
        }
    }

    void flip(std::size_t storage, Step step) {
        const auto& operands = problem.schedule.operands(step);
        const auto at =
            std::find(operands.begin(), operands.end(), static_cast<int>(storage)) - operands.begin();
        slow[step] ^= TierMask{1} << at;
    }
};

// Steps at which it matters where the storage is: uses, its arrival from outside, a reader after the
// iteration.
std::vector<Use> events_of(const Storage& storage) {
    std::vector<Use> events = storage.uses;
    if (storage.persistent || events.empty()) return events;
    if (storage.filled_before() && events.front().step > 0)
        events.insert(events.begin(), Use{0, false, true});
    if (events.back().step + 1 < storage.live.last) events.push_back({storage.live.last - 1, true, false});
    return events;
}

bool uses_at(const Storage& storage, Step step) {
    return std::any_of(storage.uses.begin(), storage.uses.end(),
                       [&](const Use& u) { return u.step == step; });
}

// `choice` has two bits for each event: in DRAM; held since the event before.
bool walk(const Problem& problem, const Storage& storage, const std::vector<Use>& events, unsigned choice,
          Itinerary& way) {
    way = {0, std::vector<bool>(static_cast<std::size_t>(problem.schedule.steps()), false), {}};
    const Seconds out = problem.profile.copy[Tier::dram][Tier::slow].seconds(storage.bytes),
                  in = problem.profile.copy[Tier::slow][Tier::dram].seconds(storage.bytes);
    bool was_in_dram = false, copy_in_slow = storage.persistent;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const bool dram = choice >> (2 * i) & 1U, held = choice >> (2 * i + 1) & 1U;
        if (held && (!dram || !was_in_dram)) return false;
        if (!dram && !events[i].may_be_slow()) return false;
        if (was_in_dram && !held && !copy_in_slow) {
            way.copies += out;
            copy_in_slow = true;
        }
        const bool value_before = i > 0 || storage.persistent;
        if (dram && !held && value_before && events[i].reads) way.copies += in;
        if (held) {
            for (int k = events[i - 1].step; k < events[i].step; ++k) way.in_dram[k] = true;
        }
        if (dram) way.in_dram[events[i].step] = true;
        if (dram && (events[i].writes || !value_before)) copy_in_slow = false;
        if (!dram) copy_in_slow = true;
        if (!dram && uses_at(storage, events[i].step)) way.slow_uses.push_back(events[i].step);
        was_in_dram = dram;
    }
    if (storage.persistent && was_in_dram && !copy_in_slow) way.copies += out;
    return true;
}

// Drops itineraries that another one dominates: it is no worse in anything.
void prune(std::vector<Itinerary>& ways) {
    const auto covers = [](const Itinerary& a, const Itinerary& b) {
        for (std::size_t k = 0; k < a.in_dram.size(); ++k) {
            if (a.in_dram[k] && !b.in_dram[k]) return false;
        }
        return a.copies <= b.copies && a.slow_uses == b.slow_uses;
    };
    std::vector<Itinerary> kept;
    for (std::size_t i = 0; i < ways.size(); ++i) {
        bool useless = false;
        for (std::size_t j = 0; j < ways.size() && !useless; ++j) {
            useless = j != i && covers(ways[j], ways[i]) && (j < i || !covers(ways[i], ways[j]));
        }
        if (!useless) kept.push_back(ways[i]);
    }
    ways = std::move(kept);
}

Seconds best(const Problem& problem, bool moving) {
    Player player{problem, {}, {}, {}};
    player.left.assign(static_cast<std::size_t>(problem.schedule.steps()), problem.dram_budget);
    player.slow.assign(player.left.size(), 0);
    for (const Storage& storage : problem.schedule.storages()) {
        auto& ways = player.itineraries.emplace_back();
        Itinerary all_dram{0, std::vector<bool>(player.left.size(), false), {}};
        for (int k = storage.live.first; k < storage.live.last; ++k) all_dram.in_dram[k] = true;
        if (storage.uses.empty()) {
            ways.push_back({0, std::vector<bool>(player.left.size(), false), {}});
            continue;
        }
        const std::vector<Use> events = events_of(storage);
        Itinerary way;
        if (moving) {
            for (unsigned choice = 0; choice < 1U << (2 * events.size()); ++choice) {
                if (walk(problem, storage, events, choice, way)) ways.push_back(way);
            }
            if (storage.persistent) ways.push_back(all_dram);
        } else {
            if (walk(problem, storage, events, 0, way)) ways.push_back(way);
            ways.push_back(all_dram);
        }
        prune(ways);
    }
    player.play(0, 0);
    return player.best < std::numeric_limits<Seconds>::infinity() ? player.best : -1;
}

}  // namespace

Seconds best_static(const Problem& problem) {
    return best(problem, false);
}
Seconds best_synchronous(const Problem& problem) {
    return best(problem, true);
}

}  // namespace support
