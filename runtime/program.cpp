#include "runtime/program.h"

#include <cassert>

#include "framework/error.h"

namespace runtime {

using framework::OpNode;
using framework::Residency;
using framework::TensorId;
using framework::Tier;

Program::Program(Lowered lowered, framework::Schedule schedule, framework::Plan plan)
    : lowered_(std::move(lowered)),
      schedule_(std::move(schedule)),
      plan_(std::move(plan)),
      dram_(plan_.dram_bytes),
      slow_(plan_.slow_bytes),
      residencies_(schedule_.storages().size()) {
    for (std::size_t i = 0; i < plan_.residencies.size(); ++i) {
        residencies_[static_cast<std::size_t>(plan_.residencies[i].storage)].push_back(static_cast<int>(i));
    }
    bind();
}

// In DRAM where a DRAM residency covers the step, as the plan has it.
std::byte* Program::address_at(int storage, int step) const {
    std::byte* found = nullptr;
    for (const int index : residencies_[static_cast<std::size_t>(storage)]) {
        const Residency& residency = plan_.residencies[static_cast<std::size_t>(index)];
        if (!residency.live.holds(step)) continue;
        if (residency.tier == Tier::dram) return dram_.data() + residency.offset;
        found = slow_.data() + residency.offset;
    }
    return found;
}

void Program::bind() {
    steps_.reserve(static_cast<std::size_t>(schedule_.steps()));
    for (int step = 0; step < schedule_.steps(); ++step) {
        const OpNode& node = lowered_.graph.op(schedule_.op(step));
        const Kernel& kernel = lowered_.kernels[static_cast<std::size_t>(schedule_.op(step))];
        BoundStep bound{.before = {}, .kernel = {&kernel, {}, {}, {}}};
        const auto bind_all = [&](const std::vector<TensorId>& tensors, const std::vector<Layout>& layouts,
                                  const std::vector<Layout>& seen, const std::vector<int>& args,
                                  std::vector<std::byte*>& addresses) {
            for (std::size_t slot = 0; slot < tensors.size(); ++slot) {
                std::byte* address = address_at(schedule_.storage_of(tensors[slot]), step);
                assert(address);
                addresses.push_back(address);
                if (slot >= args.size() || args[slot] == 0) continue;
                memories_.emplace_back(seen.empty() ? layouts[slot] : seen[slot], engine(), address);
                bound.kernel.arguments.push_back({args[slot], memories_.back().get()});
            }
        };
        bind_all(node.inputs, kernel.reads, kernel.read_layouts, kernel.read_args, bound.kernel.in);
        bind_all(node.outputs, kernel.writes, kernel.write_layouts, kernel.write_args, bound.kernel.out);
        if (kernel.scratch > 0 && kernel.primitive) {
            const Layout scratch({kernel.scratch}, dnnl::memory::data_type::u8, dnnl::memory::format_tag::a);
            memories_.emplace_back(scratch, engine(), bound.kernel.out.back());
            bound.kernel.arguments.push_back({DNNL_ARG_SCRATCHPAD, memories_.back().get()});
        }
        steps_.push_back(std::move(bound));
    }
    for (const framework::Move& move : plan_.moves) {
        const framework::Storage& storage = schedule_.storages()[static_cast<std::size_t>(move.storage)];
        BoundMove bound{nullptr, nullptr, storage.bytes, move.to};
        for (const int index : residencies_[static_cast<std::size_t>(move.storage)]) {
            const Residency& residency = plan_.residencies[static_cast<std::size_t>(index)];
            std::byte* base = (residency.tier == Tier::dram ? dram_ : slow_).data() + residency.offset;
            const bool ends_here = move.to == Tier::slow && residency.live.last == move.step;
            if (residency.tier == move.to && residency.live.holds(move.step)) bound.to = base;
            if (residency.tier != move.to && (residency.live.holds(move.step) || ends_here))
                bound.from = base;
        }
        assert(bound.to && bound.from && move.step < schedule_.steps());
        steps_[static_cast<std::size_t>(move.step)].before.push_back(bound);
    }
}

std::byte* Program::address(TensorId id) const {
    const int storage = schedule_.storage_of(id);
    const framework::LiveRange live = schedule_.storages()[static_cast<std::size_t>(storage)].live;
    std::byte* found = address_at(storage, live.last == schedule_.steps() ? live.last - 1 : live.first);
    assert(found);
    return found;
}

float* Program::floats(const std::string& name) const {
    const TensorId id = graph().find(name);
    framework::require<framework::DataError>(
        id >= 0, "the graph has no tensor \"", name,
        "\" that can be read from outside; keep() it when building the graph");
    return reinterpret_cast<float*>(address(id));
}

namespace {

void reorder(const Layout& from, void* source, const Layout& to, void* target) {
    dnnl::memory a(from, engine(), source), b(to, engine(), target);
    dnnl::reorder(a, b).execute(stream(), a, b);
    stream().wait();
}

// Row-major with the dimensions of a layout, which may split those of the tensor.
Layout row_major(const Layout& layout) {
    dnnl::memory::dims strides = layout.dims();
    std::int64_t stride = 1;
    for (std::size_t axis = strides.size(); axis-- > 0;) stride *= std::exchange(strides[axis], stride);
    return {layout.dims(), layout.data_type(), strides};
}

}  // namespace

void Program::read(TensorId id, float* to) const {
    reorder(layout(id), address(id), row_major(layout(id)), to);
}

void Program::write(TensorId id, const float* from) {
    reorder(row_major(layout(id)), const_cast<float*>(from), layout(id), address(id));
}

}  // namespace runtime
