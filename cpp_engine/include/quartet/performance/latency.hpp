// Sampled latency of events, beside the state and never inside it.
#pragma once

#include <array>
#include <chrono>

#include "quartet/core/tables.hpp"

namespace quartet {

inline u64 monotonic_ns() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<u64>(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

// Counts in buckets that widen with the value: sixteen to each power of two.
class LatencyHistogram {
 public:
  void add(u64 ns);
  void clear() { *this = LatencyHistogram(); }

  u64 count() const { return count_; }
  u64 total_ns() const { return total_; }
  u64 max_ns() const { return max_; }
  // Upper edge of the bucket below which that share of the samples lies; 0 without samples.
  u64 quantile_ns(double share) const;

 private:
  static constexpr std::size_t kBuckets = 61 * 16;
  static std::size_t bucket_of(u64 ns);
  static u64 upper_edge(std::size_t bucket);

  std::array<u64, kBuckets> buckets_{};
  u64 count_ = 0;
  u64 total_ = 0;
  u64 max_ = 0;
};

}  // namespace quartet
