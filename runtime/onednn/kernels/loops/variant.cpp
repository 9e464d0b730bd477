#include "runtime/onednn/kernels/loops/variant.h"

namespace runtime::AUTOTM_VARIANT {

const Loops table{.name = AUTOTM_VARIANT_NAME,
                  .moments = moments,
                  .normalize = normalize,
                  .gradient_sums = gradient_sums,
                  .gradient = gradient,
                  .sgd = sgd};

}  // namespace runtime::AUTOTM_VARIANT
