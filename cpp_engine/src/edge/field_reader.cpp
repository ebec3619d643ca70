// Money and repeated fields of protobuf messages.
#include "quartet/edge/field_reader.hpp"

#include <cstring>

namespace quartet::edge {

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
