#include "framework/graph/ops/lrn.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Lrn::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(in[0].shape.rank() == 4, name, ": x ", in[0].shape, " must have four dimensions");
    require<ShapeError>(size >= 1 && size % 2 == 1, name, ": a window of ", size,
                        " channels has no centre; it must be odd");
    return {{"y", in[0]}, {"workspace", in[0]}};
}

Tensors Lrn::gradient(const Forward& f) const {
    return apply(LrnBackward{*this}, {f.in[0], f.d_out[0], f.out[1]}, f.name + ".dx");
}

void Lrn::describe(std::ostream& out) const {
    out << "size=" << size << " alpha=" << alpha << " beta=" << beta << " k=" << k;
}

Results LrnBackward::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}};
}
void LrnBackward::describe(std::ostream& out) const {
    forward.describe(out);
}

}  // namespace framework
