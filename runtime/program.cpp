#include "runtime/program.h"

#include <cassert>

#include "framework/base/error.h"
#include "framework/plan/places.h"
#include "runtime/host/team.h"

namespace runtime {

using framework::DType;
using framework::OpNode;
using framework::require;
using framework::Residency;
using framework::TensorId;
using framework::Tier;

Program::Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan,
                 std::shared_ptr<Device> device)
    : lowered_(std::move(lowered)),
      schedule_(std::move(schedule)),
      plan_(std::move(plan)),
      device_(std::move(device)),
      instructions_(framework::compile(schedule_, plan_)) {
    for (const auto& [tier, name] : {std::pair(Tier::dram, "DRAM"), std::pair(Tier::slow, "slow memory")})
        require<framework::OutOfTierMemory>(device_->bytes(tier) >= plan_.arena[tier], "the plan needs ",
                                            framework::print_bytes(plan_.arena[tier]), " of ", name,
                                            ", and was given ", framework::print_bytes(device_->bytes(tier)));
    bind_kernels();
}

void Program::bind_kernels() {
    const framework::Places places(schedule_, plan_);
    for (framework::Step step = 0; step < schedule_.steps(); ++step) {
        const framework::OpId id = schedule_.op(step);
        const auto addresses = [&](const std::vector<TensorId>& tensors) {
            Addresses found;
            for (const TensorId tensor : tensors) {
                const framework::ResidencyId at = places.at(schedule_.storage_of(tensor), step);
                assert(at >= 0);
                const Residency& r = plan_.residencies[at];
                found.push_back(device_->at(r.tier, r.offset));
            }
            return found;
        };
        const OpNode& node = lowered_.graph.op(id);
        bound_.push_back(lowered_.kernels[id].bind(addresses(node.inputs), addresses(node.outputs)));
    }
}

TensorId Program::find(const std::string& name) const {
    const TensorId id = graph().find(name);
    require<framework::DataError>(
        id >= 0, "the graph has no tensor \"", name,
        "\" that can be read or written from outside; keep() it when building the graph");
    return id;
}

void Program::check_values(TensorId id, DType type, std::size_t count) const {
    const framework::TensorNode& tensor = graph().tensor(id);
    const framework::TensorType& wanted = tensor.type;
    require<framework::ShapeError>(
        wanted.dtype == type && static_cast<std::int64_t>(count) == wanted.shape.elements(), "tensor \"",
        tensor.name, "\" is ", wanted.shape, " of ", framework::name_of(wanted.dtype), ", ",
        wanted.shape.elements(), " values; ", count, " of ", framework::name_of(type), " were given");
}

const Residency& Program::home(TensorId id) const {
    const framework::StorageId storage = schedule_.storage_of(id);
    const bool from_before = framework::is_source(graph().op(graph().tensor(id).producer).op);
    const framework::ResidencyId at = from_before
                                          ? framework::residency_at_start(plan_, storage)
                                          : framework::residency_at(plan_, storage, schedule_.steps() - 1);
    assert(at >= 0);
    return plan_.residencies[at];
}

namespace {

void reorder(const Layout& from, std::byte* source, const Layout& to, std::byte* target) {
    team_size();
    const Kernel kernel = make_reorder(from, to);
    std::vector<std::byte> scratch(static_cast<std::size_t>(kernel.scratch));
    kernel.bind({source}, {target, scratch.data()})->execute({});
}

}  // namespace

void Program::put(TensorId id, DType type, std::size_t count, std::span<const std::byte> row_major) {
    check_values(id, type, count);
    const framework::TensorNode& tensor = graph().tensor(id);
    require<framework::DataError>(framework::is_source(graph().op(tensor.producer).op), "tensor \"",
                                  tensor.name,
                                  "\" is a result of the iteration and can only be read; write an input, a "
                                  "parameter or a state");
    const Residency& r = home(id);
    if (is_row_major(layout(id))) return device_->put(r.tier, r.offset, row_major);
    reorder(runtime::row_major(layout(id)), const_cast<std::byte*>(row_major.data()), layout(id),
            device_->at(r.tier, r.offset));
}

void Program::get(TensorId id, DType type, std::size_t count, std::span<std::byte> row_major) const {
    check_values(id, type, count);
    const Residency& r = home(id);
    if (is_row_major(layout(id))) return device_->get(r.tier, r.offset, row_major);
    reorder(layout(id), device_->at(r.tier, r.offset), runtime::row_major(layout(id)), row_major.data());
}

}  // namespace runtime
