#include "runtime/profiling/kernel_bench.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "runtime/host/mover.h"
#include "runtime/host/team.h"
#include "runtime/memory/available_memory.h"

namespace runtime {

using framework::Bytes;
using framework::Clock;
using framework::Seconds;
using framework::since;
using framework::Tier;

namespace {

constexpr Bytes page = 4096;  // operands share no page, because media are read and written by pages

Bytes paged(Bytes bytes) {
    return (bytes + page - 1) / page * page;
}

}  // namespace

KernelBench::Most KernelBench::most_operands(const framework::Schedule& schedule) {
    Most most{Bytes{1} << 20, 0};
    for (framework::Step step = 0; step < schedule.steps(); ++step) {
        Bytes sum = 0;
        for (const int index : schedule.operands(step)) {
            sum += paged(schedule.storages()[index].bytes);
        }
        if (sum > most.bytes) most = {sum, step};
    }
    return most;
}

void KernelBench::require_room(const std::string& slow, bool own_dram) const {
    const Bytes needed = (own_dram + slow_takes_dram(slow)) * most_.bytes, there = available_for_tensors();
    framework::require<framework::OutOfTierMemory>(
        needed <= there || needed == 0, "timing kernel ", lowered_.graph.op(schedule_.op(most_.step)).name,
        " takes ", framework::print_bytes(needed), " of DRAM for its operands, and this machine has ",
        framework::print_bytes(there), " to give; use a smaller --batch or --image-size");
}

KernelBench::KernelBench(const Lowered& lowered, const framework::Schedule& schedule, const std::string& slow,
                         bool cold, std::span<std::byte> dram)
    : lowered_(lowered), schedule_(schedule), most_(most_operands(schedule)), cold_(cold) {
    const bool own_dram = std::ssize(dram) < most_.bytes;
    require_room(slow, own_dram);
    if (own_dram) own_dram_ = Block(most_.bytes);
    dram_ = own_dram ? own_dram_.data() : dram.data();
    slow_ = open_slow_memory(slow, most_.bytes);
    if (!own_dram) fill_zero(dram_, most_.bytes);
    fill_zero(slow_.block.data(), slow_.block.bytes());  // so that all its pages exist
    if (cold_) slow_.block.write_back(0, slow_.block.bytes());
}

Seconds KernelBench::run(framework::Step step, framework::TierMask slow) {
    const framework::OpId id = schedule_.op(step);
    const framework::OpNode& node = lowered_.graph.op(id);
    const std::vector<framework::StorageId>& operands = schedule_.operands(step);
    std::map<framework::StorageId, std::byte*> addresses;
    Bytes end = 0;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        addresses[operands[i]] = (slow >> i & 1U ? slow_.block.data() : dram_) + end;
        end += paged(schedule_.storages()[operands[i]].bytes);
    }
    const auto of = [&](const std::vector<framework::TensorId>& tensors) {
        std::vector<std::byte*> found;
        found.reserve(tensors.size());
        for (const framework::TensorId tensor : tensors)
            found.push_back(addresses.at(schedule_.storage_of(tensor)));
        return found;
    };
    // Labels become 0: bytes that an earlier kernel left there may not be valid labels.
    for (const framework::TensorId input : node.inputs) {
        if (lowered_.graph.tensor(input).type.dtype != framework::DType::s32) continue;
        const framework::StorageId storage = schedule_.storage_of(input);
        std::memset(addresses.at(storage), 0, static_cast<std::size_t>(schedule_.storages()[storage].bytes));
    }
    const std::unique_ptr<const BoundKernel> bound =
        lowered_.kernels[id].bind(of(node.inputs), of(node.outputs));
    const bool reaches_medium = cold_ && slow != 0;
    if (reaches_medium) slow_.block.drop_copies(0, end);
    return on_team(lowered_.team, [&] {
        const Clock::time_point start = Clock::now();
        bound->execute({});
        if (reaches_medium) slow_.block.write_back(0, end);
        return since(start);
    });
}

Seconds KernelBench::copy(Tier to_tier, Bytes bytes, int threads) {
    const bool spill = to_tier == Tier::slow;
    if (cold_) slow_.block.drop_copies(0, bytes);
    std::byte *to = spill ? slow_.block.data() : dram_, *from = spill ? dram_ : slow_.block.data();
    return on_team(lowered_.team, [&] {
        const Clock::time_point start = Clock::now();
        move_bytes(slow_.block, to_tier, to, from, bytes, threads);
        if (spill && cold_) slow_.block.write_back(0, bytes);
        return since(start);
    });
}

}  // namespace runtime
