// Room for some values during one call. A few lie on the stack, so that inner loops allocate nothing.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "optimizer/ids.h"

namespace optimizer {

template <class Index, class T>
class SmallArray {
  public:
    explicit SmallArray(std::size_t size) : many_(size > few ? size : 0), size_(size) {}
    SmallArray(const SmallArray&) = delete;
    SmallArray& operator=(const SmallArray&) = delete;

    T& operator[](Index i) { return size_ > few ? many_[i] : few_[i]; }
    operator IndexedSpan<Index, T>() const {
        return std::span<const T>(size_ > few ? many_.data() : few_.data(), size_);
    }

  private:
    static constexpr std::size_t few = 16;
    std::array<T, few> few_;
    std::vector<T> many_;
    std::size_t size_;
};

}  // namespace optimizer
