#include "optimizer/policies/memory_mode.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"
#include "models/models.h"
#include "optimizer/addresses/best_fit_pool.h"
#include "tests/support/random_graph.h"

using namespace framework;
using namespace optimizer;

namespace {

constexpr Bytes line = HardwareCache::line;

// The same cache, line by line.
class CacheOfLines {
  public:
    explicit CacheOfLines(Bytes bytes) : sets_(static_cast<std::size_t>(bytes / line)) {}

    CacheAccesses access(Bytes offset, Bytes bytes, bool writes) {
        CacheAccesses found;
        for (std::int64_t at = offset / line; at * line < offset + bytes; ++at) {
            Set& set = sets_[static_cast<std::size_t>(at) % sets_.size()];
            const bool hit = set.line == at;
            (hit ? found.hits : set.dirty ? found.dirty_misses : found.clean_misses) += line;
            set = {at, writes || (hit && set.dirty)};
        }
        return found;
    }

  private:
    struct Set {
        std::int64_t line = -1;
        bool dirty = false;
    };
    std::vector<Set> sets_;
};

Graph network(const char* name, int batch) {
    Graph graph = fuse(models::training(name, {.batch = batch}, {.momentum = 0, .nesterov = false}));
    reuse_in_place(graph);
    return graph;
}

Seconds all_dram_seconds(const Graph& graph, const Schedule& schedule, const Machine& machine) {
    Seconds sum = 0;
    for (Step step = 0; step < schedule.steps(); ++step) sum += machine.seconds(graph, schedule, step, 0);
    return sum;
}

}  // namespace

TEST_CASE("memory mode: the cache counts as one that handles each 64 B line by itself") {
    std::mt19937 random(1);
    const auto below = [&](Bytes n) { return static_cast<Bytes>(random() % static_cast<unsigned>(n)); };
    for (const Bytes sets : {1, 2, 3, 7, 100, 255, 1001}) {
        for (int trace = 0; trace < 20; ++trace) {
            const Bytes bytes = sets * line + below(line);  // what is left over holds no line
            CAPTURE(bytes);
            CAPTURE(trace);
            HardwareCache cache(bytes);
            CacheOfLines expected(bytes);
            const Bytes memory = 1 + below(5 * bytes),
                        longest = 1 + below(trace % 2 ? 3 * bytes : bytes / 4 + 1);
            for (int i = 0; i < 200; ++i) {
                const Bytes offset = below(memory), length = 1 + below(longest);
                const bool writes = below(2) == 1;
                const CacheAccesses found = writes ? cache.write(offset, length) : cache.read(offset, length);
                REQUIRE(found == expected.access(offset, length, writes));
            }
        }
    }
}

// A cache of three lines, the memory in lines:  0 1 2 | 3 4 5 | 6 ...
TEST_CASE("memory mode: hits, clean misses, and dirty misses, which a write leaves behind") {
    HardwareCache cache(3 * line);
    CHECK(cache.read(0, 2 * line) == CacheAccesses{0, 2 * line, 0});
    CHECK(cache.read(0, 3 * line) == CacheAccesses{2 * line, line, 0});
    CHECK(cache.write(line, 1) == CacheAccesses{line, 0, 0});  // one byte of line 1 makes it dirty
    CHECK(cache.read(3 * line, 3 * line) == CacheAccesses{0, 2 * line, line});
    CHECK(cache.write(6 * line, line) == CacheAccesses{0, line, 0});  // line 3 was only read
    CHECK(cache.read(6 * line, line) == CacheAccesses{line, 0, 0});   // and stays dirty
    CHECK(cache.read(0, line) == CacheAccesses{0, 0, line});
    CHECK(cache.read(0, 0) == CacheAccesses{});
    CHECK_THROWS_WITH_AS(HardwareCache(line - 1), doctest::Contains("holds no line of 64 B"), UsageError);
}

TEST_CASE("memory mode: a hit is one access of a read, two of a write; a write on a dirty line is five") {
    const auto reads = [](const CacheAccesses& some) { return memory_accesses(some, {}); };
    const auto writes = [](const CacheAccesses& some) { return memory_accesses({}, some); };
    CHECK(reads({.hits = line}) == MemoryAccesses{line, 0, 0, 0});
    CHECK(reads({.clean_misses = line}) == MemoryAccesses{line, line, line, 0});
    CHECK(reads({.dirty_misses = line}) == MemoryAccesses{line, line, line, line});
    CHECK(writes({.hits = line}) == MemoryAccesses{line, line, 0, 0});
    CHECK(writes({.clean_misses = line}) == MemoryAccesses{line, 2 * line, line, 0});
    CHECK(writes({.dirty_misses = line}) == MemoryAccesses{line, 2 * line, line, line});
}

