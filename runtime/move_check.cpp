#include "runtime/move_check.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "framework/base/error.h"
#include "framework/plan/places.h"

namespace runtime {

using framework::Bytes;
using framework::KernelError;
using framework::require;
using framework::ResidencyId;
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

// Finds the indices of the residencies that each instruction touches. The copies of a storage to a tier are
// its moves to that tier, in the order of the plan. A move may be several copies; its first copy begins at
// byte 0.
class Touched {
  public:
    Touched(const framework::Schedule& schedule, const framework::Plan& plan)
        : schedule_(schedule), plan_(plan), places_(schedule, plan) {}

    std::vector<ResidencyId> next(const framework::Instruction& instruction) {
        if (const auto* launch = std::get_if<framework::Launch>(&instruction.what)) {
            std::vector<ResidencyId> found;
            for (const framework::StorageId operand : schedule_.operands(launch->step))
                found.push_back(places_.at(operand, launch->step));
            return found;
        }
        if (const auto* copy = std::get_if<framework::Copy>(&instruction.what)) {
            int& moves = moves_[{copy->storage, copy->to}];
            moves += copy->begin == 0;
            const auto [from, to] = places_.ends_of(move(*copy, moves));
            return {from, to};
        }
        return {};
    }

  private:
    const framework::Move& move(const framework::Copy& copy, int number) const {
        const auto found = std::ranges::find_if(plan_.moves, [&](const framework::Move& m) {
            return m.storage == copy.storage && m.to == copy.to && --number == 0;
        });
        assert(found != plan_.moves.end());
        return *found;
    }

    const framework::Schedule& schedule_;
    const framework::Plan& plan_;
    framework::Places places_;
    std::map<std::pair<framework::StorageId, Tier>, int> moves_;  // moves begun so far, by storage and tier
};

}  // namespace

MoveCheck::MoveCheck(const Program& program) : program_(program) {
    const framework::Plan& plan = program.plan();
    auto stay_of = framework::Indexed<ResidencyId, StayId>::filled(plan.residencies.count(), -1);
    for (const ResidencyId i : plan.residencies.ids()) {
        const framework::Residency& r = plan.residencies[i];
        const bool goes_on = std::ranges::any_of(plan.residencies, [&](const framework::Residency& next) {
            return next.storage == r.storage && next.tier == r.tier && next.live.first == r.live.last &&
                   next.offset == r.offset;
        });
        if (goes_on || r.live.last >= program.schedule().steps()) continue;  // its bytes are still needed
        stay_of[i] = stays_.count();
        stays_.push_back(
            {program.device().at(r.tier, r.offset), program.schedule().storages()[r.storage].bytes});
    }
    Touched touched_by(program.schedule(), plan);
    for (const framework::Instruction& instruction : program.instructions()) {
        std::vector<StayId>& touched = touches_.emplace_back();
        for (const ResidencyId residency : touched_by.next(instruction)) {
            const StayId stay = stay_of[residency];
            if (stay < 0) continue;
            touched.push_back(stay);
            ++stays_[stay].instructions;
        }
    }
}

void MoveCheck::begins() {
    for (Stay& stay : stays_) stay.left = stay.instructions;
}

void MoveCheck::ended(framework::InstructionId instruction, framework::Clock::time_point) {
    const framework::Instruction& ended = program_.instructions()[instruction];
    if (const auto* copy = std::get_if<framework::Copy>(&ended.what)) check(*copy);
    if (const auto* launch = std::get_if<framework::Launch>(&ended.what)) forget_written(launch->step);
    leave(instruction);
}

void MoveCheck::check(const framework::Copy& copy) {
    const std::byte* to = program_.device().at(copy.to, copy.to_offset + copy.begin);
    const std::byte* from = program_.device().at(copy.from, copy.from_offset + copy.begin);
    require<KernelError>(std::memcmp(to, from, static_cast<std::size_t>(copy.bytes)) == 0, "a move of ",
                         framework::print_bytes(copy.bytes),
                         " arrived changed: the memory of one of the tiers is not sound");
    const std::uint64_t sum = checksum(to, copy.bytes);
    if (copy.to == Tier::slow) {
        spilled_[copy.storage] = sum;
    } else if (const auto spilled = spilled_.find(copy.storage); spilled != spilled_.end()) {
        require<KernelError>(spilled->second == sum, "a tensor of ", framework::print_bytes(copy.bytes),
                             " has changed in slow memory since it was spilled");
    }
}

void MoveCheck::forget_written(framework::Step step) {
    const framework::OpNode& node = program_.graph().op(program_.schedule().op(step));
    for (const framework::TensorId written : node.outputs)
        spilled_.erase(program_.schedule().storage_of(written));
}

void MoveCheck::leave(framework::InstructionId instruction) {
    for (const StayId index : touches_[instruction]) {
        Stay& stay = stays_[index];
        if (--stay.left == 0) std::memset(stay.from, 0xFF, static_cast<std::size_t>(stay.bytes));
    }
}

}  // namespace runtime
