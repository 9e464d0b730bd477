// The learning rate of each iteration.
#pragma once

#include <cstdint>

namespace runtime {

// Rises linearly from 0 over `warmup` iterations (Goyal et al. 2017), then follows `shape` to iteration
// `total`.
struct LearningRate {
    enum Shape {
        constant,
        step,    // times `factor` after every `every` iterations
        cosine,  // half a cosine from `base` to 0 (Loshchilov and Hutter 2017)
    } shape = constant;
    float base = 0.1F;
    std::int64_t warmup = 0, total = 0, every = 0;
    float factor = 0.1F;

    float at(std::int64_t iteration) const;
};

}  // namespace runtime
