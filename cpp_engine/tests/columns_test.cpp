// Passes over columns: what they convert, what they refuse, and records as columns.
#include "quartet/edge/columns.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "quartet/core/contract.hpp"

namespace quartet::edge {
namespace {

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

std::optional<std::vector<i64>> units_of(const std::vector<double>& numbers) {
  std::vector<i64> out(numbers.size());
  if (!fixed_of_floats(bytes_of(numbers), out)) return std::nullopt;
  return out;
}

std::optional<i64> units_of(i128 integer, i64 factor) {
  std::vector<i64> out(1);
  if (!fixed_of_decimals(bytes_of(std::vector<i128>{integer}), factor, out)) return std::nullopt;
  return out[0];
}

TEST(Columns, FloatsAreUnitsOrRefused) {
  const std::vector<i64> units{100'010'000'000, 0, -1, 1'048'575'999'999'999};
  EXPECT_EQ(units_of({100.01, -0.0, -1e-9, 1'048'575.999'999'999}), units);
  constexpr double kLargest = std::numeric_limits<double>::max();
  for (const double number : {1e-10, 0x1p20, -0x1p20, std::nan(""), HUGE_VAL, -kLargest, 5e-324, 2e300})
    EXPECT_EQ(units_of({1.0, number}), std::nullopt) << number;
}

TEST(Columns, DecimalsAreUnitsOrRefused) {
  constexpr i64 kMost = std::numeric_limits<i64>::max();
  EXPECT_EQ(units_of(10'001, 10'000'000), 100'010'000'000);
  EXPECT_EQ(units_of(kMost, 1), kMost);
  for (const auto& [integer, factor] :
       {std::pair<i128, i64>{-1, 1}, {i128{1} << 63, 1}, {i128{1} << 64, 1}, {kMost, 2}})
    EXPECT_EQ(units_of(integer, factor), std::nullopt);
  EXPECT_THROW(units_of(0, 0), EngineError);
}

TEST(Columns, FieldsAreTakenFromTheRecordsAtThePlaces) {
  std::vector<std::byte> records(3 * contract::kRecordSize);
  records[2 * contract::kRecordSize + 20] = std::byte{200};
  const i64 price = -7;
  std::memcpy(&records[2 * contract::kRecordSize + 40], &price, sizeof price);
  const std::vector<i64> places{2, 0};
  std::vector<u32> kinds(2, 9);
  std::vector<i128> prices(2, 9);
  const std::vector<FieldColumn> fields{{20, 1, 4, std::as_writable_bytes(std::span(kinds))},
                                        {40, 8, 16, std::as_writable_bytes(std::span(prices))}};
  gather(records, bytes_of(places), fields);
  EXPECT_EQ(kinds, (std::vector<u32>{200, 0}));
  EXPECT_EQ(prices, (std::vector<i128>{-7, 0}));
}

TEST(Columns, WhatIsNotThereIsRefused) {
  const std::vector<std::byte> records(3 * contract::kRecordSize);
  struct Wrong {
    std::size_t offset, width, column_width;
    i64 place;
  };
  for (const Wrong& wrong : {Wrong{127, 2, 2, 0}, {0, 3, 3, 0}, {0, 1, 1, 3}, {0, 1, 1, -1}}) {
    std::vector<std::byte> column(wrong.column_width);
    const std::vector<FieldColumn> fields{{wrong.offset, wrong.width, wrong.column_width, column}};
    EXPECT_THROW(gather(records, bytes_of(std::vector<i64>{wrong.place}), fields), EngineError);
  }
}

}  // namespace
}  // namespace quartet::edge
