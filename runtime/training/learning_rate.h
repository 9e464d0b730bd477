// The learning rate of each iteration.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

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

    // Of a run of `total` iterations.
    static std::int64_t default_warmup(std::int64_t total) { return total / 20; }
    static std::int64_t default_every(std::int64_t total) { return std::max<std::int64_t>(1, total / 3); }
};

const char* name(LearningRate::Shape shape);  // "cosine"
// Throws UsageError for a word that is no shape's name.
LearningRate::Shape parse_shape(const std::string& word);

}  // namespace runtime
