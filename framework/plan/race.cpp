#include "framework/plan/race.h"

#include <algorithm>
#include <array>

#include "framework/base/error.h"

namespace framework {

namespace {

// A vector clock (Mattern 1989): how many instructions of each stream have ended before an instruction
// starts.
using Clock = PerStream<int>;

std::string name_of(const Instruction& instruction, InstructionId index, const Schedule& schedule) {
    if (const auto* launch = std::get_if<Launch>(&instruction.what))
        return text("kernel ", schedule.kernel(launch->step));
    if (const auto* copy = std::get_if<Copy>(&instruction.what))
        return text("the copy of ", schedule.storages()[copy->storage].name, " to ", name_of(copy->to));
    return text("wait ", index);
}

struct Ordered {
    Indexed<InstructionId, Clock> before;
    Indexed<InstructionId, int> in_stream;  // position within its stream
    std::string fault;

    explicit Ordered(std::span<const Instruction> instructions) {
        PerStream<Clock> now;
        for (const InstructionId i : ids_of(instructions)) {
            const Stream stream = instructions[i].stream;
            Clock& clock = now[stream];
            before.push_back(clock);
            in_stream.push_back(clock[stream]);
            if (const auto* wait = std::get_if<Wait>(&instructions[i].what)) {
                const InstructionId on = wait->instruction;
                if (on < 0 || on >= i || instructions[on].stream == stream) {
                    fault = text("instruction ", i, " waits for instruction ", on,
                                 ", which does not come before it in another stream");
                    return;
                }
                for (const Stream s : {Stream::compute, Stream::out, Stream::in})
                    clock[s] = std::max(clock[s], before[on][s]);
                int& ended = clock[instructions[on].stream];
                ended = std::max(ended, in_stream[on] + 1);
            }
            ++clock[stream];
        }
    }

    bool ends_before(InstructionId first, Stream stream, InstructionId second) const {
        return in_stream[first] < before[second][stream];
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
    const Indexed<InstructionId, std::vector<Access>> touched = accesses(instructions, schedule, plan);
    std::vector<InstructionId> copies;  // two kernels are never in different streams
    for (const InstructionId i : ids_of(instructions)) {
        if (instructions[i].stream != Stream::compute) copies.push_back(i);
    }
    for (const InstructionId second : ids_of(instructions)) {
        const Instruction& b = instructions[second];
        const auto check = [&](InstructionId first) -> std::string {
            const Instruction& a = instructions[first];
            if (a.stream == b.stream || !conflict(touched[first], touched[second])) return {};
            if (ordered.ends_before(first, a.stream, second)) return {};
            return text(name_of(a, first, schedule), " and ", name_of(b, second, schedule),
                        " touch the same bytes, and neither waits for the other");
        };
        if (b.stream == Stream::compute) {
            for (const InstructionId first : copies) {
                if (first >= second) break;
                if (std::string found = check(first); !found.empty()) return found;
            }
        } else {
            for (const InstructionId first : IdRange<InstructionId>(0, second)) {
                if (std::string found = check(first); !found.empty()) return found;
            }
        }
    }
    return {};
}

std::vector<InstructionId> order_of(std::span<const Instruction> instructions, CopiesRun copies) {
    PerStream<std::vector<InstructionId>> queues;
    for (const InstructionId i : ids_of(instructions)) queues[instructions[i].stream].push_back(i);
    const std::array<Stream, streams> preference = copies == CopiesRun::early
                                                       ? std::array{Stream::out, Stream::in, Stream::compute}
                                                       : std::array{Stream::compute, Stream::in, Stream::out};
    Indexed<InstructionId, char> ended(instructions.size(), 0);
    PerStream<std::size_t> next;
    std::vector<InstructionId> order;
    const auto run_one = [&](Stream stream) {
        if (next[stream] == queues[stream].size()) return false;
        const InstructionId index = queues[stream][next[stream]];
        const auto* wait = std::get_if<Wait>(&instructions[index].what);
        if (wait && !ended[wait->instruction]) return false;
        ended[index] = 1;
        order.push_back(index);
        ++next[stream];
        return true;
    };
    while (std::ranges::any_of(preference, run_one)) {
    }
    return order;
}

}  // namespace framework
