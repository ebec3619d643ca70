// Reading and cutting of recorded cases.
#include "conformance_case.hpp"

#include "quartet/edge/field_reader.hpp"
#include "quartet/edge/fields.hpp"

namespace quartet::testing {
namespace {

// Bytes of one row, and the kind whose events have rows; kind 0: every event.
struct ColumnLayout {
  u32 field;
  std::size_t width;
  u8 kind;
};

constexpr std::array<ColumnLayout, edge::kColumns> kLayout = {
    {{1, 1, 0},   {2, 4, 0},   {3, 4, 0},   {4, 4, 0},   {5, 8, 0},  {6, 8, 0},  {7, 8, 0},
     {10, 8, 1},  {11, 8, 1},  {12, 8, 1},  {13, 8, 1},  {20, 8, 2}, {21, 8, 2}, {22, 1, 2},
     {30, 80, 3}, {31, 80, 3}, {32, 80, 3}, {33, 80, 3}, {34, 1, 3}, {35, 1, 3}, {40, 8, 4},
     {41, 8, 4},  {42, 8, 4},  {43, 8, 4},  {44, 8, 4},  {50, 8, 5}, {51, 8, 5}, {60, 8, 6},
     {61, 8, 6},  {62, 1, 6},  {63, 1, 6},  {64, 2, 6},  {65, 8, 6}, {66, 8, 6}}};

}  // namespace

u32 column_field(std::size_t column) { return kLayout[column].field; }

OwnedBatch decode_batch(std::string_view bytes) {
  OwnedBatch batch;
  edge::FieldReader reader(bytes);
  while (reader.next()) {
    const auto field = reader.field<u32>();
    const auto value = reader.bytes();
    if (!value) continue;
    if (field == static_cast<u32>(fields::EventBatch::controls)) batch.controls.emplace_back(*value);
    for (std::size_t i = 0; i < kLayout.size(); ++i) {
      if (kLayout[i].field == field) batch.columns[i].assign(*value);
    }
  }
  return batch;
}

std::vector<edge::Bytes> OwnedBatch::spans() const {
  std::vector<edge::Bytes> out;
  for (const std::string& column : columns) {
    out.emplace_back(reinterpret_cast<const std::byte*>(column.data()), column.size());
  }
  return out;
}

std::vector<std::string_view> OwnedBatch::messages() const { return {controls.begin(), controls.end()}; }

ConformanceCase decode_case(std::string_view bytes) {
  using F = fields::ConformanceCase;
  ConformanceCase out;
  edge::FieldReader reader(bytes);
  const auto copy = [&](std::string& text) {
    if (const auto view = reader.bytes()) text.assign(*view);
  };
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::name:
        copy(out.name);
        break;
      case F::paragraphs:
        break;
      case F::config:
        copy(out.config);
        break;
      case F::batches:
        if (const auto batch = reader.bytes()) out.batches.push_back(decode_batch(*batch));
        break;
      case F::records:
        copy(out.records);
        break;
      case F::snapshot:
        copy(out.snapshot);
        break;
      case F::error_code:
        reader.varint(out.error_code);
        break;
      case F::verdict:
        copy(out.verdict);
        break;
      case F::score:
        copy(out.score);
        break;
    }
  }
  return out;
}

std::vector<OwnedBatch> split(const OwnedBatch& batch, std::size_t size) {
  const std::string& kinds = batch.columns[0];
  std::array<std::size_t, edge::kColumns> used{};
  std::size_t used_controls = 0;
  std::vector<OwnedBatch> pieces;
  for (std::size_t start = 0; start < kinds.size(); start += size) {
    const std::string_view part = std::string_view(kinds).substr(start, size);
    const auto events_of = [&](u8 kind) {
      std::size_t count = 0;
      for (const char one : part) count += static_cast<u8>(one) == kind ? 1 : 0;
      return count;
    };
    OwnedBatch& piece = pieces.emplace_back();
    for (std::size_t i = 0; i < kLayout.size(); ++i) {
      const std::size_t rows = kLayout[i].kind == 0 ? part.size() : events_of(kLayout[i].kind);
      const std::size_t bytes = rows * kLayout[i].width;
      if (batch.columns[i].empty()) continue;  // a column that was left out
      piece.columns[i] = batch.columns[i].substr(used[i], bytes);
      used[i] += bytes;
    }
    for (std::size_t n = events_of(number(EventKind::Control)); n > 0; --n) {
      piece.controls.push_back(batch.controls[used_controls++]);
    }
  }
  return pieces;
}

}  // namespace quartet::testing
