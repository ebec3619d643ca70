// Reads protobuf messages field by field, after their form was tested (spec 12.2).
#pragma once

#include <optional>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "quartet/core/tables.hpp"

namespace quartet::edge {

class FieldReader {
 public:
  explicit FieldReader(std::string_view message) : reader_(message.data(), message.size()) {}

  bool next() {
    if (waiting_) reader_.skip();
    waiting_ = reader_.next();
    return waiting_;
  }
  template <class Field>
  Field field() const {
    return static_cast<Field>(reader_.tag());
  }

  void varint(u32& out) {
    if (take(protozero::pbf_wire_type::varint)) out = static_cast<u32>(reader_.get_uint64());
  }
  void varint(i32& out) {
    if (take(protozero::pbf_wire_type::varint)) out = static_cast<i32>(reader_.get_uint64());
  }
  void varint(i64& out) {
    if (take(protozero::pbf_wire_type::varint)) out = static_cast<i64>(reader_.get_uint64());
  }
  void varint(bool& out) {
    if (take(protozero::pbf_wire_type::varint)) out = reader_.get_uint64() != 0;
  }
  template <class Number>
  void varint(std::optional<Number>& out) {
    if (!is(protozero::pbf_wire_type::varint)) return;
    varint(out.emplace());
  }
  void fixed(i64& out) {
    if (take(protozero::pbf_wire_type::fixed64)) out = reader_.get_sfixed64();
  }
  void fixed(double& out) {
    if (take(protozero::pbf_wire_type::fixed64)) out = reader_.get_double();
  }
  void fixed(std::optional<i64>& out) {
    if (take(protozero::pbf_wire_type::fixed64)) out = reader_.get_sfixed64();
  }
  std::optional<std::string_view> bytes() {
    if (!take(protozero::pbf_wire_type::length_delimited)) return std::nullopt;
    const protozero::data_view view = reader_.get_view();
    return std::string_view(view.data(), view.size());
  }
  void text(std::string& out) {
    if (const auto view = bytes()) out.assign(*view);
  }
  // 16 bytes of two's complement; none where the length is another.
  void money(std::optional<i128>& out, bool& readable);

  // Packed or not.
  void repeated(std::vector<u32>& out);
  void repeated(std::vector<double>& out);

 private:
  bool is(protozero::pbf_wire_type type) const { return reader_.wire_type() == type; }
  bool take(protozero::pbf_wire_type type) {
    if (!is(type)) return false;
    waiting_ = false;
    return true;
  }

  protozero::pbf_reader reader_;
  bool waiting_ = false;
};

}  // namespace quartet::edge
