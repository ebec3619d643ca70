// UTF-8, money and repeated fields of protobuf messages.
#include "quartet/edge/field_reader.hpp"

#include <cstring>

namespace quartet::edge {
namespace {

// Length of the UTF-8 sequence at the start of the text, 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
    if (lead == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;   // overlong
    if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // above U+10FFFF
    return 4;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void FieldReader::money(std::optional<i128>& out, bool& readable) {
  const auto view = bytes();
  if (!view) return;
  out.reset();
  readable = view->size() == sizeof(i128);
  if (!readable) return;
  std::memcpy(&out.emplace(), view->data(), sizeof(i128));
}

void FieldReader::repeated(std::vector<u32>& out) {
  if (is(protozero::pbf_wire_type::varint)) {
    varint(out.emplace_back());
  } else if (take(protozero::pbf_wire_type::length_delimited)) {
    for (const u64 value : reader_.get_packed_uint64()) out.push_back(static_cast<u32>(value));
  }
}

void FieldReader::repeated(std::vector<double>& out) {
  if (is(protozero::pbf_wire_type::fixed64)) {
    fixed(out.emplace_back());
  } else if (take(protozero::pbf_wire_type::length_delimited)) {
    for (const double value : reader_.get_packed_double()) out.push_back(value);
  }
}

}  // namespace quartet::edge
