#include "framework/plan/race.h"

#include <algorithm>
#include <array>

#include "framework/base/error.h"

namespace framework {

namespace {

// Of each stream, how many of its instructions have ended before an instruction starts (a vector clock,
// Mattern 1989).
using Clock = std::array<int, streams>;

std::string name_of(const Instruction& instruction, int index, const Schedule& schedule) {
    if (const auto* launch = std::get_if<Launch>(&instruction.what))
        return text("kernel ", schedule.kernel(launch->step));
    if (const auto* copy = std::get_if<Copy>(&instruction.what))
        return text("the copy of ", schedule.storages()[static_cast<std::size_t>(copy->storage)].name, " to ",
                    name_of(copy->to));
    return text("wait ", index);
}

struct Ordered {
    std::vector<Clock> before;   // by instruction
    std::vector<int> in_stream;  // its place in its stream
    std::string fault;

    explicit Ordered(std::span<const Instruction> instructions) {
        std::array<Clock, streams> now{};
        for (std::size_t i = 0; i < instructions.size(); ++i) {
            const auto stream = static_cast<std::size_t>(instructions[i].stream);
            Clock& clock = now[stream];
            before.push_back(clock);
            in_stream.push_back(clock[stream]);
            if (const auto* wait = std::get_if<Wait>(&instructions[i].what)) {
                const auto on = static_cast<std::size_t>(wait->instruction);
                if (wait->instruction < 0 || on >= i || instructions[on].stream == instructions[i].stream) {
                    fault = text("instruction ", i, " waits for instruction ", wait->instruction,
                                 ", which does not come before it in another stream");
                    return;
                }
                for (std::size_t s = 0; s < clock.size(); ++s) clock[s] = std::max(clock[s], before[on][s]);
                const auto other = static_cast<std::size_t>(instructions[on].stream);
                clock[other] = std::max(clock[other], in_stream[on] + 1);
            }
            ++clock[stream];
        }
    }

    bool ends_before(std::size_t first, Stream stream, std::size_t second) const {
        return in_stream[first] < before[second][static_cast<std::size_t>(stream)];
    }
};

bool conflict(const std::vector<Access>& a, const std::vector<Access>& b) {
    return std::ranges::any_of(a, [&](const Access& x) {
        return std::ranges::any_of(b, [&](const Access& y) { return x.conflicts(y); });
    });
}

}  // namespace

std::string race(std::span<const Instruction> instructions, const Schedule& schedule, const Plan& plan) {
    const Ordered ordered(instructions);
    if (!ordered.fault.empty()) return ordered.fault;
    const std::vector<std::vector<Access>> touched = accesses(instructions, schedule, plan);
    std::vector<std::size_t> copies;  // two kernels are never in different streams
    for (std::size_t i = 0; i < instructions.size(); ++i) {
        if (instructions[i].stream != Stream::compute) copies.push_back(i);
    }
    for (std::size_t second = 0; second < instructions.size(); ++second) {
        const Instruction& b = instructions[second];
        const auto check = [&](std::size_t first) -> std::string {
            const Instruction& a = instructions[first];
            if (a.stream == b.stream || !conflict(touched[first], touched[second])) return {};
            if (ordered.ends_before(first, a.stream, second)) return {};
            return text(name_of(a, static_cast<int>(first), schedule), " and ",
                        name_of(b, static_cast<int>(second), schedule),
                        " touch the same bytes, and neither waits for the other");
        };
        if (b.stream == Stream::compute) {
            for (const std::size_t first : copies) {
                if (first >= second) break;
                if (std::string found = check(first); !found.empty()) return found;
            }
        } else {
            for (std::size_t first = 0; first < second; ++first) {
                if (std::string found = check(first); !found.empty()) return found;
            }
        }
    }
    return {};
}

std::vector<int> order_of(std::span<const Instruction> instructions, CopiesRun copies) {
    std::array<std::vector<int>, streams> queues;
    for (std::size_t i = 0; i < instructions.size(); ++i)
        queues[static_cast<std::size_t>(instructions[i].stream)].push_back(static_cast<int>(i));
    const std::array<Stream, streams> preference = copies == CopiesRun::early
                                                       ? std::array{Stream::out, Stream::in, Stream::compute}
                                                       : std::array{Stream::compute, Stream::in, Stream::out};
    std::vector<char> ended(instructions.size(), 0);
    std::array<std::size_t, streams> next{};
    std::vector<int> order;
    const auto run_one = [&](Stream stream) {
        const auto s = static_cast<std::size_t>(stream);
        if (next[s] == queues[s].size()) return false;
        const int index = queues[s][next[s]];
        const auto* wait = std::get_if<Wait>(&instructions[static_cast<std::size_t>(index)].what);
        if (wait && !ended[static_cast<std::size_t>(wait->instruction)]) return false;
        ended[static_cast<std::size_t>(index)] = 1;
        order.push_back(index);
        ++next[s];
        return true;
    };
    while (std::ranges::any_of(preference, run_one)) {
    }
    return order;
}

}  // namespace framework
