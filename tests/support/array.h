// Array: a tensor's values in row-major order, as tests write them down, and its conversion to and from the
// bytes of a layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "framework/graph/shape.h"
#include "framework/graph/tensor.h"
#include "runtime/layout.h"

namespace support {

struct FreeBytes {
    void operator()(std::byte* data) const;
};
// Memory that begins on a cache line, like every address of an arena, and is followed by bytes that nobody
// may write.
class AlignedBytes {
  public:
    AlignedBytes(std::size_t size, std::uint8_t fill);
    std::byte* data() const { return data_.get(); }
    std::size_t size() const { return size_; }
    std::span<std::byte> span() const { return {data(), size_}; }
    bool ends_untouched() const;

  private:
    std::shared_ptr<std::byte> data_;
    std::size_t size_;
};

// The values of a tensor of any dtype: integers up to 2^24 are exact in a float.
struct Array {
    framework::TensorType type;
    std::vector<float> values;

    const framework::Shape& shape() const { return type.shape; }
    float operator()(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) const {
        return values[index(n, c, h, w)];
    }
    float& operator()(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) {
        return values[index(n, c, h, w)];
    }

  private:
    std::size_t index(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) const {
        const framework::Shape& s = type.shape;
        return static_cast<std::size_t>(((n * s[1] + c) * s[2] + h) * s[3] + w);
    }
};
using Arrays = std::vector<Array>;

Array zeros(const framework::Shape& shape);
Array normal(const framework::Shape& shape, unsigned seed, float mean = 0, float deviation = 1);
// Shuffled values 0.05 apart, none nearer to zero than 0.025. So a value that moves by 0.02 passes neither
// another value nor zero.
Array spread(const framework::Shape& shape, unsigned seed);
Array labels(std::int64_t count, int classes, unsigned seed);

// The largest |a − b|, divided by the largest |b| unless that is 0; infinite if either has a NaN.
double difference(const Array& a, const Array& b);

// lay_out() returns the bytes of an array in a layout, with zeros as padding; row_major() reads them back.
// Both use only the layout's strides and blocks.
AlignedBytes lay_out(const Array& array, const runtime::Layout& layout);
Array row_major(const framework::TensorType& type, std::span<const std::byte> bytes,
                const runtime::Layout& layout);

}  // namespace support
