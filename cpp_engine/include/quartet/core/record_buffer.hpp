// The growing run of output records in their canonical form (spec 13).
#pragma once

#include <cstdlib>
#include <memory>
#include <new>
#include <span>

#include "quartet/core/tables.hpp"

namespace quartet {

class RecordBuffer {
 public:
  // Adds what make() returns, built where it lies.
  template <class Make>
  void add(Make make) {
    using Record = decltype(make());
    static_assert(sizeof(Record) == contract::kRecordSize && std::is_trivially_copyable_v<Record>);
    if (muted_) return;
    if (size_ + sizeof(Record) > capacity_) [[unlikely]]
      grow();
    ::new (static_cast<void*>(bytes_.get() + size_)) Record(make());
    size_ += sizeof(Record);
  }
  void clear() { size_ = 0; }
  // From here on nothing is written: nobody reads the records of a sweep (spec 15.1).
  void mute() { muted_ = true; }
  bool muted() const { return muted_; }
  std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };

  // realloc moves the pages of a large buffer instead of copying them.
  void grow() {
    const std::size_t larger = capacity_ == 0 ? std::size_t{64} * contract::kRecordSize : capacity_ * 2;
    auto* bytes = static_cast<std::byte*>(std::realloc(bytes_.get(), larger));
    if (bytes == nullptr) throw std::bad_alloc();
    static_cast<void>(bytes_.release());
    bytes_.reset(bytes);
    capacity_ = larger;
  }

  std::unique_ptr<std::byte, Free> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  bool muted_ = false;
};

}  // namespace quartet
