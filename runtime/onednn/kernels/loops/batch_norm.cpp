#include "runtime/onednn/kernels/loops/variant.h"

namespace runtime::AUTOTM_VARIANT {

namespace {

#if defined(__AVX512F__)
constexpr std::int64_t width = 16;
#elif defined(__AVX__)
constexpr std::int64_t width = 8;
#else
constexpr std::int64_t width = 4;
#endif
constexpr int parts = 16 / width;  // registers that hold 16 lanes
constexpr int chains = 4;  // registers that a sum is spread over, because an addition takes some cycles

// Uses the compiler's vector types: how it compiles plain loops depends on the processor, and some of these
// loops would keep a branch for each float.
using Vector __attribute__((vector_size(4 * width))) = float;
using Unaligned __attribute__((vector_size(4 * width), aligned(4), may_alias)) = float;

inline std::int64_t least(std::int64_t a, std::int64_t b) {
    return a < b ? a : b;
}

inline Vector load(const float* from) {
    return *reinterpret_cast<const Unaligned*>(from);
}

inline void store(float* to, const Vector& value) {
    *reinterpret_cast<Unaligned*>(to) = value;
}

// The same for the first `count` floats of a vector.
inline Vector load(const float* from, std::int64_t count) {
    Vector value{};
    for (std::int64_t i = 0; i < count; ++i) value[i] = from[i];
    return value;
}

inline void store(float* to, const Vector& value, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) to[i] = value[i];
}

inline void add_to(double* sum, const Vector& value, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) sum[i] += static_cast<double>(value[i]);
}

inline Vector where_positive(const Vector& condition, const Vector& value) {
    return condition > Vector{} ? value : Vector{};
}

struct Lanes {
    Vector part[parts];
    explicit Lanes(const float* from) {
        for (int k = 0; k < parts; ++k) part[k] = load(from + k * width);
    }
};

// Sets y = value(x, k), where the operands x lie in part k of the 16 lanes. The last floats of a run take the
// same instructions as all others, so that they are rounded alike. `value` holds its coefficients by value:
// behind a reference they would be loaded again after every store.
template <int operands, class Value>
inline void map(std::int64_t count, const float* const (&in)[operands], float* y, const Value& value) {
    Vector x[operands];
    std::int64_t at = 0;
    for (; at + 16 <= count; at += 16) {
#pragma GCC unroll 4
        for (int k = 0; k < parts; ++k) {
            for (int i = 0; i < operands; ++i) x[i] = load(in[i] + at + k * width);
            store(y + at + k * width, value(x, k));
        }
    }
    for (int k = 0; at < count; ++k, at += width) {
        const std::int64_t rest = least(width, count - at);
        for (int i = 0; i < operands; ++i) x[i] = load(in[i] + at, rest);
        store(y + at, value(x, k), rest);
    }
}

// add(x, k, f, g) adds what the operands x give to two sums; x lies in part k of the 16 lanes. A sum is in
// single precision within a piece of a run.
template <int operands, class Add>
inline void sum_up(std::int64_t count, const float* const (&in)[operands], double* f, double* g,
                   const Add& add) {
    constexpr std::int64_t piece = 1 << 14, step = chains * width;
    Vector x[operands];
    for (std::int64_t at = 0; at < count;) {
        const std::int64_t end = least(at + piece, count);
        Vector fs[chains] = {}, gs[chains] = {};
        for (; at + step <= end; at += step) {
#pragma GCC unroll 4
            for (int k = 0; k < chains; ++k) {
                for (int i = 0; i < operands; ++i) x[i] = load(in[i] + at + k * width);
                add(x, k % parts, fs[k], gs[k]);
            }
        }
#pragma GCC unroll 4
        for (int k = chains - 1; k >= parts; --k) {
            fs[k - parts] += fs[k];
            gs[k - parts] += gs[k];
        }
#pragma GCC unroll 4
        for (int k = 0; k < parts; ++k) {
            add_to(f + k * width, fs[k], width);
            add_to(g + k * width, gs[k], width);
        }
        for (int k = 0; at < end; k = (k + 1) % parts) {
            const std::int64_t rest = least(width, end - at);
            Vector f_rest{}, g_rest{};
            for (int i = 0; i < operands; ++i) x[i] = load(in[i] + at, rest);
            add(x, k, f_rest, g_rest);
            add_to(f + k * width, f_rest, rest);
            add_to(g + k * width, g_rest, rest);
            at += rest;
        }
    }
}

