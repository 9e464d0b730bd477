#include "framework/graph/ops/concat.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Concat::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(!in.empty(), name, ": there is nothing to put side by side");
    std::int64_t channels = 0;
    for (const TensorType& x : in) {
        require<ShapeError>(x.shape.rank() >= 2 && x.shape.with(1, 1) == in[0].shape.with(1, 1), name, ": ",
                            in[0].shape, " and ", x.shape, " may differ in their channels alone");
        require_same_dtype(in[0], x, name);
        channels += x.shape.channels();
    }
    return {{"y", {in[0].shape.with(1, channels), in[0].dtype}}};
}

Tensors Concat::gradient(const Forward& f) const {
    Tensors d(f.in.size());
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < f.in.size(); ++i) {
        const std::int64_t end = begin + f.in[i].shape().channels();
        if (f.wanted[i]) d[i] = apply(Slice{begin, end}, {f.d_out[0]}, f.name + ".dx" + std::to_string(i))[0];
        begin = end;
    }
    return d;
}

Results Slice::infer(const Types& in, const std::string& name) const {
    const Shape& x = in[0].shape;
    require<ShapeError>(x.rank() >= 2 && 0 <= begin && begin < end && end <= x.channels(), name,
                        ": channels [", begin, ", ", end, ") are not in x ", x);
    return {{"y", {x.with(1, end - begin), in[0].dtype}}};
}

Tensors Slice::gradient(const Forward& f) const {
    return apply(SliceBackward{*this, f.in[0].shape()}, {f.d_out[0]}, f.name + ".dx");
}

void Slice::describe(std::ostream& out) const {
    out << "channels=[" << begin << ',' << end << ')';
}

Results SliceBackward::infer(const Types& in, const std::string&) const {
    return {{"y", {x, in[0].dtype}}};
}
void SliceBackward::describe(std::ostream& out) const {
    slice.describe(out);
}

}  // namespace framework
