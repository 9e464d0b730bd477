#include <Eigen/Core>

#include "runtime/onednn/kernels/loops/variant.h"

namespace runtime::AUTOTM_VARIANT {

using Values = Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>;
using ConstValues = Eigen::Map<const Eigen::ArrayXf, Eigen::Aligned64>;

void sgd(std::int64_t count, const SgdStep& step, const float* dw, float* w, float* v) {
    const ConstValues gradient(dw, count);
    Values parameters(w, count);
    if (!v) {
        parameters -= step.rate * (gradient + step.weight_decay * parameters);
        return;
    }
    Values velocity(v, count);
    velocity = step.momentum * velocity + (gradient + step.weight_decay * parameters);
    if (step.nesterov) {
        // computes g again from the gradient: as v − momentum · v_before it would need the old v
        parameters -= step.rate * (gradient + step.weight_decay * parameters + step.momentum * velocity);
    } else {
        parameters -= step.rate * velocity;
    }
}

}  // namespace runtime::AUTOTM_VARIANT