TEST_CASE("memory mode: addresses are whole pages; no two tensors share any while both are live") {
    for (unsigned seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        const Graph graph = support::random_graph(seed, 60);
        const Schedule schedule(graph);
        const Pool pool = pool_of(graph, schedule);
        const auto& storages = schedule.storages();
        Bytes sources = 0;
        const auto is_argument = [&](std::size_t i) {
            return is_source(graph.op(graph.tensor(storages[i].tensor).producer).op);
        };
        for (std::size_t i = 0; i < storages.size(); ++i) {
            if (is_argument(i)) sources += BestFitPool::pages(storages[i].bytes);
        }
        std::vector<Bytes> live(static_cast<std::size_t>(schedule.steps()), sources);
        for (std::size_t i = 0; i < storages.size(); ++i) {
            const Bytes begin = pool.offsets[i], end = begin + BestFitPool::pages(storages[i].bytes);
            CHECK(begin % BestFitPool::page == 0);
            CHECK(end <= pool.bytes);
            CHECK((begin < sources) == is_argument(i));
            if (is_argument(i)) continue;
            for (Step step = storages[i].live.first; step < storages[i].live.last; ++step)
                live[step] += end - begin;
            for (std::size_t j = 0; j < i; ++j) {
                const LiveRange &a = storages[i].live, &b = storages[j].live;
                if (is_argument(j) || a.first >= b.last || b.first >= a.last) continue;
                CHECK((end <= pool.offsets[j] ||
                       pool.offsets[j] + BestFitPool::pages(storages[j].bytes) <= begin));
            }
        }
        CHECK(pool.bytes >= *std::ranges::max_element(live));
    }
}

TEST_CASE("memory mode: a pool takes the smallest gap that fits, and merges freed neighbours") {
    constexpr Bytes page = BestFitPool::page;
    BestFitPool pool(20 * page);
    for (const Bytes pages : {3, 1, 2, 1, 1, 1}) pool.allocate(pages * page);  // 0 3 4 6 7 8, free from 9
    pool.release(0, 3 * page);
    pool.release(4 * page, 2 * page);
    CHECK(pool.allocate(page) == 4 * page);
    CHECK(pool.allocate(page) == 5 * page);
    CHECK(pool.allocate(2 * page) == 0);
    pool.release(7 * page, page);
    pool.release(6 * page, page);
    pool.release(8 * page, page);
    CHECK(pool.allocate(14 * page) == 6 * page);
    CHECK(pool.allocate(page) == 2 * page);
    CHECK(pool.allocate(page) == -1);
    CHECK(BestFitPool::pages(0) == page);
    CHECK(BestFitPool::pages(page + 1) == 2 * page);
}

TEST_CASE("memory mode: a network counts as with a cache of lines, in the second iteration") {
    const Machine machine = load_machine("paper");
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Graph graph = support::random_graph(seed, 40);
        const Schedule schedule(graph);
        const Pool pool = pool_of(graph, schedule);
        for (const Bytes cache_bytes : {pool.bytes / 5, pool.bytes / 2 + 64, pool.bytes - 64}) {
            CAPTURE(cache_bytes);
            CacheOfLines cache(cache_bytes);
            CacheAccesses reads, writes;
            for (int iteration = 0; iteration < 2; ++iteration) {
                reads = writes = {};
                for (Step step = 0; step < schedule.steps(); ++step) {
                    const OpNode& node = graph.op(schedule.op(step));
                    std::vector<TensorId> inputs;
                    for (const TensorId id : node.inputs) {
                        if (std::ranges::find(inputs, id) == inputs.end()) inputs.push_back(id);
                    }
                    const auto access = [&](TensorId id, bool write) {
                        const auto storage = static_cast<std::size_t>(schedule.storage_of(id));
                        return cache.access(pool.offsets[storage], graph.tensor(id).bytes, write);
                    };
                    for (const TensorId id : inputs) reads += access(id, false);
                    for (const TensorId id : node.outputs) writes += access(id, true);
                }
            }
            const MemoryMode found = memory_mode(graph, schedule, machine, cache_bytes);
            CHECK(found.reads == reads);
            CHECK(found.writes == writes);
            CHECK(found.cache_bytes == cache_bytes);
            CHECK(found.pool_bytes == pool.bytes);
        }
    }
}

TEST_CASE("memory mode: a network that fits into the cache has hits alone, and its all-DRAM time") {
    const Machine machine = load_machine("paper");
    for (const char* name : {"paper_vgg19", "paper_densenet264"}) {
        CAPTURE(name);
        const Graph graph = network(name, 2);
        const Schedule schedule(graph);
        const Pool pool = pool_of(graph, schedule);
        const MemoryMode found = memory_mode(graph, schedule, machine, pool.bytes);
        CHECK(found.accesses().misses() == 0);
        CHECK(found.accesses().hits > pool.bytes);
        CHECK(found.accesses().share(found.accesses().hits) == 1);
        CHECK(found.seconds == doctest::Approx(all_dram_seconds(graph, schedule, machine)).epsilon(1e-12));
        const MemoryMode smaller = memory_mode(graph, schedule, machine, pool.bytes / 4);
        CHECK(smaller.accesses().all() == found.accesses().all());
        CHECK(smaller.accesses().dirty_misses > 0);
        CHECK(smaller.seconds > found.seconds);
    }
}

TEST_CASE("memory mode: a machine without it is refused in words that name its file's table") {
    const Graph graph = support::random_graph(1, 5);
    const Schedule schedule(graph);
    CHECK_THROWS_WITH_AS(memory_mode(graph, schedule, load_machine("cxl"), 1 << 20),
                         doctest::Contains("machine cxl has no memory mode"), DataError);
    CHECK_THROWS_AS(memory_mode(graph, schedule, load_machine("paper"), 0), UsageError);
}
