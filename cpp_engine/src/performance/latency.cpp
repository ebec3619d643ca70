// The buckets of the latency histogram.
#include "quartet/performance/latency.hpp"

#include <bit>
#include <cmath>

namespace quartet {

std::size_t LatencyHistogram::bucket_of(u64 ns) {
  if (ns < 16) return static_cast<std::size_t>(ns);
  const int power = 63 - std::countl_zero(ns);  // at least 4
  return static_cast<std::size_t>(power - 3) * 16 + static_cast<std::size_t>((ns >> (power - 4)) & 15);
}

u64 LatencyHistogram::upper_edge(std::size_t bucket) {
  if (bucket < 16) return bucket;
  const std::size_t power = bucket / 16 + 3;
  const u64 width = u64{1} << (power - 4);
  return (u64{16} + bucket % 16) * width + (width - 1);
}

void LatencyHistogram::add(u64 ns) {
  ++buckets_[bucket_of(ns)];
  ++count_;
  total_ += ns;
  if (ns > max_) max_ = ns;
}

u64 LatencyHistogram::quantile_ns(double share) const {
  if (count_ == 0) return 0;
  const u64 rank = static_cast<u64>(std::ceil(share * static_cast<double>(count_)));
  u64 seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank && seen > 0) return upper_edge(bucket) < max_ ? upper_edge(bucket) : max_;
  }
  return max_;
}

}  // namespace quartet
