#include "framework/plan/instructions.h"

#include <algorithm>

#include "framework/plan/places.h"

namespace framework {

std::vector<Instruction> compile(const Schedule& schedule, const Plan& plan) {
    const Places places(schedule, plan);
    std::vector<Instruction> all;
    auto move = plan.moves.begin();
    const auto moves_of = [&](Step step) {
        for (; move != plan.moves.end() && move->due == step; ++move) {
            const auto [from, to] = places.ends_of(*move);
            const Residency &source = plan.residencies[from], &target = plan.residencies[to];
            const Bytes bytes = schedule.storages()[move->storage].bytes;
            all.push_back({Stream::compute, Copy{.storage = move->storage,
                                                 .from = source.tier,
                                                 .to = target.tier,
                                                 .from_offset = source.offset,
                                                 .to_offset = target.offset,
                                                 .begin = 0,
                                                 .bytes = bytes}});
        }
    };
    for (Step step = 0; step < schedule.steps(); ++step) {
        moves_of(step);
        all.push_back({Stream::compute, Launch{step, places.slow_operands(step)}});
    }
    moves_of(schedule.steps());
    return all;
}

namespace {

class AccessList {
  public:
    AccessList(const Schedule& schedule, const Plan& plan)
        : schedule_(schedule), plan_(plan), places_(schedule, plan) {}

    std::vector<Access> of(const Instruction& instruction) const {
        if (const auto* launch = std::get_if<Launch>(&instruction.what)) return of(*launch);
        if (const auto* copy = std::get_if<Copy>(&instruction.what)) return of(*copy);
        return {};
    }

  private:
    std::vector<Access> of(const Launch& launch) const {
        std::vector<Access> found;
        for (const StorageId operand : schedule_.operands(launch.step)) {
            const Storage& storage = schedule_.storages()[operand];
            const Residency& r = plan_.residencies[places_.at(operand, launch.step)];
            const auto use =
                std::ranges::lower_bound(storage.uses, launch.step, {}, [](const Use& u) { return u.step; });
            found.push_back({r.tier, r.offset, r.offset + storage.bytes, use->writes});
        }
        return found;
    }

    std::vector<Access> of(const Copy& copy) const {
        const auto part = [&](Tier tier, Bytes offset, bool writes) {
            return Access{tier, offset + copy.begin, offset + copy.begin + copy.bytes, writes};
        };
        return {part(copy.from, copy.from_offset, false), part(copy.to, copy.to_offset, true)};
    }

    const Schedule& schedule_;
    const Plan& plan_;
    Places places_;
};

}  // namespace

Indexed<InstructionId, std::vector<Access>> accesses(std::span<const Instruction> instructions,
                                                     const Schedule& schedule, const Plan& plan) {
    const AccessList list(schedule, plan);
    Indexed<InstructionId, std::vector<Access>> all;
    all.reserve(instructions.size());
    for (const Instruction& instruction : instructions) all.push_back(list.of(instruction));
    return all;
}

}  // namespace framework
