// Philox4x32-10 (Salmon et al. 2011): random words from a counter and a key, so that any part of a stream can
// be drawn at any time, by any thread.
#pragma once

#include <array>
#include <cstdint>

namespace runtime {

struct Philox {
    std::uint64_t key;

    std::array<std::uint32_t, 4> operator()(std::uint64_t low, std::uint64_t high) const {
        std::array<std::uint32_t, 4> c{static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low >> 32),
                                       static_cast<std::uint32_t>(high),
                                       static_cast<std::uint32_t>(high >> 32)};
        auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
        for (int round = 0; round < 10; ++round) {
            const std::uint64_t a = std::uint64_t{0xD2511F53} * c[0], b = std::uint64_t{0xCD9E8D57} * c[2];
            c = {static_cast<std::uint32_t>(b >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(b),
                 static_cast<std::uint32_t>(a >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(a)};
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return c;
    }
};

// A number in (0, 1), from the upper 24 bits of `word`.
inline float uniform(std::uint32_t word) {
    return (static_cast<float>(word >> 8) + 0.5F) * 0x1p-24F;
}

}  // namespace runtime
