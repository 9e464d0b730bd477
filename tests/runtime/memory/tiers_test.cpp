// The kinds of slow memory, and moves to and from them.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <omp.h>
#include <sys/mman.h>

#include "framework/base/error.h"
#include "runtime/host/mover.h"
#include "runtime/memory/allocator.h"
#include "runtime/memory/available_memory.h"
#include "runtime/memory/slow_memory.h"
#include "tests/support/temporary_folder.h"

using namespace framework;

TEST_CASE("moves: what is spilled comes back, at any size, with any number of threads, from every kind") {
    const TemporaryFolder folder;
    for (const std::string& where : {std::string("emulated"), "dir:" + folder.path().string()}) {
        const runtime::SlowMemory slow = runtime::open_slow_memory(where, 4 << 20);
        runtime::Block dram(4 << 20);
        for (const Bytes bytes : {1, 63, 64, 4096, 4097, 100000, 3 << 20}) {
            for (int threads = 0; threads <= omp_get_max_threads(); ++threads) {
                CAPTURE(where);
                CAPTURE(bytes);
                const auto size = static_cast<std::size_t>(bytes);
                std::vector<std::byte> sent(size);
                for (std::size_t i = 0; i < size; ++i) sent[i] = static_cast<std::byte>(i * 7 + size);
                std::memcpy(dram.data(), sent.data(), size);
                std::byte* there = slow.block.data() + 64;
                there[size] = std::byte{0x5A};
                runtime::move_bytes(slow.block, Tier::slow, there, dram.data(), bytes, threads);
                CHECK(std::memcmp(there, sent.data(), size) == 0);
                CHECK(there[size] == std::byte{0x5A});
                std::memset(dram.data(), 0, size);
                slow.block.write_back(64, bytes);
                slow.block.drop_copies(64, bytes);
                runtime::move_bytes(slow.block, Tier::dram, dram.data(), there, bytes, threads);
                CHECK(std::memcmp(dram.data(), sent.data(), size) == 0);
            }
        }
    }
}

TEST_CASE("slow memory: a file leaves no name behind, and its room is reserved at the start") {
    const TemporaryFolder folder;
    const runtime::SlowMemory slow = runtime::open_slow_memory("dir:" + folder.path().string(), 1 << 20);
    CHECK(slow.kind == (slow.dax ? "pmem" : "file"));
    CHECK(std::filesystem::is_empty(folder.path()));
    const Bytes room = runtime::available_slow("dir:" + folder.path().string());
    CHECK(room > 0);
    CHECK_THROWS_AS(runtime::open_slow_memory("dir:" + folder.path().string(), 2 * room), OutOfTierMemory);
}

TEST_CASE("slow memory: it is known by where it is, however it is named") {
    const TemporaryFolder folder;
    const auto of = [](const std::filesystem::path& path) { return "dir:" + path.string(); };
    const std::string here = runtime::identity_of_slow(of(folder.path()));
    CHECK(here == runtime::identity_of_slow(of(folder.path() / "." / "../" / folder.path().filename())));
    CHECK(here == runtime::identity_of_slow(""));
    CHECK(here.starts_with(runtime::open_slow_memory("", 4096).kind));
    CHECK(here != runtime::identity_of_slow(runtime::emulated_memory));
    CHECK(runtime::slow_takes_dram(runtime::emulated_memory));
    if (!runtime::slow_takes_dram("dir:/dev/shm")) return;  // no file system in memory there
    CHECK(here != runtime::identity_of_slow("dir:/dev/shm"));
    CHECK(runtime::available_slow("dir:/dev/shm") <= runtime::available_dram() + (Bytes{1} << 30));
}

TEST_CASE("slow memory: what is no place for it is said in a sentence") {
    CHECK_THROWS_WITH_AS(runtime::available_slow("cloud:1"),
                         doctest::Contains("write it as dir:PATH or numa:NODE"), UsageError);
    CHECK_THROWS_WITH_AS(runtime::open_slow_memory("dir:/no/such/folder", 4096),
                         doctest::Contains("/no/such/folder"), DataError);
    CHECK_THROWS_WITH_AS(runtime::open_slow_memory("numa:x", 4096), doctest::Contains("numa:1"), UsageError);
    // Node 0 has processors wherever it is known.
    if (std::filesystem::exists("/sys/devices/system/node/node0/cpulist"))
        CHECK_THROWS_WITH_AS(runtime::available_slow("numa:0"), doctest::Contains("its memory is DRAM"),
                             DataError);
    CHECK_THROWS_WITH_AS(runtime::open_slow_memory("numa:9999", 4096), doctest::Contains("no such NUMA node"),
                         DataError);
}

TEST_CASE("memory: there is some, and less than the system has in all") {
    CHECK(runtime::available_dram() > 0);
    CHECK_THROWS_AS(runtime::Block(Bytes{1} << 60), OutOfTierMemory);
}

TEST_CASE("memory: blocks of memkind and of our own mappings are zero, apart, aligned and given back alike") {
    constexpr Bytes size = (3 << 20) + 5;
    for (const runtime::Allocator* from : {runtime::memkind_allocator(), &runtime::own_allocator()}) {
        if (!from) continue;  // built without memkind
        CAPTURE(from->name);
        CHECK_THROWS_AS(runtime::Block(Bytes{1} << 60, *from), OutOfTierMemory);
        runtime::Block block(size, *from), other(size, *from);
        CHECK(reinterpret_cast<std::uintptr_t>(block.data()) % runtime::huge_page == 0);
        CHECK(std::all_of(block.data(), block.data() + size, [](std::byte b) { return b == std::byte{0}; }));
        std::memset(block.data(), 1, size);
        std::memset(other.data(), 2, size);
        CHECK(block.data()[size - 1] == std::byte{1});
        const std::byte* where = block.data();
        other = std::move(block);
        CHECK(other.data() == where);
        CHECK(other.data()[0] == std::byte{1});
    }
}

TEST_CASE("memory: a block out of a mapping lies in it, reserves its room first, and goes before it") {
    constexpr Bytes size = 3 << 20;
    for (const runtime::Allocator* from : {runtime::memkind_allocator(), &runtime::own_allocator()}) {
        if (!from) continue;
        CAPTURE(from->name);
        const Bytes taken = from->needed(size);
        REQUIRE(taken >= size);
        void* address = mmap(nullptr, static_cast<std::size_t>(taken), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        REQUIRE(address != MAP_FAILED);
        std::vector<std::pair<Bytes, Bytes>> reserved;  // begin and end
        bool released = false;
        auto mapping = std::make_unique<runtime::Mapping>();
        mapping->address = static_cast<std::byte*>(address);
        mapping->bytes = taken;
        mapping->reserve = [&](Bytes offset, Bytes bytes) { reserved.emplace_back(offset, offset + bytes); };
        mapping->release = [&] { released = munmap(address, static_cast<std::size_t>(taken)) == 0; };
        {
            const runtime::Block block(std::move(mapping), size, *from);
            const Bytes begin = block.data() - static_cast<std::byte*>(address);
            CHECK(begin % 4096 == 0);
            CHECK(begin + size <= taken);
            CHECK(std::ranges::any_of(reserved, [&](const auto& range) {
                return range.first <= begin && begin + size <= range.second;
            }));
            CHECK(std::all_of(block.data(), block.data() + size,
                              [](std::byte b) { return b == std::byte{0}; }));
            CHECK_FALSE(released);
        }
        CHECK(released);
    }
}
