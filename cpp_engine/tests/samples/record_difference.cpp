// Comparison of records, field by field, with offsets taken from the generated structs.
#include "record_difference.hpp"

#include <cstddef>
#include <cstring>
#include <vector>

#include "quartet/core/tables.hpp"

namespace quartet::testing {
namespace {

struct Field {
  const char* name;
  std::size_t offset;
  std::size_t size;
  bool is_float;
};

#define QUARTET_FIELD(Record, name)                                                                     \
  Field {                                                                                               \
    #name, offsetof(Record, name), sizeof(Record::name), std::is_same_v<decltype(Record::name), double> \
  }

using contract::AccountRecord;
using contract::FillRecord;
using contract::HaltRecord;
using contract::InputRejectRecord;
using contract::OrderRecord;
using contract::SignalRecord;

const std::vector<Field> kHeader = {QUARTET_FIELD(OrderRecord, event_index),
                                    QUARTET_FIELD(OrderRecord, ts_init), QUARTET_FIELD(OrderRecord, symbol),
                                    QUARTET_FIELD(OrderRecord, kind)};
const std::vector<Field> kSignal = {
    QUARTET_FIELD(SignalRecord, direction),  QUARTET_FIELD(SignalRecord, signal_id),
    QUARTET_FIELD(SignalRecord, score),      QUARTET_FIELD(SignalRecord, confidence),
    QUARTET_FIELD(SignalRecord, fair_value), QUARTET_FIELD(SignalRecord, ts_signal)};
const std::vector<Field> kOrder = {
    QUARTET_FIELD(OrderRecord, side),       QUARTET_FIELD(OrderRecord, order_type),
    QUARTET_FIELD(OrderRecord, state_from), QUARTET_FIELD(OrderRecord, code),
    QUARTET_FIELD(OrderRecord, state_to),   QUARTET_FIELD(OrderRecord, trigger),
    QUARTET_FIELD(OrderRecord, order_id),   QUARTET_FIELD(OrderRecord, price),
    QUARTET_FIELD(OrderRecord, quantity),   QUARTET_FIELD(OrderRecord, leaves),
    QUARTET_FIELD(OrderRecord, cum),        QUARTET_FIELD(OrderRecord, signal_id),
    QUARTET_FIELD(OrderRecord, limit),      QUARTET_FIELD(OrderRecord, value),
    QUARTET_FIELD(OrderRecord, ts_venue)};
const std::vector<Field> kFill = {
    QUARTET_FIELD(FillRecord, side),        QUARTET_FIELD(FillRecord, liquidity),
    QUARTET_FIELD(FillRecord, reason),      QUARTET_FIELD(FillRecord, order_id),
    QUARTET_FIELD(FillRecord, exec_id),     QUARTET_FIELD(FillRecord, price),
    QUARTET_FIELD(FillRecord, quantity),    QUARTET_FIELD(FillRecord, fee),
    QUARTET_FIELD(FillRecord, cause_event), QUARTET_FIELD(FillRecord, ts_venue),
    QUARTET_FIELD(FillRecord, position)};
const std::vector<Field> kAccount = {
    QUARTET_FIELD(AccountRecord, cause), QUARTET_FIELD(AccountRecord, position),
    QUARTET_FIELD(AccountRecord, cash),  QUARTET_FIELD(AccountRecord, equity),
    QUARTET_FIELD(AccountRecord, fees),  QUARTET_FIELD(AccountRecord, realised),
    QUARTET_FIELD(AccountRecord, cost),  QUARTET_FIELD(AccountRecord, mark)};
const std::vector<Field> kInputReject = {
    QUARTET_FIELD(InputRejectRecord, input_kind), QUARTET_FIELD(InputRejectRecord, code),
    QUARTET_FIELD(InputRejectRecord, source), QUARTET_FIELD(InputRejectRecord, sequence),
    QUARTET_FIELD(InputRejectRecord, ts_event)};
const std::vector<Field> kHalt = {QUARTET_FIELD(HaltRecord, action), QUARTET_FIELD(HaltRecord, code),
                                  QUARTET_FIELD(HaltRecord, limit), QUARTET_FIELD(HaltRecord, value)};

#undef QUARTET_FIELD

const std::vector<Field>& fields_of(u8 kind) {
  switch (static_cast<contract::RecordKind>(kind)) {
    case contract::RecordKind::Signal:
      return kSignal;
    case contract::RecordKind::Order:
      return kOrder;
    case contract::RecordKind::Fill:
      return kFill;
    case contract::RecordKind::Account:
      return kAccount;
    case contract::RecordKind::InputReject:
      return kInputReject;
    case contract::RecordKind::Halt:
      return kHalt;
  }
  return kHeader;
}

std::string decimal(i128 value) {
  std::string digits;
  u128 rest = value < 0 ? u128{0} - static_cast<u128>(value) : static_cast<u128>(value);
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return (value < 0 ? "-" : "") + digits;
}

std::string text_of(std::string_view record, const Field& field) {
  if (field.is_float) {
    double value;
    std::memcpy(&value, record.data() + field.offset, sizeof(value));
    return std::to_string(value);
  }
  i128 value = 0;
  std::memcpy(&value, record.data() + field.offset, field.size);
  return decimal(value);
}

std::string differing_fields(std::string_view expected, std::string_view actual,
                             const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) {
    if (expected.substr(field.offset, field.size) == actual.substr(field.offset, field.size)) continue;
    text += std::string(" ") + field.name + ": " + text_of(actual, field) + ", expected " +
            text_of(expected, field) + ";";
  }
  return text;
}

}  // namespace

std::string record_difference(std::string_view expected, std::string_view actual) {
  constexpr std::size_t size = contract::kRecordSize;
  for (std::size_t at = 0; at < expected.size() && at < actual.size(); at += size) {
    const std::string_view left = expected.substr(at, size);
    const std::string_view right = actual.substr(at, size);
    if (left == right) continue;
    std::string fields = differing_fields(left, right, kHeader);
    const u8 kind = static_cast<u8>(left[offsetof(OrderRecord, kind)]);
    if (left[offsetof(OrderRecord, kind)] == right[offsetof(OrderRecord, kind)]) {
      fields += differing_fields(left, right, fields_of(kind));
    }
    return "record " + std::to_string(at / size) + ":" +
           (fields.empty() ? " bytes that no field names" : fields);
  }
  if (expected.size() == actual.size()) return "";
  return std::to_string(actual.size() / size) + " records, expected " +
         std::to_string(expected.size() / size);
}

}  // namespace quartet::testing
