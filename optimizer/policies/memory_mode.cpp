#include "optimizer/policies/memory_mode.h"

#include <algorithm>

#include "optimizer/addresses/best_fit_pool.h"

namespace optimizer {

using framework::Bytes;
using framework::Graph;
using framework::Schedule;
using framework::Step;
using framework::Storage;
using framework::StorageId;
using framework::TensorId;

Pool pool_of(const Graph& graph, const Schedule& schedule) {
    const auto& storages = schedule.storages();
    Pool pool{ByStorage<Bytes>::filled(storages.count()), 0};
    BestFitPool free(Bytes{1} << 62);
    const auto allocate = [&](StorageId id) {
        const Bytes bytes = BestFitPool::pages(storages[id].bytes);
        pool.offsets[id] = free.allocate(bytes);
        pool.bytes = std::max(pool.bytes, pool.offsets[id] + bytes);
    };
    auto begins = ByStep<std::vector<StorageId>>::filled(schedule.steps()), ends = begins;
    for (const StorageId id : storages.ids()) {
        const Storage& storage = storages[id];
        if (is_source(graph.op(graph.tensor(storage.tensor).producer).op)) {
            allocate(id);
        } else {
            begins[storage.live.first].push_back(id);
            ends[storage.live.last - 1].push_back(id);
        }
    }
    for (const Step step : begins.ids()) {
        for (const StorageId id : begins[step]) allocate(id);
        for (const StorageId id : ends[step])
            free.release(pool.offsets[id], BestFitPool::pages(storages[id].bytes));
    }
    return pool;
}

namespace {

framework::CacheMisses misses_of(const CacheAccesses& accesses) {
    return {.filled = static_cast<double>(accesses.misses()),
            .written_back = static_cast<double>(accesses.dirty_misses)};
}

}  // namespace

MemoryMode memory_mode(const Graph& graph, const Schedule& schedule, const framework::Machine& machine,
                       Bytes cache_bytes) {
    const Pool pool = pool_of(graph, schedule);
    HardwareCache cache(cache_bytes);
    const auto offset = [&](TensorId tensor) { return pool.offsets[schedule.storage_of(tensor)]; };
    const auto iteration = [&] {
        MemoryMode found{.cache_bytes = cache_bytes, .pool_bytes = pool.bytes, .reads = {}, .writes = {}};
        for (Step step = 0; step < schedule.steps(); ++step) {
            const framework::OpNode& node = graph.op(schedule.op(step));
            CacheAccesses reads, writes;
            for (auto id = node.inputs.begin(); id != node.inputs.end(); ++id) {
                if (std::find(node.inputs.begin(), id, *id) == id)  // one that comes twice is read once
                    reads += cache.read(offset(*id), graph.tensor(*id).bytes);
            }
            for (const TensorId id : node.outputs) writes += cache.write(offset(id), graph.tensor(id).bytes);
            found.reads += reads;
            found.writes += writes;
            found.seconds +=
                machine.memory_mode_seconds(graph, schedule, step, misses_of(reads), misses_of(writes));
        }
        return found;
    };
    iteration();
    return iteration();
}

}  // namespace optimizer
