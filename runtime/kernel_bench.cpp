#include "runtime/kernel_bench.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "runtime/bound_kernel.h"
#include "runtime/mover.h"

namespace runtime {

using framework::Bytes;
using framework::Seconds;
using framework::Tier;

namespace {

using Clock = std::chrono::steady_clock;

Seconds since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr Bytes page = 4096;  // operands do not share pages, which are what a medium is read and written by

Bytes paged(Bytes bytes) {
    return (bytes + page - 1) / page * page;
}

Bytes most_operands(const framework::Schedule& schedule) {
    Bytes most = Bytes{1} << 20;
    for (int step = 0; step < schedule.steps(); ++step) {
        Bytes sum = 0;
        for (const int index : schedule.operands(step)) {
            sum += paged(schedule.storages()[static_cast<std::size_t>(index)].bytes);
        }
        most = std::max(most, sum);
    }
    return most;
}

}  // namespace

KernelBench::KernelBench(const Lowered& lowered, const framework::Schedule& schedule, const std::string& slow,
                         bool cold, std::span<std::byte> dram)
    : lowered_(lowered),
      schedule_(schedule),
      most_bytes_(most_operands(schedule)),
      own_dram_(std::ssize(dram) < most_bytes_ ? most_bytes_ : 0),
      dram_(std::ssize(dram) < most_bytes_ ? own_dram_.data() : dram.data()),
      slow_(open_slow_memory(slow, most_bytes_)),
      cold_(cold) {
    if (dram_ != own_dram_.data()) fill_zero(dram_, most_bytes_);
    fill_zero(slow_.block.data(), slow_.block.bytes());  // its pages are there
    if (cold_) slow_.block.write_back(0, slow_.block.bytes());
}

Seconds KernelBench::run(int step, framework::TierMask slow) {
    const framework::OpId id = schedule_.op(step);
    const framework::OpNode& node = lowered_.graph.op(id);
    const std::vector<int>& operands = schedule_.operands(step);
    std::map<int, std::byte*> addresses;
    Bytes end = 0;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        addresses[operands[i]] = (slow >> i & 1U ? slow_.block.data() : dram_) + end;
        end += paged(schedule_.storages()[static_cast<std::size_t>(operands[i])].bytes);
    }
    const auto of = [&](const std::vector<framework::TensorId>& tensors) {
        std::vector<std::byte*> found;
        for (const framework::TensorId tensor : tensors)
            found.push_back(addresses.at(schedule_.storage_of(tensor)));
        return found;
    };
    const BoundKernel bound =
        bind(lowered_.kernels[static_cast<std::size_t>(id)], of(node.inputs), of(node.outputs));
    const bool reaches_medium = cold_ && slow != 0;
    if (reaches_medium) slow_.block.drop_copies(0, end);
    const Clock::time_point start = Clock::now();
    execute(bound, {});
    if (reaches_medium) slow_.block.write_back(0, end);
    return since(start);
}

Seconds KernelBench::copy(Tier to_tier, Bytes bytes, int threads) {
    const bool spill = to_tier == Tier::slow;
    if (cold_) slow_.block.drop_copies(0, bytes);
    const Clock::time_point start = Clock::now();
    std::byte *to = spill ? slow_.block.data() : dram_, *from = spill ? dram_ : slow_.block.data();
    move_bytes(slow_.block, to_tier, to, from, bytes, threads);
    if (spill && cold_) slow_.block.write_back(0, bytes);
    return since(start);
}

}  // namespace runtime
