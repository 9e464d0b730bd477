#include "runtime/program.h"

#include <cassert>

#include "framework/base/error.h"
#include "runtime/host/team.h"

namespace runtime {

using framework::OpNode;
using framework::Residency;
using framework::TensorId;
using framework::Tier;

Program::Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan, SlowMemory slow)
    : lowered_(std::move(lowered)),
      schedule_(std::move(schedule)),
      plan_(std::move(plan)),
      dram_(plan_.dram_bytes),
      slow_(std::move(slow)) {
    framework::require<framework::OutOfTierMemory>(
        slow_.block.bytes() >= plan_.slow_bytes, "the plan needs ", framework::print_bytes(plan_.slow_bytes),
        " of slow memory, and was given ", framework::print_bytes(slow_.block.bytes()));
    bind_kernels();
    bind_moves();
}

std::byte* Program::address_of(int residency) const {
    assert(residency >= 0);
    const Residency& found = plan_.residencies[static_cast<std::size_t>(residency)];
    return (found.tier == Tier::dram ? dram_ : slow_.block).data() + found.offset;
}

void Program::bind_kernels() {
    std::vector<std::vector<int>> by_storage(schedule_.storages().size());
    for (std::size_t i = 0; i < plan_.residencies.size(); ++i) {
        by_storage[static_cast<std::size_t>(plan_.residencies[i].storage)].push_back(static_cast<int>(i));
    }
    // In DRAM where a DRAM residency covers the step, as the plan has it.
    const auto address_at = [&](int storage, int step) {
        int found = -1;
        for (const int index : by_storage[static_cast<std::size_t>(storage)]) {
            const Residency& residency = plan_.residencies[static_cast<std::size_t>(index)];
            if (residency.live.holds(step) && (found < 0 || residency.tier == Tier::dram)) found = index;
        }
        return address_of(found);
    };
    for (int step = 0; step < schedule_.steps(); ++step) {
        const framework::OpId id = schedule_.op(step);
        const auto addresses = [&](const std::vector<TensorId>& tensors) {
            std::vector<std::byte*> found;
            for (const TensorId tensor : tensors)
                found.push_back(address_at(schedule_.storage_of(tensor), step));
            return found;
        };
        const OpNode& node = lowered_.graph.op(id);
        const Kernel& kernel = lowered_.kernels[static_cast<std::size_t>(id)];
        steps_.push_back(
            {.before = {}, .kernel = kernel.bind(addresses(node.inputs), addresses(node.outputs))});
    }
}

void Program::bind_moves() {
    for (const framework::Move& move : plan_.moves) {
        BoundMove bound{nullptr, nullptr, schedule_.storages()[static_cast<std::size_t>(move.storage)].bytes,
                        move.to, move.storage};
        for (std::size_t i = 0; i < plan_.residencies.size(); ++i) {
            const Residency& residency = plan_.residencies[i];
            if (residency.storage != move.storage) continue;
            const bool holds = residency.live.holds(move.step) ||
                               (residency.live.last == move.step && move.step == schedule_.steps());
            const bool ends = move.to == Tier::slow && residency.live.last == move.step;
            if (residency.tier == move.to && holds) bound.to = address_of(static_cast<int>(i));
            if (residency.tier != move.to && (holds || ends)) bound.from = address_of(static_cast<int>(i));
        }
        assert(bound.to && bound.from);
        const auto step = static_cast<std::size_t>(move.step);
        (step < steps_.size() ? steps_[step].before : last_moves_).push_back(bound);
    }
}

framework::TierMask Program::slow_operands(int step) const {
    framework::TierMask mask = 0;
    const std::vector<int>& operands = schedule_.operands(step);
    for (std::size_t i = 0; i < operands.size() && i < 64; ++i) {
        const int residency = framework::residency_at(plan_, operands[i], step);
        if (plan_.residencies[static_cast<std::size_t>(residency)].tier == Tier::slow)
            mask |= framework::TierMask{1} << i;
    }
    return mask;
}

std::byte* Program::address(TensorId id) const {
    const int storage = schedule_.storage_of(id);
    const bool from_before = framework::is_source(graph().op(graph().tensor(id).producer).op);
    return address_of(from_before ? framework::residency_at_start(plan_, storage)
                                  : framework::residency_at(plan_, storage, schedule_.steps() - 1));
}

float* Program::floats(const std::string& name) const {
    const TensorId id = graph().find(name);
    framework::require<framework::DataError>(
        id >= 0, "the graph has no tensor \"", name,
        "\" that can be read from outside; keep() it when building the graph");
    return reinterpret_cast<float*>(address(id));
}

namespace {

void reorder(const Layout& from, std::byte* source, const Layout& to, std::byte* target) {
    team_size();
    const Kernel kernel = make_reorder(from, to);
    std::vector<std::byte> scratch(static_cast<std::size_t>(kernel.scratch));
    kernel.bind({source}, {target, scratch.data()})->execute({});
}

}  // namespace

void Program::read(TensorId id, float* to) const {
    reorder(layout(id), address(id), row_major(layout(id)), reinterpret_cast<std::byte*>(to));
}

void Program::write(TensorId id, const float* from) {
    reorder(row_major(layout(id)), reinterpret_cast<std::byte*>(const_cast<float*>(from)), layout(id),
            address(id));
}

}  // namespace runtime
