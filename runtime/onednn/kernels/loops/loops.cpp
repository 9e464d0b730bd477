#include "runtime/onednn/kernels/loops/loops.h"

namespace runtime {

// The tables of the variants: see variant.h.
namespace x86_64 {
extern const Loops table;
}
namespace x86_64_v3 {
extern const Loops table;
}
namespace x86_64_v4 {
extern const Loops table;
}

namespace {

constexpr const Loops* all[] = {&x86_64::table, &x86_64_v3::table, &x86_64_v4::table};

// How many of `all` can run. The features are those of the flags in meson.build; the compiler's function also
// asks whether the system saves the wide registers.
std::size_t count_available() {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
    return avx512 ? 3 : 2;
}

}  // namespace

std::span<const Loops* const> available_loops() {
    static const std::size_t count = count_available();
    return {all, count};
}

const Loops& loops() {
    return *available_loops().back();
}

}  // namespace runtime
