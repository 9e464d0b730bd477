// Memory and threads: an allocation or a new thread is refused if it is the chosen one. Both count only while
// main() runs.
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>

#include "tests/faults/shim/fault.h"
#include "tests/faults/shim/interpose.h"

using namespace shim;

namespace {

std::atomic<bool> in_main{false};

bool excepted(void* const* frames, int count) {
    Dl_info about{};
    for (int i = 0; fault.except[0] && i < count; ++i)
        if (dladdr(frames[i], &about) && about.dli_fname && std::strstr(about.dli_fname, fault.except))
            return true;
    return false;
}

// The number of the place that asks for memory, if it asks for the first time; else 0.
long new_place() {
    static std::atomic<std::uint64_t> seen[1 << 16];
    constexpr int ours = 2, most = 32;
    void* frames[most];
    const int count =
        backtrace(frames, fault.depth < most - ours ? static_cast<int>(fault.depth) + ours : most);
    std::uint64_t place = 1;
    for (int i = ours; i < count; ++i)
        place = (place ^ reinterpret_cast<std::uintptr_t>(frames[i])) * 0x9E3779B97F4A7C15U;
    std::size_t slot = place >> 48;
    for (std::uint64_t found = 0; !seen[slot].compare_exchange_strong(found, place); found = 0) {
        if (found == place) return 0;
        slot = (slot + 1) % std::size(seen);
    }
    return excepted(frames + ours, count - ours) ? 0 : ++places;
}

// Whether this allocation is refused.
bool refused() {
    thread_local bool inside = false;
    if (!in_main || inside) return false;
    inside = true;
    const long n = ++counts[memory], counted_as = fault.depth > 0 ? new_place() : n;
    const bool refuse = fault.kind == memory && judge_call(memory, counted_as, "") == Verdict::fail;
    inside = false;
    return refuse;
}

int (*real_main)(int, char**, char**);
int watched_main(int argc, char** argv, char** environment) {
    in_main = true;
    const int code = real_main(argc, argv, environment);
    in_main = false;
    return code;
}

}  // namespace

INTERPOSE(int, pthread_create,
          (pthread_t * thread, const pthread_attr_t* about, void* (*work)(void*), void* with)) {
    const bool fails =
        in_main && fault.kind == threads && judge_call(threads, ++counts[threads], "") == Verdict::fail;
    return fails ? EAGAIN : REAL(pthread_create)(thread, about, work, with);
}

// The C library's own names: dlsym() would allocate.
extern "C" void* __libc_malloc(size_t);
extern "C" void* __libc_calloc(size_t, size_t);
extern "C" void* __libc_realloc(void*, size_t);
extern "C" void* __libc_memalign(size_t, size_t);
#define ALLOCATION(name, parameters, arguments)         \
    INTERPOSE(void*, name, parameters) {                \
        if (!refused()) return __libc_##name arguments; \
        errno = ENOMEM;                                 \
        return nullptr;                                 \
    }
ALLOCATION(malloc, (size_t size), (size))
ALLOCATION(calloc, (size_t count, size_t size), (count, size))
ALLOCATION(realloc, (void* known, size_t size), (known, size))
ALLOCATION(memalign, (size_t alignment, size_t size), (alignment, size))
INTERPOSE(void*, aligned_alloc, (size_t alignment, size_t size)) {
    return shim_memalign(alignment, size);
}
INTERPOSE(int, posix_memalign, (void** to, size_t alignment, size_t size)) {
    *to = shim_memalign(alignment, size);
    return *to ? 0 : ENOMEM;
}

using Main = int(int, char**, char**);
// NOLINTNEXTLINE(bugprone-reserved-identifier): the C library's own
extern "C" int __libc_start_main(Main*, int, char**, void (*)(), void (*)(), void (*)(), void*);
INTERPOSE(int, __libc_start_main,
          (Main * main, int argc, char** argv, void (*begin)(), void (*end)(), void (*unload)(),
           void* stack)) {
    real_main = main;
    return REAL(__libc_start_main)(watched_main, argc, argv, begin, end, unload, stack);
}
