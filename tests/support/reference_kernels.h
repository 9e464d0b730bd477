// A reference for every op: plain loops over row-major arrays that sum in double. They are slow, and follow
// the op's comment in framework/graph/ops/. Operands and results are those of the op, slot by slot. Results
// that only the op's own backward pass understands (which element was the maximum, a workspace) are left out.
#pragma once

#include "framework/graph/op.h"
#include "tests/support/array.h"

namespace support {

Arrays reference(const framework::Conv2d& op, const Arrays& in);
Arrays reference(const framework::Conv2dBackwardData& op, const Arrays& in);
Arrays reference(const framework::Conv2dBackwardWeights& op, const Arrays& in);
Arrays reference(const framework::Linear& op, const Arrays& in);
Arrays reference(const framework::LinearBackwardData& op, const Arrays& in);
Arrays reference(const framework::LinearBackwardWeights& op, const Arrays& in);

Arrays reference(const framework::Pool2d& op, const Arrays& in);
// The gradient of a maximum goes to the first of the largest elements. Operands: dy, x.
Arrays reference(const framework::Pool2dBackward& op, const Arrays& dy_and_x);
Arrays reference(const framework::AdaptiveAvgPool2d& op, const Arrays& in);
Arrays reference(const framework::AdaptiveAvgPool2dBackward& op, const Arrays& in);

Arrays reference(const framework::BatchNorm& op, const Arrays& in);
Arrays reference(const framework::BatchNormBackward& op, const Arrays& in);
Arrays reference(const framework::BatchNormInference& op, const Arrays& in);
Arrays reference(const framework::Lrn& op, const Arrays& in);
Arrays reference(const framework::LrnBackward& op, const Arrays& x_and_dy);

Arrays reference(const framework::Eltwise& op, const Arrays& in);
Arrays reference(const framework::EltwiseBackward& op, const Arrays& in);
Arrays reference(const framework::Add& op, const Arrays& in);
Arrays reference(const framework::Multiply& op, const Arrays& in);
Arrays reference(const framework::DropoutBackward& op, const Arrays& in);
Arrays reference(const framework::Concat& op, const Arrays& in);
Arrays reference(const framework::Slice& op, const Arrays& in);
Arrays reference(const framework::SliceBackward& op, const Arrays& in);
Arrays reference(const framework::Reshape& op, const Arrays& in);

Arrays reference(const framework::Softmax& op, const Arrays& in);
Arrays reference(const framework::SoftmaxBackward& op, const Arrays& in);
Arrays reference(const framework::CrossEntropy& op, const Arrays& in);
Arrays reference(const framework::CrossEntropyBackward& op, const Arrays& in);
Arrays reference(const framework::NegativeLogLikelihood& op, const Arrays& in);
Arrays reference(const framework::NegativeLogLikelihoodBackward& op, const Arrays& in);
Arrays reference(const framework::Sgd& op, const Arrays& in, float rate);

}  // namespace support
