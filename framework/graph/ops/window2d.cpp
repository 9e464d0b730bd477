#include "framework/graph/ops/window2d.h"

#include <algorithm>
#include <ostream>

#include "framework/base/error.h"

namespace framework {

Pair Window2d::slide(const Shape& x, Pair kernel, const std::string& op) const {
    require<ShapeError>(x.rank() == 4, op, ": x ", x, " must have four dimensions (N, C, H, W)");
    require<ShapeError>(std::min({stride.height, stride.width, dilation.height, dilation.width}) >= 1, op,
                        ": ", *this, ": stride and dilation must be at least 1");
    require<ShapeError>(std::min({padding.top, padding.left, padding.bottom, padding.right}) >= 0, op, ": ",
                        *this, ": padding must not be negative");
    const auto extent = [&](std::int64_t in, int k, int step, int spread, int before, int after) {
        const std::int64_t room = in + before + after - (spread * (k - 1) + 1);
        require<ShapeError>(room >= 0, op, ": a ", kernel, " window (", *this, ") is larger than x ", x,
                            " with its padding; use a larger image or more padding");
        return static_cast<int>(room / step + 1);
    };
    return {extent(x.height(), kernel.height, stride.height, dilation.height, padding.top, padding.bottom),
            extent(x.width(), kernel.width, stride.width, dilation.width, padding.left, padding.right)};
}

std::ostream& operator<<(std::ostream& out, Pair pair) {
    return out << pair.height << 'x' << pair.width;
}

std::ostream& operator<<(std::ostream& out, const Window2d& w) {
    return out << "stride=" << w.stride << " dilation=" << w.dilation << " padding=" << w.padding.top << ','
               << w.padding.left << ',' << w.padding.bottom << ',' << w.padding.right;
}

}  // namespace framework
