// A value on the heap that is copied and moved with its owner. The owner's header only declares its type, and
// need not include what that is made of. The owner's source defines its copies, moves and destructor (=
// default).
#pragma once

#include <memory>
#include <utility>

namespace framework {

template <class T>
class Boxed {
  public:
    Boxed() : value_(std::make_unique<T>()) {}
    Boxed(const Boxed& other) : value_(std::make_unique<T>(*other)) {}
    Boxed(Boxed&&) noexcept = default;  // the other one may be destroyed or assigned to, nothing else
    Boxed& operator=(Boxed other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Boxed() = default;

    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }

  private:
    std::unique_ptr<T> value_;
};

}  // namespace framework
