// Shape of a tensor: up to five dimensions, the first ones named as networks name them (N, C, H, W).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string>

#include "framework/graph/dtype.h"

namespace framework {

class Shape {
  public:
    static constexpr int max_rank = 5;

    Shape() = default;
    Shape(std::initializer_list<std::int64_t> extents);  // throws ShapeError unless there are at most five,
                                                         // all > 0, with a product of at most 1e13
    explicit Shape(std::span<const std::int64_t> extents);  // the same

    int rank() const { return rank_; }
    std::int64_t operator[](int axis) const { return extents_[axis]; }
    std::int64_t batch() const { return extents_[0]; }
    std::int64_t channels() const { return extents_[1]; }
    std::int64_t height() const { return extents_[2]; }
    std::int64_t width() const { return extents_[3]; }
    std::int64_t elements() const;
    std::int64_t elements_from(int axis) const;  // the product of the extents from `axis` on

    Shape with(int axis, std::int64_t extent) const;  // the same shape with one extent changed

    const std::int64_t* begin() const { return extents_.data(); }
    const std::int64_t* end() const { return extents_.data() + rank_; }

    friend bool operator==(const Shape&, const Shape&) = default;

  private:
    std::array<std::int64_t, max_rank> extents_{};
    int rank_ = 0;
};

std::ostream& operator<<(std::ostream& out, const Shape& shape);  // (64, 3, 224, 224)
std::string to_string(const Shape& shape);

// What an op knows about an operand, and says about a result.
struct TensorType {
    Shape shape;
    DType dtype = DType::f32;

    Bytes bytes() const { return shape.elements() * size_of(dtype); }
    friend bool operator==(const TensorType&, const TensorType&) = default;
};

// Throws ShapeError, whose text begins with `name`, unless both have the same type of element.
void require_same_dtype(const TensorType& a, const TensorType& b, const std::string& name);

}  // namespace framework
