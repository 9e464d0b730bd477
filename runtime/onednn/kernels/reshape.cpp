#include <algorithm>
#include <cstring>

#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

// Row-major on both sides, so that the elements stay in order.
Kernel make_kernel(const framework::Reshape&, const Operands& in, const Types& out) {
    const auto bytes = static_cast<std::size_t>(out[0].bytes());
    return own_kernel({plain_layout(in[0].type)}, {plain_layout(out[0])}, [bytes](const Call& call) {
        if (call.out[0] != call.in[0]) std::memcpy(call.out[0], call.in[0], bytes);
    });
}

Kernel make_kernel(const framework::Fill& op, const Operands&, const Types& out) {
    return own_kernel({}, {plain_layout(out[0])},
                      [value = op.value, count = out[0].shape.elements()](const Call& call) {
                          std::fill_n(call.result(0), count, value);
                      });
}

}  // namespace runtime
