#include "runtime/host/mover.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <immintrin.h>
#include <omp.h>

#include "framework/base/error.h"

namespace runtime {

using framework::Bytes;

namespace {

constexpr Bytes chunk = Bytes{1} << 12;  // a page; threads copy whole pages

void stream(std::byte* to, const std::byte* from, Bytes bytes) {
    const Bytes whole = bytes / 16 * 16;
    for (Bytes at = 0; at < whole; at += 16) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(to + at),
                         _mm_load_si128(reinterpret_cast<const __m128i*>(from + at)));
    }
    std::memcpy(to + whole, from + whole, static_cast<std::size_t>(bytes - whole));
}

}  // namespace

void move_bytes(const Block& slow, framework::Tier towards, std::byte* to, const std::byte* from, Bytes bytes,
                int threads) {
    const Bytes chunks = (bytes + chunk - 1) / chunk;
    int failed = 0;
// Uses the whole team, because a team of another size would be created again; threads beyond `threads` do
// nothing.
#pragma omp parallel reduction(max : failed)
    {
        const int team = omp_get_num_threads(), used = threads > 0 ? std::min(threads, team) : team;
        const int own = omp_get_thread_num();
        if (own < used) {
            const Bytes begin = chunks * own / used * chunk;
            const Bytes length = std::min(chunks * (own + 1) / used * chunk, bytes) - begin;
            if (!slow.is_file()) {
                stream(to + begin, from + begin, length);
            } else if (towards == framework::Tier::slow) {
                failed = slow.store(to + begin - slow.data(), from + begin, length);
            } else {
                failed = slow.load(from + begin - slow.data(), to + begin, length);
            }
        }
        _mm_sfence();
    }
    framework::require<framework::OutOfTierMemory>(
        failed == 0, "the file of slow memory cannot be ",
        towards == framework::Tier::slow ? "written" : "read", " (",
        failed == EIO ? "it was cut from outside, or its disk failed" : std::strerror(failed),
        "); give --slow dir:PATH another folder");
}

}  // namespace runtime
