#include "framework/graph/ops/dropout.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Dropout::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(probability >= 0 && probability < 1, name, ": cannot drop with probability ",
                        probability, "; it must be in [0, 1)");
    return {{"y", in[0]}, {"mask", {in[0].shape, DType::u8}}};
}

Tensors Dropout::gradient(const Forward& f) const {
    return apply(DropoutBackward{probability}, {f.d_out[0], f.out[1]}, f.name + ".dx");
}

void Dropout::describe(std::ostream& out) const {
    out << "probability=" << probability;
}

Results DropoutBackward::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}};
}
void DropoutBackward::describe(std::ostream& out) const {
    out << "probability=" << probability;
}

}  // namespace framework
