// What few of many have: a pointer until it is first written.
#pragma once

#include <memory>

namespace quartet {

template <class T>
class MadeOnUse {
 public:
  MadeOnUse() = default;
  MadeOnUse(const MadeOnUse& other) : made_(other.made_ ? std::make_unique<T>(*other.made_) : nullptr) {}
  MadeOnUse(MadeOnUse&&) noexcept = default;
  MadeOnUse& operator=(const MadeOnUse& other) {
    if (this != &other) made_ = other.made_ ? std::make_unique<T>(*other.made_) : nullptr;
    return *this;
  }
  MadeOnUse& operator=(MadeOnUse&&) noexcept = default;
  ~MadeOnUse() = default;

  bool made() const { return made_ != nullptr; }
  // As at the start where it was never written.
  const T& get() const { return made_ ? *made_ : kAtStart; }
  const T* operator->() const { return &get(); }
  T& make() {
    if (!made_) made_ = std::make_unique<T>();
    return *made_;
  }

 private:
  static inline const T kAtStart{};
  std::unique_ptr<T> made_;
};

}  // namespace quartet
