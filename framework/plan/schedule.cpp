#include "framework/plan/schedule.h"

#include <algorithm>
#include <numeric>

namespace framework {

Schedule::Schedule(const Graph& graph) : storage_of_(static_cast<std::size_t>(graph.tensor_count()), -1) {
    for (const OpId id : graph.order()) {
        if (!is_source(graph.op(id).op)) ops_.push_back(id);
    }
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        const TensorId root = graph.storage(id);
        if (root == id) {
            storage_of_[static_cast<std::size_t>(id)] = static_cast<int>(storages_.size());
            const Role role = graph.tensor(id).role;
            storages_.push_back({.tensor = id,
                                 .bytes = 0,
                                 .live = {},
                                 .uses = {},
                                 .persistent = role == Role::parameter || role == Role::state});
        } else {
            storage_of_[static_cast<std::size_t>(id)] = storage_of(root);
        }
        Storage& storage = storages_[static_cast<std::size_t>(storage_of(id))];
        storage.bytes = std::max(storage.bytes, graph.tensor(id).bytes);
    }

    operands_.resize(ops_.size());
    const auto touch = [&](TensorId tensor, int step, bool writes) {
        const int index = storage_of(tensor);
        Storage& storage = storages_[static_cast<std::size_t>(index)];
        if (storage.uses.empty() || storage.uses.back().step != step) {
            storage.uses.push_back({.step = step});
            operands_[static_cast<std::size_t>(step)].push_back(index);
        }
        (writes ? storage.uses.back().writes : storage.uses.back().reads) = true;
    };
    for (int step = 0; step < steps(); ++step) {
        const OpNode& node = graph.op(op(step));
        for (const TensorId id : node.inputs) touch(id, step, false);
        for (const TensorId id : node.outputs) touch(id, step, true);
    }

    for (Storage& storage : storages_) {
        const bool written_before = is_source(graph.op(graph.tensor(storage.tensor).producer).op);
        storage.live.first = written_before || storage.uses.empty() ? 0 : storage.uses.front().step;
        storage.live.last = storage.uses.empty() ? 0 : storage.uses.back().step + 1;
        if (storage.persistent) storage.live = {0, steps()};
    }
    for (const auto& [name, id] : graph.kept()) {
        storages_[static_cast<std::size_t>(storage_of(id))].live.last = steps();
    }
}

std::vector<Bytes> Schedule::live_bytes() const {
    std::vector<Bytes> live(ops_.size() + 1, 0);
    for (const Storage& storage : storages_) {
        live[static_cast<std::size_t>(storage.live.first)] += aligned(storage.bytes);
        live[static_cast<std::size_t>(storage.live.last)] -= aligned(storage.bytes);
    }
    std::partial_sum(live.begin(), live.end(), live.begin());
    live.pop_back();
    return live;
}

Bytes Schedule::peak_bytes() const {
    const std::vector<Bytes> live = live_bytes();
    return live.empty() ? 0 : *std::max_element(live.begin(), live.end());
}

}  // namespace framework
