// What an iteration does, in full, as plain data: kernels and copies in streams that run side by side, and
// what waits for what. Executor, prediction, emulation and trace all work from it.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"

namespace framework {

// A stream runs its instructions one after the other.
enum class Stream { compute, out, in };  // kernels; copies to slow memory; copies to DRAM
inline constexpr int streams = 3;
template <class T>
using PerStream = ByEnum<Stream, T, streams>;

struct Launch {
    Step step = 0;
    TierMask slow = 0;  // operands in slow memory

    friend bool operator==(const Launch&, const Launch&) = default;
};
// Of the bytes [begin, begin + bytes) of a storage; offsets are of the storage's first byte in either arena.
struct Copy {
    StorageId storage = 0;
    Tier from = Tier::dram, to = Tier::slow;
    Bytes from_offset = 0, to_offset = 0, begin = 0, bytes = 0;

    friend bool operator==(const Copy&, const Copy&) = default;
};
// Until an instruction of another stream has ended.
using InstructionId = Id<struct Instruction>;
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

// Of a plan that validate() has passed. Its moves are in line with the kernels, so that all is one stream
// without waits: before each kernel the moves of its step, as the plan lists them.
std::vector<Instruction> compile(const Schedule& schedule, const Plan& plan);

// Bytes of an arena that an instruction reads or writes.
struct Access {
    Tier tier = Tier::dram;
    Bytes first = 0, last = 0;  // [first, last)
    bool writes = false;

    // Whether the order of the two matters.
    bool conflicts(const Access& other) const {
        return tier == other.tier && (writes || other.writes) && first < other.last && other.first < last;
    }
};
// Of a wait none.
Indexed<InstructionId, std::vector<Access>> accesses(std::span<const Instruction> instructions,
                                                     const Schedule& schedule, const Plan& plan);

}  // namespace framework
