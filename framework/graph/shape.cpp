#include "framework/graph/shape.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <ostream>
#include <string>

#include "framework/base/error.h"

namespace framework {

namespace {

// With this limit, bytes and multiply-adds of a whole network stay far from the largest integer.
constexpr std::int64_t most_elements = 10'000'000'000'000;

void check(const Shape& shape) {
    std::int64_t room = most_elements;  // the most that the product of the remaining extents may be
    for (const std::int64_t extent : shape) {
        require<ShapeError>(extent > 0, "shape ", shape,
                            " has an extent below 1; every extent must be positive");
        require<ShapeError>(extent <= room, "shape ", shape,
                            " has more than 1e13 elements; use a smaller batch or a smaller image");
        room /= extent;
    }
}

}  // namespace

Shape::Shape(std::initializer_list<std::int64_t> extents)
    : Shape(std::span(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const std::int64_t> extents) : rank_(static_cast<int>(extents.size())) {
    require<ShapeError>(extents.size() <= max_rank, "a shape has at most ", max_rank, " dimensions, not ",
                        extents.size());
    std::copy(extents.begin(), extents.end(), extents_.begin());
    check(*this);
}

std::int64_t Shape::elements() const {
    return elements_from(0);
}

std::int64_t Shape::elements_from(int axis) const {
    return std::accumulate(begin() + axis, end(), std::int64_t{1}, std::multiplies<>());
}

Shape Shape::with(int axis, std::int64_t extent) const {
    Shape changed = *this;
    changed.extents_[axis] = extent;
    check(changed);
    return changed;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
    out << '(';
    for (int axis = 0; axis < shape.rank(); ++axis) out << (axis ? ", " : "") << std::to_string(shape[axis]);
    return out << ')';
}

std::string to_string(const Shape& shape) {
    return text(shape);
}

void require_same_dtype(const TensorType& a, const TensorType& b, const std::string& name) {
    require<ShapeError>(a.dtype == b.dtype, name, ": ", a.shape, " is of ", name_of(a.dtype), " and ",
                        b.shape, " of ", name_of(b.dtype), "; both must be of one type");
}

}  // namespace framework
