#include "framework/graph/ops/reshape.h"

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Reshape::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(in[0].shape.elements() == to.elements(), name, ": ", in[0].shape, " has ",
                        in[0].shape.elements(), " elements, ", to, " has ", to.elements());
    return {{"y", {to, in[0].dtype}}};
}

Tensors Reshape::gradient(const Forward& f) const {
    return apply(Reshape{f.in[0].shape()}, {f.d_out[0]}, f.name + ".dx");
}

Results Reorder::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}};
}

}  // namespace framework