template <bool relu>
void normalize(const Runs& runs, const float* x, const Lanes& a, const Lanes& b, float* y) {
    for (std::int64_t n = 0; n < runs.samples; ++n) {
        const std::int64_t at = n * runs.stride;
        map<1>(runs.count, {x + at}, y + at, [a, b](const Vector(&in)[1], int k) {
            const Vector value = a.part[k] * in[0] + b.part[k];
            return relu ? where_positive(value, value) : value;
        });
    }
}

// The part of dy that passes the ReLU; all of dy without a ReLU. The two operands are x and dy.
template <bool relu>
inline Vector passed(const Vector (&in)[2], const Lanes& a, const Lanes& b, int k) {
    return relu ? where_positive(a.part[k] * in[0] + b.part[k], in[1]) : in[1];
}

template <bool relu>
void gradient_sums(const Runs& runs, const float* x, const float* dy, const Lanes& a, const Lanes& b,
                   const Lanes& centre, double* sum, double* product) {
    for (std::int64_t n = 0; n < runs.samples; ++n) {
        const std::int64_t at = n * runs.stride;
        sum_up<2>(runs.count, {x + at, dy + at}, sum, product,
                  [a, b, centre](const Vector(&in)[2], int k, Vector& f, Vector& g) {
                      const Vector d = passed<relu>(in, a, b, k);
                      f += d;
                      g += d * (in[0] - centre.part[k]);
                  });
    }
}

template <bool relu>
void gradient(const Runs& runs, const float* x, const float* dy, const Lanes& a, const Lanes& b,
              const Lanes& p, const Lanes& q, const Lanes& r, float* dx) {
    for (std::int64_t n = 0; n < runs.samples; ++n) {
        const std::int64_t at = n * runs.stride;
        map<2>(runs.count, {x + at, dy + at}, dx + at, [a, b, p, q, r](const Vector(&in)[2], int k) {
            return p.part[k] * passed<relu>(in, a, b, k) + (q.part[k] * in[0] + r.part[k]);
        });
    }
}

}  // namespace

void moments(const Runs& runs, const float* x, const float* pivot, double* sum, double* square) {
    const Lanes pivots(pivot);
    for (std::int64_t n = 0; n < runs.samples; ++n) {
        sum_up<1>(runs.count, {x + n * runs.stride}, sum, square,
                  [&](const Vector(&in)[1], int k, Vector& f, Vector& g) {
                      const Vector d = in[0] - pivots.part[k];
                      f += d;
                      g += d * d;
                  });
    }
}

void normalize(const Runs& runs, const float* x, const float* a, const float* b, bool relu, float* y) {
    (relu ? normalize<true> : normalize<false>)(runs, x, Lanes(a), Lanes(b), y);
}

void gradient_sums(const Runs& runs, const float* x, const float* dy, const float* a, const float* b,
                   bool relu, const float* centre, double* sum, double* product) {
    (relu ? gradient_sums<true> : gradient_sums<false>)(runs, x, dy, Lanes(a), Lanes(b), Lanes(centre), sum,
                                                        product);
}

void gradient(const Runs& runs, const float* x, const float* dy, const float* a, const float* b, bool relu,
              const float* p, const float* q, const float* r, float* dx) {
    (relu ? gradient<true> : gradient<false>)(runs, x, dy, Lanes(a), Lanes(b), Lanes(p), Lanes(q), Lanes(r),
                                              dx);
}

}  // namespace runtime::AUTOTM_VARIANT
