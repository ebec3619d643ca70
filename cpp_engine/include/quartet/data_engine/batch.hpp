// The columns of a batch, read in place (spec 2.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstring>

#include "quartet/core/tables.hpp"

namespace quartet {

// One packed little-endian column; it may lie at any address.
template <class T>
class Column {
 public:
  Column() = default;
  explicit Column(const std::byte* bytes) : bytes_(bytes) {}

  T operator[](std::size_t row) const {
    T value;
    std::memcpy(&value, bytes_ + row * sizeof(T), sizeof(T));
    return value;
  }
  // The rows from `row` on.
  Column from(std::size_t row) const { return Column(bytes_ + row * sizeof(T)); }

 private:
  const std::byte* bytes_ = nullptr;
};

// A column that may be left out, which means zeros.
template <class T>
class OptionalColumn {
 public:
  OptionalColumn() = default;
  explicit OptionalColumn(const std::byte* bytes)
      : bytes_(bytes != nullptr ? bytes : kZero.data()), stride_(bytes != nullptr ? sizeof(T) : 0) {}

  T operator[](std::size_t row) const {
    T value;
    std::memcpy(&value, bytes_ + row * stride_, sizeof(T));
    return value;
  }
  // Whether it was not left out; then it is a column like any other.
  bool given() const { return stride_ != 0; }
  Column<T> column() const { return Column<T>(bytes_); }
  OptionalColumn from(std::size_t row) const {
    OptionalColumn rest = *this;
    rest.bytes_ += row * stride_;
    return rest;
  }

 private:
  static constexpr std::array<std::byte, sizeof(T)> kZero{};
  const std::byte* bytes_ = kZero.data();
  std::size_t stride_ = 0;
};

inline constexpr std::size_t kEventKinds = 9;  // numbers 0 to 8

struct Batch {
  std::size_t events = 0;
  Column<u8> kind;
  Column<u32> symbol;
  OptionalColumn<u32> source;
  OptionalColumn<u32> flags;
  Column<i64> ts_event;
  Column<i64> ts_init;
  OptionalColumn<u64> sequence;

  Column<i64> bid_price, ask_price, bid_size, ask_size;

  Column<i64> trade_price, trade_size;
  Column<i8> aggressor;

  // kLevels values a row.
  Column<i64> book_bid_prices, book_bid_sizes, book_ask_prices, book_ask_sizes;
  Column<u8> book_bid_levels, book_ask_levels;

  Column<i64> bar_open, bar_high, bar_low, bar_close, bar_volume;

  Column<double> signal_score, signal_confidence;

  Column<u64> report_order_id, report_exec_id;
  Column<u8> report_trigger, report_liquidity;
  Column<u16> report_code;
  Column<i64> report_price, report_quantity;
};

// Next row of each kind's columns.
class RowCursors {
 public:
  // The row of this event; unknown kinds have none and take none.
  std::size_t take(u8 kind) { return rows_[kind < kEventKinds ? kind : 0]++; }
  std::size_t next(u8 kind) const { return rows_[kind]; }
  // The first row of a run of events of one kind.
  std::size_t take_run(u8 kind, std::size_t events) {
    const std::size_t first = rows_[kind];
    rows_[kind] += events;
    return first;
  }

 private:
  std::array<std::size_t, kEventKinds> rows_{};
};

}  // namespace quartet
