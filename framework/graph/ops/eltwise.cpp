#include "framework/graph/ops/eltwise.h"

#include <array>
#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

const char* name_of(Function function) {
    return std::array{"relu", "sigmoid", "log", "at_least"}[static_cast<std::size_t>(function)];
}

Results Eltwise::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(function != Function::relu || alpha >= 0, name, ": a slope of ", alpha,
                        " makes the function fold back on itself; it must not be negative");
    return {{"y", in[0]}};
}

Tensors Eltwise::gradient(const Forward& f) const {
    return apply(EltwiseBackward{*this}, {f.d_out[0], reads_result() ? f.out[0] : f.in[0]}, f.name + ".dx");
}

void Eltwise::describe(std::ostream& out) const {
    out << name_of(function) << " alpha=" << alpha;
}

Results EltwiseBackward::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}};
}
void EltwiseBackward::describe(std::ostream& out) const {
    forward.describe(out);
}

}  // namespace framework
