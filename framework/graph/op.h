// Op: a variant of every op, and the functions that work on any op.
#pragma once

#include <string>
#include <variant>

#include "framework/graph/ops/arithmetic.h"
#include "framework/graph/ops/batch_norm.h"
#include "framework/graph/ops/concat.h"
#include "framework/graph/ops/conv2d.h"
#include "framework/graph/ops/cross_entropy.h"
#include "framework/graph/ops/dropout.h"
#include "framework/graph/ops/eltwise.h"
#include "framework/graph/ops/linear.h"
#include "framework/graph/ops/lrn.h"
#include "framework/graph/ops/pool2d.h"
#include "framework/graph/ops/reshape.h"
#include "framework/graph/ops/sgd.h"
#include "framework/graph/ops/softmax.h"
#include "framework/graph/ops/sources.h"

namespace framework {

using Op = std::variant<Input, Parameter, State, Fill,                      //
                        Conv2d, Conv2dBackwardData, Conv2dBackwardWeights,  //
                        Linear, LinearBackwardData, LinearBackwardWeights,  //
                        BatchNorm, BatchNormBackward, BatchNormInference,   //
                        Eltwise, EltwiseBackward,                           //
                        Pool2d, Pool2dBackward,                             //
                        AdaptiveAvgPool2d, AdaptiveAvgPool2dBackward,       //
                        Lrn, LrnBackward, Dropout, DropoutBackward,         //
                        Add, Multiply, Concat, Slice, SliceBackward,        //
                        Reshape, Reorder, Softmax, SoftmaxBackward,         //
                        CrossEntropy, CrossEntropyBackward,                 //
                        NegativeLogLikelihood, NegativeLogLikelihoodBackward, Sgd>;

const char* kind_of(const Op& op);     // "conv2d"
std::string attributes(const Op& op);  // "stride=1x1 dilation=1x1 padding=1,1,1,1 groups=1 bias"
bool is_source(const Op& op);          // Input, Parameter, State: their tensors exist before step 0

// Shapes of the results; throws ShapeError, its text beginning with `name`.
Results infer(const Op& op, const Types& in, const std::string& name);

// Adds the backward ops of `op` to the graph of its operands. Throws ShapeError for an op that has none.
Tensors gradient(const Op& op, const Forward& forward);

// Multiply-adds of one run. By the convention of the field, only convolutions and fully connected layers have
// any.
std::int64_t multiply_adds(const Op& op, const Types& in, const Types& out);

}  // namespace framework
