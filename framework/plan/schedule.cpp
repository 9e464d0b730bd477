#include "framework/plan/schedule.h"

#include <algorithm>
#include <numeric>

#include "framework/base/error.h"

namespace framework {

Schedule::Schedule(const Graph& graph)
    : storage_of_(Indexed<TensorId, StorageId>::filled(graph.tensor_count(), -1)) {
    for (const OpId id : graph.order()) {
        if (is_source(graph.op(id).op)) continue;
        ops_.push_back(id);
        kernels_.push_back(graph.op(id).name);
    }
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        const TensorId root = graph.storage(id);
        if (root == id) {
            storage_of_[id] = storages_.count();
            const Role role = graph.tensor(id).role;
            Storage& storage = storages_.emplace_back();
            storage.name = graph.tensor(id).name;
            storage.tensor = id;
            storage.persistent = role == Role::parameter || role == Role::state;
        } else {
            storage_of_[id] = storage_of(root);
        }
        Storage& storage = storages_[storage_of(id)];
        storage.bytes = std::max(storage.bytes, graph.tensor(id).bytes);
    }

    operands_.resize(ops_.size());
    for (Step step = 0; step < steps(); ++step) {
        const OpNode& node = graph.op(op(step));
        const auto tiers = [&](TensorId id) {
            const bool scratch = graph.tensor(id).role == Role::scratch;
            return scratch ? TierSet{Tier::dram} : TierSet{Tier::dram, Tier::slow};
        };
        for (const TensorId id : node.inputs) touch(storage_of(id), {step, true, false, tiers(id)});
        for (const TensorId id : node.outputs) touch(storage_of(id), {step, false, true, tiers(id)});
    }

    for (Storage& storage : storages_) {
        const bool written_before = is_source(graph.op(graph.tensor(storage.tensor).producer).op);
        storage.live.first = written_before || storage.uses.empty() ? Step(0) : storage.uses.front().step;
        storage.live.last = storage.uses.empty() ? 0 : storage.uses.back().step + 1;
        if (storage.persistent) storage.live = {0, steps()};
    }
    for (const auto& [name, id] : graph.kept()) {
        storages_[storage_of(id)].live.last = steps();
    }
}

namespace {

// Throws DataError if the live range of a storage does not fit its uses.
void check_live(const Storage& storage, int steps) {
    const Step first = storage.live.first, last = storage.live.last;
    const auto refuse = [&](const auto&... expected) {
        throw DataError(text("storage ", storage.name, ": its live range is [", first, ", ", last,
                             "); expected ", expected...));
    };
    if (storage.persistent) {
        if (first != 0 || last != steps) refuse("all steps, [0, ", steps, "), as it is persistent");
    } else if (storage.uses.empty()) {
        if (first != 0 || (last != 0 && last != steps))
            refuse("[0, 0), or [0, ", steps, ") if it is read after the last kernel: no kernel uses it");
    } else {
        const Use &begin = storage.uses.front(), &end = storage.uses.back();
        if (first != 0 && first != begin.step)
            refuse("it to begin at its first use, ", begin.step,
                   ", or at 0 if it is filled before the first kernel");
        if (first != 0 && begin.reads)
            refuse("it to begin at 0, as the first kernel that uses it, at step ", first, ", reads it");
        if (last != end.step + 1 && last != steps)
            refuse("it to end after its last use, at ", end.step + 1, ", or at ", steps,
                   " if it is read after the last kernel");
    }
    for (const Use& use : storage.uses) {
        const bool is_new = !storage.persistent && use.step == first;
        require<DataError>(use.reads || is_new, "storage ", storage.name, ": the kernel of step ", use.step,
                           " overwrites it without reading it; give the new value a storage of its own");
    }
}

}  // namespace

Schedule::Schedule(const Indexed<Step, KernelUses>& kernels, Indexed<StorageId, Storage> storages)
    : storages_(std::move(storages)), operands_(kernels.size()) {
    constexpr Bytes most = Bytes{1} << 60;  // of all storages together: no sum of sizes overflows
    Bytes total = 0;
    for (Storage& storage : storages_) {
        storage.uses.clear();
        require<DataError>(storage.bytes >= 0 && storage.bytes <= most - total, "storage ", storage.name,
                           " of ", storage.bytes, " bytes: sizes are from 0 to ", most, ", all together");
        total += aligned(storage.bytes);
    }
    for (Step step = 0; step < steps(); ++step) {
        const KernelUses& kernel = kernels[step];
        kernels_.push_back(kernel.name);
        require<DataError>(std::ssize(kernel.operands) <= most_operands, "kernel ", kernel.name, " has ",
                           kernel.operands.size(), " operands; a kernel has at most ", most_operands);
        for (const KernelUses::Operand& operand : kernel.operands) {
            require<DataError>(operand.storage >= 0 && operand.storage < storages_.count(), "kernel ",
                               kernel.name, ": its operand is storage ", operand.storage,
                               "; they are numbered from 0 to ", storages_.count() - 1);
            const Storage& storage = storages_[operand.storage];
            require<DataError>(storage.uses.empty() || storage.uses.back().step != step, "kernel ",
                               kernel.name, ": storage ", storage.name,
                               " is its operand twice; name it once, with all that it does");
            require<DataError>(operand.reads || operand.writes, "kernel ", kernel.name,
                               ": it neither reads nor writes its operand ", storage.name);
            require<DataError>(operand.tiers.holds(Tier::dram), "kernel ", kernel.name,
                               ": DRAM is not among the tiers where it may find its operand ", storage.name,
                               "; it must be");
            touch(operand.storage, {step, operand.reads, operand.writes, operand.tiers});
        }
    }
    for (const Storage& storage : storages_) check_live(storage, steps());
}

void Schedule::touch(StorageId index, const Use& use) {
    Storage& storage = storages_[index];
    if (storage.uses.empty() || storage.uses.back().step != use.step) {
        storage.uses.push_back({.step = use.step});
        operands_[use.step].push_back(index);
    }
    Use& all = storage.uses.back();
    all.reads |= use.reads;
    all.writes |= use.writes;
    all.tiers = all.tiers & use.tiers;
}

Indexed<Step, Bytes> Schedule::live_bytes() const {
    auto live = Indexed<Step, Bytes>::filled(steps() + 1);
    for (const Storage& storage : storages_) {
        live[storage.live.first] += aligned(storage.bytes);
        live[storage.live.last] -= aligned(storage.bytes);
    }
    std::partial_sum(live.begin(), live.end(), live.begin());
    live.pop_back();
    return live;
}

Bytes Schedule::peak_bytes() const {
    const Indexed<Step, Bytes> live = live_bytes();
    return live.empty() ? 0 : *std::max_element(live.begin(), live.end());
}

}  // namespace framework
