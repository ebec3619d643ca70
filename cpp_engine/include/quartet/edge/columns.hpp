// Passes over whole columns for those who feed an engine and read its records: numbers of others to units of
// 1e-9, and records to columns. Each reads every byte once.
#pragma once

#include <span>

#include "quartet/core/tables.hpp"
#include "quartet/edge/batch_frame.hpp"

namespace quartet::edge {

// Binary64 numbers as units of 1e-9, where each is the nearest one to such a unit and below 2^20; else false,
// and `out` holds nothing. `out` is as long as there are numbers.
bool fixed_of_floats(Bytes numbers, std::span<i64> out);

// 128-bit integers that are not negative times a factor above 0, where each product fits 63 bits; else false,
// and `out` holds nothing. `out` is as long as there are integers.
bool fixed_of_decimals(Bytes integers, i64 factor, std::span<i64> out);

// One field of records, and how wide it is in its column: as wide as in the record, or one or two bytes in
// four, filled up with zeros, or eight in sixteen, filled up with their sign.
struct FieldColumn {
  std::size_t offset;
  std::size_t width;
  std::size_t column_width;
  std::span<std::byte> column;
};

// The fields of the records at these places; throws BAD_BATCH where one is not there, or a column of another
// length.
void gather(Bytes records, Bytes places, std::span<const FieldColumn> fields);

}  // namespace quartet::edge
