// Random numbers that depend on their keys alone: Random(seed, epoch, sample) draws the same anywhere, so
// that a resumed run sees the same data as an uninterrupted one.
#pragma once

#include <cstdint>

namespace runtime::data {

// Steele, Lea, Flood 2014: the finaliser of SplitMix64.
constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

class Random {
  public:
    template <class... Keys>
    explicit constexpr Random(Keys... keys) {
        ((state_ = mix(state_ + step + static_cast<std::uint64_t>(keys))), ...);
    }

    constexpr std::uint64_t next() { return mix(state_ += step); }

    // In [0, end), end > 0.
    constexpr std::uint32_t below(std::uint32_t end) {
        return static_cast<std::uint32_t>(((next() >> 32) * end) >> 32);
    }

    // In [0, 1).
    constexpr float unit() { return static_cast<float>(next() >> 40) * 0x1p-24f; }

    constexpr float between(float low, float high) { return low + (high - low) * unit(); }

    constexpr bool chance(float share) { return unit() < share; }

  private:
    static constexpr std::uint64_t step = 0x9e3779b97f4a7c15u;
    std::uint64_t state_ = 0;
};

}  // namespace runtime::data
