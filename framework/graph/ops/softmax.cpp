#include "framework/graph/ops/softmax.h"

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Softmax::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(in[0].shape.rank() == 2, name, ": x ", in[0].shape,
                        " must have two dimensions (N, C); flatten it first");
    return {{"y", in[0]}};
}

Tensors Softmax::gradient(const Forward& f) const {
    return apply(SoftmaxBackward{}, {f.out[0], f.d_out[0]}, f.name + ".dx");
}

Results SoftmaxBackward::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}};
}

}  // namespace framework
