// Counts what the training loop allocates. This program's malloc, operator new and their kin come before the
// C library's; while `counting`, each call is put down to the library that made it.
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <new>
#include <string>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <malloc.h>

#include "framework/passes/fuse.h"
#include "models/models.h"
#include "tests/support/run_graph.h"
#include "tests/support/small_networks.h"

// NOLINTBEGIN(bugprone-reserved-identifier): functions of the C library
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

std::atomic<bool> counting = false;
std::atomic<std::size_t> calls = 0;
std::array<void*, 1 << 16> callers;

void count(void* caller) {
    if (!counting.load(std::memory_order_relaxed)) return;
    const std::size_t slot = calls++;
    if (slot < callers.size()) callers[slot] = caller;
}

void* checked(void* memory) {
    if (!memory) throw std::bad_alloc();
    return memory;
}

}  // namespace

#define CALLER __builtin_return_address(0)

extern "C" {
void* malloc(std::size_t bytes) noexcept {
    count(CALLER);
    return __libc_malloc(bytes);
}
void* calloc(std::size_t items, std::size_t bytes) noexcept {
    count(CALLER);
    return __libc_calloc(items, bytes);
}
void* realloc(void* memory, std::size_t bytes) noexcept {
    count(CALLER);
    return __libc_realloc(memory, bytes);
}
void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
    count(CALLER);
    return __libc_memalign(alignment, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
    count(CALLER);
    return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
    count(CALLER);
    *memory = __libc_memalign(alignment, bytes);
    return *memory ? 0 : ENOMEM;
}
}

void* operator new(std::size_t bytes) {
    count(CALLER);
    return checked(__libc_malloc(bytes));
}
void* operator new[](std::size_t bytes) {
    count(CALLER);
    return checked(__libc_malloc(bytes));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    count(CALLER);
    return checked(__libc_memalign(static_cast<std::size_t>(alignment), bytes));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
    count(CALLER);
    return checked(__libc_memalign(static_cast<std::size_t>(alignment), bytes));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace {

// Calls made while `body` ran, by the file name of the library that made them.
template <class Body>
std::map<std::string, int> allocations(const Body& body) {
    calls = 0;
    counting = true;
    body();
    counting = false;
    REQUIRE(calls <= callers.size());
    std::map<std::string, int> by_library;
    for (std::size_t i = 0; i < calls; ++i) {
        Dl_info info{};
        const bool found = dladdr(callers[i], &info) != 0;
        const std::string path = found ? info.dli_fname : "unknown";
        ++by_library[path.substr(path.rfind('/') + 1)];
    }
    return by_library;
}

// oneDNN and OpenMP keep books of their own for each call of a primitive and each team of threads; the rest
// is ours.
bool is_theirs(const std::string& library) {
    return library.starts_with("libdnnl") || library.starts_with("libgomp");
}

void check_loop(const framework::Graph& graph) {
    support::GraphRun warm(graph);
    support::train(warm, 2, 0.01F);  // what is made on first use is made
    runtime::Executor executor(warm.program());
    const framework::TensorId labels = warm.program().graph().find("labels");
    const auto classes = support::labels(warm.program().graph().tensor(labels).type.shape[0], 10, 1);
    constexpr int iterations = 3;
    std::map<std::string, int> found;
    for (int i = 0; i < iterations; ++i) {
        warm.set("labels", classes);
        for (const auto& [library, number] : allocations([&] { executor.run({.number = i, .seed = 1}); })) {
            found[library] += number;
        }
    }
    const int steps = warm.program().schedule().steps();
    int ours = 0;
    for (const auto& [library, number] : found) {
        MESSAGE(library, ": ", number / iterations, " allocations an iteration of ", steps, " kernels");
        if (!is_theirs(library)) ours += number;
    }
    CHECK(ours == 0);
}

}  // namespace

TEST_CASE("allocations: the count sees malloc and operator new, and who called") {
    const auto found = allocations([] {
        delete new std::string(100, 'x');
        std::free(std::malloc(1));  // NOLINT
    });
    int total = 0;
    for (const auto& [library, number] : found) total += number;
    CHECK(total >= 2);
    CHECK(found.count("allocations_test") == 1);
    CHECK(allocations([] {}).empty());
}

TEST_CASE("allocations: an iteration of training allocates nothing of its own") {
    const models::ModelOptions options{.batch = 2, .image_size = 32, .classes = 10};
    check_loop(framework::fuse(models::training("resnet18", options)));
    check_loop(framework::fuse(models::training(support::patchwork, options)));
    check_loop(models::training(support::patchwork, options));
}
