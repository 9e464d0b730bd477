// The loops of our own that gain from wide registers. They are compiled once for each kind of processor, and
// the processor that runs the program decides which variant is used. A variant gives the same bits wherever
// its operands lie in memory; two variants may differ by rounding.
#pragma once

#include <cstdint>
#include <span>

namespace runtime {

// What a loop over one group of channels visits: `count` floats of each sample; samples are `stride` floats
// apart. The channels of these floats repeat every 16, so coefficients and sums come as arrays of 16.
struct Runs {
    std::int64_t samples, stride, count;
};

struct SgdStep {
    float rate, momentum, weight_decay;
    bool nesterov;
};

// A result may be written over an operand.
struct Loops {
    const char* name;  // the level of x86-64 that the variant is for: "x86-64", "x86-64-v3", "x86-64-v4"

    // sum += Σ (x − pivot), square += Σ (x − pivot)²
    void (*moments)(const Runs& runs, const float* x, const float* pivot, double* sum, double* square);
    // y = a · x + b; with relu, max(y, 0)
    void (*normalize)(const Runs& runs, const float* x, const float* a, const float* b, bool relu, float* y);
    // sum += Σ d, product += Σ d · (x − centre), where d is dy; with relu, 0 unless a · x + b > 0
    void (*gradient_sums)(const Runs& runs, const float* x, const float* dy, const float* a, const float* b,
                          bool relu, const float* centre, double* sum, double* product);
    // dx = p · d + q · x + r, with d as above
    void (*gradient)(const Runs& runs, const float* x, const float* dy, const float* a, const float* b,
                     bool relu, const float* p, const float* q, const float* r, float* dx);

    // Updates parameters w and their velocities v by the gradients dw. v is null where momentum is 0. All
    // three addresses are multiples of 64.
    void (*sgd)(std::int64_t count, const SgdStep& step, const float* dw, float* w, float* v);
};

// The widest variant that this processor has the instructions for.
const Loops& loops();

// All variants that this processor has the instructions for, from the plain one to the widest.
std::span<const Loops* const> available_loops();

}  // namespace runtime
