// The instructions of an iteration as plain data: kernels and copies, in streams that run side by side, and
// waits between streams. The executor, the prediction, emulation and the trace all work from this list.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"

namespace framework {

// A stream runs its instructions one after another.
enum class Stream { compute, out, in };  // kernels; copies to slow memory; copies to DRAM
inline constexpr int streams = 3;
template <class T>
using PerStream = ByEnum<Stream, T, streams>;

// Runs the kernel of a step.
struct Launch {
    Step step = 0;
    TierMask slow = 0;  // operands in slow memory

    friend bool operator==(const Launch&, const Launch&) = default;
};
// Copies bytes [begin, begin + bytes) of a storage. The offsets are those of the storage's first byte in the
// two arenas.
struct Copy {
    StorageId storage = 0;
    Tier from = Tier::dram, to = Tier::slow;
    Bytes from_offset = 0, to_offset = 0, begin = 0, bytes = 0;

    friend bool operator==(const Copy&, const Copy&) = default;
};
using InstructionId = Id<struct Instruction>;
// Holds up its stream until an instruction of another stream has ended.
struct Wait {
    InstructionId instruction = 0;

    friend bool operator==(const Wait&, const Wait&) = default;
};
struct Instruction {
    Stream stream = Stream::compute;
    std::variant<Launch, Copy, Wait> what;

    friend bool operator==(const Instruction&, const Instruction&) = default;
};

inline IdRange<InstructionId> ids_of(std::span<const Instruction> instructions) {
    return {0, static_cast<int>(instructions.size())};
}

// Compiles a plan that validate() accepts. Its moves run between kernels, so all instructions are in the
// compute stream and none waits: before each kernel come the moves of its step, in the order of the plan.
std::vector<Instruction> compile(const Schedule& schedule, const Plan& plan);

// A range of an arena that an instruction reads or writes.
struct Access {
    Tier tier = Tier::dram;
    Bytes first = 0, last = 0;  // [first, last)
    bool writes = false;

    // Whether the order of the two matters.
    bool conflicts(const Access& other) const {
        return tier == other.tier && (writes || other.writes) && first < other.last && other.first < last;
    }
};
// The accesses of each instruction. A wait has none.
Indexed<InstructionId, std::vector<Access>> accesses(std::span<const Instruction> instructions,
                                                     const Schedule& schedule, const Plan& plan);

}  // namespace framework
