#include "runtime/move_check.h"

#include <algorithm>
#include <cstring>

#include "framework/base/error.h"

namespace runtime {

using framework::Bytes;
using framework::KernelError;
using framework::require;
using framework::Tier;

namespace {

// FNV-1a over words of eight bytes.
std::uint64_t checksum(const std::byte* data, Bytes bytes) {
    std::uint64_t sum = 0xcbf29ce484222325U;
    const auto add = [&](std::uint64_t word) { sum = (sum ^ word) * 0x100000001b3U; };
    Bytes at = 0;
    for (; at + 8 <= bytes; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data + at, 8);
        add(word);
    }
    for (; at < bytes; ++at) add(static_cast<std::uint64_t>(data[at]));
    return sum;
}

}  // namespace

MoveCheck::MoveCheck(const Program& program) : program_(program) {
    const framework::Plan& plan = program.plan();
    const auto steps = static_cast<std::size_t>(program.schedule().steps());
    vacated_.fill(BySteps(steps));
    for (const framework::Residency& r : plan.residencies) {
        const auto step = static_cast<std::size_t>(r.live.last);
        const bool goes_on = std::ranges::any_of(plan.residencies, [&](const framework::Residency& next) {
            return next.storage == r.storage && next.tier == r.tier && next.live.first == r.live.last &&
                   next.offset == r.offset;
        });
        if (goes_on || step >= steps) continue;  // else it is there after the iteration
        const Block& arena = r.tier == Tier::dram ? program.dram() : program.slow_memory().block;
        const auto storage = static_cast<std::size_t>(r.storage);
        vacated_[static_cast<std::size_t>(r.tier)][step].push_back(
            {arena.data() + r.offset, program.schedule().storages()[storage].bytes});
    }
}

void MoveCheck::moved(const BoundMove& move) {
    require<KernelError>(std::memcmp(move.to, move.from, static_cast<std::size_t>(move.bytes)) == 0,
                         "a move of ", framework::print_bytes(move.bytes),
                         " arrived changed: the memory of one of the tiers is not sound");
    const std::uint64_t sum = checksum(move.to, move.bytes);
    if (move.towards == Tier::slow) {
        spilled_[move.storage] = sum;
    } else if (const auto spilled = spilled_.find(move.storage); spilled != spilled_.end()) {
        require<KernelError>(spilled->second == sum, "a tensor of ", framework::print_bytes(move.bytes),
                             " has changed in slow memory since it was spilled");
    }
}

void MoveCheck::ran(int step) {
    const framework::OpNode& node = program_.graph().op(program_.schedule().op(step));
    for (const framework::TensorId written : node.outputs)
        spilled_.erase(program_.schedule().storage_of(written));
}

void MoveCheck::vacate(Tier tier, int step) {
    for (const Vacated& range : vacated_[static_cast<std::size_t>(tier)][static_cast<std::size_t>(step)])
        std::memset(range.from, 0xFF, static_cast<std::size_t>(range.bytes));
}

}  // namespace runtime
