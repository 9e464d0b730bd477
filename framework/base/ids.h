// Indices with a type for what they count, and containers that take no other type of index.
#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <utility>
#include <vector>

namespace framework {

// An index of the kind `Of`: of a storage, a step, a kernel. It converts from and to int, so that arithmetic
// reads as usual, but neither converts to nor compares with an index of another kind.
template <class Of>
class Id {
  public:
    constexpr Id() = default;
    constexpr Id(int value) : value_(value) {}
    template <std::integral Number>
    constexpr explicit Id(Number value) : value_(static_cast<int>(value)) {}
    constexpr operator int() const { return value_; }

    constexpr Id& operator++() { return ++value_, *this; }
    constexpr Id& operator--() { return --value_, *this; }
    constexpr Id& operator+=(int other) { return value_ += other, *this; }

  private:
    int value_ = 0;
};

template <class A, class B>
requires(!std::same_as<A, B>) bool operator==(Id<A>, Id<B>) = delete;
template <class A, class B>
requires(!std::same_as<A, B>) std::strong_ordering operator<=>(Id<A>, Id<B>) = delete;

// All indices from `first` up to, not including, `last`, for a loop.
template <class Index>
class IdRange {
  public:
    class Iterator {
      public:
        explicit Iterator(Index at) : at_(at) {}
        Index operator*() const { return at_; }
        Iterator& operator++() { return ++at_, *this; }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

      private:
        Index at_;
    };

    IdRange(Index first, Index last) : first_(first), last_(last) {}
    Iterator begin() const { return Iterator(first_); }
    Iterator end() const { return Iterator(last_); }

  private:
    Index first_, last_;
};

// A vector with an element for each index of one kind.
template <class Index, class T>
class Indexed : public std::vector<T> {
  public:
    using std::vector<T>::vector;
    Indexed() = default;
    Indexed(std::vector<T> elements) : std::vector<T>(std::move(elements)) {}
    // `count` elements, each of them `value`.
    static Indexed filled(int count, const T& value = {}) {
        return Indexed(std::vector<T>(static_cast<std::size_t>(count), value));
    }

    decltype(auto) operator[](Index index) {
        return std::vector<T>::operator[](static_cast<std::size_t>(int{index}));
    }
    decltype(auto) operator[](Index index) const {
        return std::vector<T>::operator[](static_cast<std::size_t>(int{index}));
    }
    int count() const { return static_cast<int>(this->size()); }
    IdRange<Index> ids() const { return {0, count()}; }
};

// An array with an element for each value of an enumeration that counts from 0.
template <class Enum, class T, std::size_t size>
struct ByEnum {
    std::array<T, size> elements{};

    constexpr T& operator[](Enum value) { return elements[static_cast<std::size_t>(value)]; }
    constexpr const T& operator[](Enum value) const { return elements[static_cast<std::size_t>(value)]; }
    auto begin() { return elements.begin(); }
    auto end() { return elements.end(); }
    auto begin() const { return elements.begin(); }
    auto end() const { return elements.end(); }

    friend bool operator==(const ByEnum&, const ByEnum&) = default;
};

}  // namespace framework
