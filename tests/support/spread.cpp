#include "tests/support/spread.h"

#include <algorithm>
#include <array>

namespace support {

using framework::Access;
using framework::Instruction;
using framework::Stream;

namespace {

bool conflict(const std::vector<Access>& a, const std::vector<Access>& b) {
    return std::ranges::any_of(a, [&](const Access& x) {
        return std::ranges::any_of(b, [&](const Access& y) { return x.conflicts(y); });
    });
}

}  // namespace

std::vector<Instruction> spread(const framework::Schedule& schedule, const framework::Plan& plan) {
    const std::vector<Instruction> line = framework::compile(schedule, plan);
    const auto touched = framework::accesses(line, schedule, plan);
    std::vector<Instruction> all;
    struct Done {
        std::size_t in_line;
        int index;                                 // in `all`
        std::array<int, framework::streams> seen;  // the last index of each stream that it follows
    };
    std::array<std::vector<Done>, framework::streams> done;
    for (std::size_t i = 0; i < line.size(); ++i) {
        Instruction next = line[i];
        if (const auto* copy = std::get_if<framework::Copy>(&next.what))
            next.stream = copy->to == framework::Tier::slow ? Stream::out : Stream::in;
        const auto own = static_cast<std::size_t>(next.stream);
        std::array<int, framework::streams> seen{-1, -1, -1};
        if (!done[own].empty()) seen = done[own].back().seen;
        for (std::size_t other = 0; other < done.size(); ++other) {
            if (other == own) continue;
            for (std::size_t k = done[other].size(); k-- > 0;) {
                const Done& before = done[other][k];
                if (before.index <= seen[other]) break;
                if (!conflict(touched[before.in_line], touched[i])) continue;
                all.push_back({next.stream, framework::Wait{before.index}});
                for (std::size_t s = 0; s < seen.size(); ++s) seen[s] = std::max(seen[s], before.seen[s]);
                break;
            }
        }
        seen[own] = static_cast<int>(all.size());
        done[own].push_back({i, static_cast<int>(all.size()), seen});
        all.push_back(next);
    }
    return all;
}

}  // namespace support
