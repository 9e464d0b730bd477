#include "runtime/mover.h"

#include <algorithm>
#include <cstring>

#include <immintrin.h>
#include <omp.h>

namespace runtime {

using framework::Bytes;

namespace {

constexpr Bytes chunk = Bytes{1} << 12;  // threads share out whole pages

void stream(std::byte* to, const std::byte* from, Bytes bytes) {
    const Bytes whole = bytes / 16 * 16;
    for (Bytes at = 0; at < whole; at += 16) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(to + at),
                         _mm_load_si128(reinterpret_cast<const __m128i*>(from + at)));
    }
    std::memcpy(to + whole, from + whole, static_cast<std::size_t>(bytes - whole));
}

}  // namespace

void stream_copy(std::byte* to, const std::byte* from, Bytes bytes, int threads) {
    const Bytes chunks = (bytes + chunk - 1) / chunk;
// The whole team comes, since one of another size would be made anew; those beyond `threads` have nothing to do.
#pragma omp parallel
    {
        const int team = omp_get_num_threads(), used = threads > 0 ? std::min(threads, team) : team;
        const int own = omp_get_thread_num();
        if (own < used) {
            const Bytes first = chunks * own / used, last = chunks * (own + 1) / used;
            const Bytes begin = first * chunk, end = std::min(last * chunk, bytes);
            stream(to + begin, from + begin, end - begin);
        }
        _mm_sfence();
    }
}

}  // namespace runtime
