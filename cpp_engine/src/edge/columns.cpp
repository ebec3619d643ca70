// Loops without branches over blocks, which the compiler turns into vector instructions.
#include "quartet/edge/columns.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "quartet/core/contract.hpp"

namespace quartet::edge {
namespace {

// Long enough for vectors, short enough to stop soon at a column that is refused.
constexpr std::size_t kBlock = 1024;
// Records of a gather that stay in the first cache while each of their fields is taken.
constexpr std::size_t kRecords = 64;
constexpr double kUnits = 1e9;
// Below this a number with at most nine places is the quotient of its nearest unit
// (python/quartet/data/decimals.py).
constexpr u64 kUnitsMost = (u64{1} << 20) * 1'000'000'000 - 1;
// Added to a number below 2^51 it leaves the nearest whole number, half to even, in the lower bits.
constexpr double kRounder = 0x1.8p52;

template <class T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
void store(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

// What is wrong is gathered in bits, as comparisons of floats would keep the compiler from vector
// instructions.
bool floats_block(const std::byte* numbers, std::size_t count, i64* out) {
  u64 different = 0;
  u64 outside = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double number = load<double>(numbers + i * sizeof(double));
    const double rounded = number * kUnits + kRounder;
    const u64 units = std::bit_cast<u64>(rounded) - std::bit_cast<u64>(kRounder);
    const double back = (rounded - kRounder) / kUnits;
    // Adding zero makes -0 a zero, as which it comes back.
    different |= std::bit_cast<u64>(back) ^ std::bit_cast<u64>(number + 0.0);
    outside |= (units + kUnitsMost) | (kUnitsMost - units);
    out[i] = static_cast<i64>(units);
  }
  return different == 0 && outside >> 63 == 0;
}

bool decimals_block(const std::byte* integers, std::size_t count, u64 factor, u64 most, i64* out) {
  u64 bad = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const u64 low = load<u64>(integers + i * 16);
    bad |= load<u64>(integers + i * 16 + 8) | static_cast<u64>(low > most);
    out[i] = static_cast<i64>(low * factor);
  }
  return bad == 0;
}

struct Sixteen {
  u64 low;
  u64 high;
};

template <class Field, class Cell>
void take(const std::byte* field, const i64* places, std::size_t count, std::byte* cells) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = load<Field>(field + static_cast<std::size_t>(places[i]) * contract::kRecordSize);
    if constexpr (sizeof(Field) == 8 && sizeof(Cell) == 16) {
      store(cells + i * sizeof(Cell), Sixteen{static_cast<u64>(value), static_cast<u64>(value >> 63)});
    } else {
      store(cells + i * sizeof(Cell), static_cast<Cell>(value));
    }
  }
}

using Take = void (*)(const std::byte*, const i64*, std::size_t, std::byte*);

Take taker(std::size_t width, std::size_t column_width) {
  switch (width * 100 + column_width) {
    case 101:
      return take<u8, u8>;
    case 104:
      return take<u8, u32>;
    case 202:
      return take<u16, u16>;
    case 204:
      return take<u16, u32>;
    case 404:
      return take<u32, u32>;
    case 808:
      return take<i64, i64>;
    case 816:
      return take<i64, Sixteen>;
    case 1616:
      return take<Sixteen, Sixteen>;
    default:
      return nullptr;
  }
}

void require(bool holds, const char* message) {
  if (!holds) throw EngineError(ErrorCode::BadBatch, message);
}

}  // namespace

bool fixed_of_floats(Bytes numbers, std::span<i64> out) {
  require(numbers.size() == out.size_bytes(), "columns: the numbers and their units are of different length");
  for (std::size_t start = 0; start < out.size(); start += kBlock) {
    const std::size_t count = std::min(kBlock, out.size() - start);
    if (!floats_block(numbers.data() + start * sizeof(double), count, out.data() + start)) return false;
  }
  return true;
}

bool fixed_of_decimals(Bytes integers, i64 factor, std::span<i64> out) {
  require(integers.size() == 2 * out.size_bytes(),
          "columns: the integers and their units are of different length");
  require(factor > 0, "columns: the factor is not above 0");
  const auto most = static_cast<u64>(std::numeric_limits<i64>::max() / factor);
  for (std::size_t start = 0; start < out.size(); start += kBlock) {
    const std::size_t count = std::min(kBlock, out.size() - start);
    if (!decimals_block(integers.data() + start * 16, count, static_cast<u64>(factor), most,
                        out.data() + start))
      return false;
  }
  return true;
}

void gather(Bytes records, Bytes places, std::span<const FieldColumn> fields) {
  const std::size_t count = places.size() / sizeof(i64);
  const auto room = static_cast<i64>(records.size() / contract::kRecordSize);
  for (const FieldColumn& field : fields) {
    require(taker(field.width, field.column_width) != nullptr,
            "columns: no column is made of a field of this width");
    require(field.offset + field.width <= contract::kRecordSize,
            "columns: a field lies outside of its record");
    require(field.column.size() == count * field.column_width,
            "columns: a column is not as long as there are places");
  }
  i64 block[kRecords];
  for (std::size_t start = 0; start < count; start += kRecords) {
    const std::size_t own = std::min(kRecords, count - start);
    std::memcpy(block, places.data() + start * sizeof(i64), own * sizeof(i64));
    const bool there =
        std::all_of(block, block + own, [room](i64 place) { return place >= 0 && place < room; });
    require(there, "columns: a place is outside of the records");
    for (const FieldColumn& field : fields)
      taker(field.width, field.column_width)(records.data() + field.offset, block, own,
                                             field.column.data() + start * field.column_width);
  }
}

}  // namespace quartet::edge
