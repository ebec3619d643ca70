// Little-endian writing and reading of snapshots (spec 14.1).
#pragma once

#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "quartet/core/engine_error.hpp"
#include "quartet/core/fixed_point.hpp"
#include "quartet/core/floating.hpp"

namespace quartet::edge {

inline constexpr std::string_view kSnapshotMagic = "QRTSNAP1";

[[noreturn]] inline void bad_snapshot(const char* what) {
  throw EngineError(ErrorCode::BadSnapshot, std::string("snapshot: ") + what);
}
inline void require_snapshot(bool holds, const char* what) {
  if (!holds) bad_snapshot(what);
}

class SnapshotWriter {
 public:
  template <class T>
  void put(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  void put(bool value) { put(static_cast<u8>(value)); }
  void put(double value) {
    const double written = canonical(value);
    bytes_.append(reinterpret_cast<const char*>(&written), sizeof(double));
  }
  void append(std::string_view bytes) { bytes_.append(bytes); }
  void blob(std::string_view bytes) {
    put(static_cast<u64>(bytes.size()));
    append(bytes);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class SnapshotReader {
 public:
  explicit SnapshotReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(u64 size) {
    require_snapshot(size <= rest_.size(), "cut short");
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return taken;
  }
  template <class T>
  T get() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  bool flag() {
    const u8 value = get<u8>();
    require_snapshot(value <= 1, "a flag is neither 0 nor 1");
    return value == 1;
  }
  std::string_view blob() { return take(get<u64>()); }
  bool empty() const { return rest_.empty(); }

  // What a snapshot may hold (spec 14.4), so that arithmetic on restored state stays in bounds.
  i64 time() { return within(get<i64>(), 0, kTimeMax, "a time out of range"); }
  i64 arrival() { return within(get<i64>(), 0, kTimeMax + 1 + (i64{1} << 60), "a time out of range"); }
  i64 session() { return within(get<i64>(), -kSessionMax, kSessionMax, "a session out of range"); }
  i64 size() { return within(get<i64>(), 0, kPriceMax, "a size out of range"); }
  i64 saturated() { return within(get<i64>(), 0, std::numeric_limits<i64>::max(), "a negative size"); }
  i128 money() {
    const auto value = get<i128>();
    require_snapshot(value > -kMoneyBound && value < kMoneyBound, "money out of range");
    return value;
  }

 private:
  static constexpr i64 kTimeMax = (i64{1} << 62) - 1;
  static constexpr i64 kSessionMax = (i64{1} << 31) - 1;
  static constexpr i128 kMoneyBound = i128{1} << 121;

  static i64 within(i64 value, i64 low, i64 high, const char* what) {
    require_snapshot(value >= low && value <= high, what);
    return value;
  }

  std::string_view rest_;
};

// The contract hash as 32 bytes.
std::string contract_hash_bytes();

}  // namespace quartet::edge
