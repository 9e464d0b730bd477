#include "runtime/program.h"

#include <cassert>

#include "framework/base/error.h"
#include "framework/plan/places.h"
#include "runtime/host/team.h"

namespace runtime {

using framework::OpNode;
using framework::Residency;
using framework::TensorId;

Program::Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan,
                 std::shared_ptr<const Arenas> arenas)
    : lowered_(std::move(lowered)),
      schedule_(std::move(schedule)),
      plan_(std::move(plan)),
      arenas_(std::move(arenas)),
      instructions_(framework::compile(schedule_, plan_)) {
    const auto require_room = [](const char* tier, framework::Bytes needed, framework::Bytes given) {
        framework::require<framework::OutOfTierMemory>(given >= needed, "the plan needs ",
                                                       framework::print_bytes(needed), " of ", tier,
                                                       ", and was given ", framework::print_bytes(given));
    };
    require_room("DRAM", plan_.arena[framework::Tier::dram], dram().bytes());
    require_room("slow memory", plan_.arena[framework::Tier::slow], slow_memory().block.bytes());
    bind_kernels();
}

namespace {

std::shared_ptr<const Arenas> arenas_of(const framework::Plan& plan, SlowMemory slow) {
    auto arenas = std::make_shared<Arenas>();
    arenas->dram = Block(plan.arena[framework::Tier::dram]);
    arenas->slow = std::move(slow);
    return arenas;
}

}  // namespace

Program::Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan, SlowMemory slow)
    : Program(std::move(lowered), std::move(schedule), plan, arenas_of(plan, std::move(slow))) {}

std::byte* Program::address_of(int residency) const {
    assert(residency >= 0);
    const Residency& found = plan_.residencies[residency];
    return at(found.tier, found.offset);
}

void Program::bind_kernels() {
    const framework::Places places(schedule_, plan_);
    for (framework::Step step = 0; step < schedule_.steps(); ++step) {
        const framework::OpId id = schedule_.op(step);
        const auto addresses = [&](const std::vector<TensorId>& tensors) {
            std::vector<std::byte*> found;
            for (const TensorId tensor : tensors)
                found.push_back(address_of(places.at(schedule_.storage_of(tensor), step)));
            return found;
        };
        const OpNode& node = lowered_.graph.op(id);
        const Kernel& kernel = lowered_.kernels[id];
        bound_.push_back(kernel.bind(addresses(node.inputs), addresses(node.outputs)));
    }
}

std::byte* Program::address(TensorId id) const {
    const framework::StorageId storage = schedule_.storage_of(id);
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
