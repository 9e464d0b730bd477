#include "runtime/mover.h"

#include <algorithm>
#include <cstring>

#include <immintrin.h>

namespace runtime {

using framework::Bytes;

namespace {

constexpr Bytes chunk = Bytes{1} << 18;  // a thread's share at a time

void stream(std::byte* to, const std::byte* from, Bytes bytes) {
    const Bytes whole = bytes / 16 * 16;
    for (Bytes at = 0; at < whole; at += 16) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(to + at),
                         _mm_load_si128(reinterpret_cast<const __m128i*>(from + at)));
    }
    std::memcpy(to + whole, from + whole, static_cast<std::size_t>(bytes - whole));
}

}  // namespace

void stream_copy(std::byte* to, const std::byte* from, Bytes bytes) {
    const Bytes chunks = (bytes + chunk - 1) / chunk;
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (Bytes c = 0; c < chunks; ++c)
            stream(to + c * chunk, from + c * chunk, std::min(chunk, bytes - c * chunk));
        _mm_sfence();
    }
}

}  // namespace runtime
