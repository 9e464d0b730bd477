// The language models are written in: functions from tensor to tensor, chained with | and +.
//
//     auto y = x | conv(64, {.kernel = 3, .padding = 1}) | batch_norm | relu;
//
// A layer that learns adds its parameters to the graph of its operand, named after the current scope.
#pragma once

#include <concepts>
#include <vector>

#include "framework/graph/graph.h"

namespace framework {

template <class Layer>
requires std::invocable<const Layer&, Tensor> Tensor operator|(Tensor x, const Layer& layer) {
    return layer(x);
}

Tensor input(Graph& graph, const std::string& name, TensorType type);

// Has the graph keep x under this name, so that it can be read after an iteration. Returns x.
Tensor keep(Tensor x, const std::string& name);

struct ConvOptions {
    Pair kernel = 1, stride = 1;
    Padding padding = 0;
    Pair dilation = 1;
    int groups = 1;
    bool bias = false;
};
struct ConvLayer {  // weights ~ N(0, 2 / fan_out) (He et al. 2015), biases 0
    int channels;
    ConvOptions options;
    Tensor operator()(Tensor x) const;
};
inline ConvLayer conv(int channels, ConvOptions options = {}) {
    return {channels, options};
}

struct LinearLayer {  // weights ~ U(±1/√fan_in), biases 0; flattens what it reads
    int features;
    bool bias;
    Tensor operator()(Tensor x) const;
};
inline LinearLayer linear(int features, bool bias = true) {
    return {features, bias};
}

struct BatchNormOptions {
    float epsilon = 1e-5F, momentum = 0.1F;
};
struct BatchNormLayer {  // scale 1, shift 0; uses the running statistics in a graph made for inference
    BatchNormOptions options;
    Tensor operator()(Tensor x) const;
    constexpr BatchNormLayer operator()(BatchNormOptions other) const { return {other}; }
};
inline constexpr BatchNormLayer batch_norm{};

struct EltwiseLayer {
    Eltwise op;
    Tensor operator()(Tensor x) const;
};
inline constexpr EltwiseLayer relu{{Function::relu, 0}};
inline constexpr EltwiseLayer sigmoid{{Function::sigmoid, 0}};
inline constexpr EltwiseLayer natural_log{{Function::log, 0}};  // `log` would clash with <cmath>
constexpr EltwiseLayer leaky_relu(float slope) {
    return {{Function::relu, slope}};
}
constexpr EltwiseLayer at_least(float bound) {
    return {{Function::at_least, bound}};
}

struct PoolOptions {
    Pair kernel = 2, stride = 2;
    Padding padding = 0;
    bool count_padding = false;
};
struct PoolLayer {
    Pool2d::Rule rule;
    PoolOptions options;
    Tensor operator()(Tensor x) const;
};
inline PoolLayer max_pool(PoolOptions options = {}) {
    return {Pool2d::maximum, options};
}
inline PoolLayer avg_pool(PoolOptions options = {}) {
    return {Pool2d::average, options};
}

struct AdaptiveAvgPoolLayer {
    Pair out;
    Tensor operator()(Tensor x) const;
};
inline AdaptiveAvgPoolLayer adaptive_avg_pool(Pair out) {
    return {out};
}
inline constexpr AdaptiveAvgPoolLayer global_avg_pool{1};

struct DropoutLayer {  // does nothing in a graph made for inference
    float probability;
    Tensor operator()(Tensor x) const;
};
constexpr DropoutLayer dropout(float probability) {
    return {probability};
}

struct LrnLayer {
    Lrn op;
    Tensor operator()(Tensor x) const;
};
inline LrnLayer local_response_norm(Lrn op = {}) {
    return {op};
}

struct FlattenLayer {  // (N, C, H, W) to (N, C·H·W)
    Tensor operator()(Tensor x) const;
};
inline constexpr FlattenLayer flatten{};

struct SoftmaxLayer {
    Tensor operator()(Tensor x) const;
};
inline constexpr SoftmaxLayer softmax{};

struct SliceLayer {
    std::int64_t begin, end;
    Tensor operator()(Tensor x) const;
};
inline SliceLayer slice(std::int64_t begin, std::int64_t end) {
    return {begin, end};
}

Tensor concat(const Tensors& parts);  // along the channels
Tensor operator+(Tensor a, Tensor b);
Tensor operator*(Tensor a, Tensor b);

Tensor cross_entropy(Tensor logits, Tensor labels, float smoothing = 0);  // the mean over the batch
Tensor negative_log_likelihood(Tensor probabilities, Tensor labels);

}  // namespace framework
