// Holds the float control word at its default for the length of a call, and puts the caller's back.
#pragma once

#include <immintrin.h>

namespace quartet {

class FloatEnvironment {
 public:
  FloatEnvironment() : callers_(_mm_getcsr()) { _mm_setcsr(kDefault); }
  ~FloatEnvironment() { _mm_setcsr(callers_); }
  FloatEnvironment(const FloatEnvironment&) = delete;
  FloatEnvironment& operator=(const FloatEnvironment&) = delete;

 private:
  // Round to nearest even, subnormals kept, all exceptions masked.
  static constexpr unsigned kDefault = 0x1F80;
  unsigned callers_;
};

}  // namespace quartet
