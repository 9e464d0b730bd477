#include <algorithm>
#include <bit>

#include "runtime/onednn/kernels/kernels.h"
#include "runtime/training/random.h"

namespace runtime {

namespace {

constexpr std::int64_t chunk = 1 << 14;  // elements that a thread takes at a time

}  // namespace

// Draws 32 random bits for each element, because 8 bits would make probabilities coarse. The draw depends on
// where the element lies in the layout.
Kernel make_kernel(const framework::Dropout& op, const Operands& in, const Types&) {
    const Layout x = settled_or_plain(in[0]);
    Layout mask = x;
    mask.type.dtype = framework::DType::u8;
    const auto count = x.elements();
    const auto run = [op, count](const Call& call) {
        const float *source = call.floats(0), scale = 1.0F / (1.0F - op.probability);
        float* y = call.result(0);
        auto* kept = reinterpret_cast<std::uint8_t*>(call.out[1]);
        const Philox draw{call.iteration.seed};
        const auto stream = (static_cast<std::uint64_t>(call.iteration.number) << 24) ^ op.stream;
#pragma omp parallel for schedule(static)
        for (std::int64_t begin = 0; begin < count; begin += chunk) {
            for (std::int64_t i = begin; i < std::min(begin + chunk, count); i += 4) {
                const auto words = draw(static_cast<std::uint64_t>(i), stream);
                for (std::int64_t j = i; j < std::min(i + 4, count); ++j) {
                    kept[j] = uniform(words[j - i]) >= op.probability;
                    y[j] = kept[j] ? source[j] * scale : 0.0F;
                }
            }
        }
    };
    return own_kernel({x}, {x, mask}, run);
}

Kernel make_kernel(const framework::DropoutBackward& op, const Operands& in, const Types&) {
    Layout mask = in[1].layout, dy = mask;
    dy.type.dtype = framework::DType::f32;
    const auto count = dy.elements();
    const auto run = [op, count](const Call& call) {
        const float *d = call.floats(0), scale = 1.0F / (1.0F - op.probability);
        const auto* kept = reinterpret_cast<const std::uint8_t*>(call.in[1]);
        float* dx = call.result(0);
// Uses bit masks, because the compiler turns a choice between floats by a byte into a branch.
#pragma omp parallel for simd schedule(static)
        for (std::int64_t i = 0; i < count; ++i) {
            const std::uint32_t mask = -std::uint32_t{kept[i]};
            dx[i] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(d[i] * scale) & mask);
        }
    };
    return own_kernel({dy, mask}, {dy}, run);
}

}  // namespace runtime
