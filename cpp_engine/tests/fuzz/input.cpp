// Taking inputs apart, and a look at what they ask for.
#include "input.hpp"

#include <cstring>

#include "quartet/edge/decoding.hpp"
#include "quartet/edge/fields.hpp"
#include "quartet/edge/message_form.hpp"
#include "quartet/edge/snapshot_format.hpp"

namespace quartet::fuzz {
namespace {

constexpr u64 kStateMax = u64{1} << 16;  // window lengths over all nodes and symbols
constexpr u32 kOpenOrdersMax = 4096;

bool is_large(const ProgramSpec& program, std::size_t instruments) {
  u64 length = 0;
  for (const NodeSpec& node : program.nodes) length += node.n;
  return length * instruments > kStateMax;
}

// What can not be read is not large: the engine refuses it.
template <class Look>
bool readable_and(Look look) {
  try {
    return look();
  } catch (const EngineError&) {
    return false;
  }
}

bool holds_large_program(std::string_view control, std::size_t instruments) {
  return readable_and([&] {
    edge::test_form(control, forms::kControl);
    std::string_view program;  // the last one counts
    edge::FieldReader reader(control);
    while (reader.next()) {
      if (reader.field<fields::Control>() == fields::Control::program) {
        program = reader.bytes().value_or(program);
      }
    }
    return is_large(edge::decode_program(program), instruments);
  });
}

}  // namespace

std::optional<Input> take_apart(std::string_view bytes) {
  u32 length = 0;
  if (bytes.size() < sizeof(length)) return std::nullopt;
  std::memcpy(&length, bytes.data(), sizeof(length));
  bytes.remove_prefix(sizeof(length));
  if (length > bytes.size()) return std::nullopt;
  return Input{std::string(bytes.substr(0, length)), std::string(bytes.substr(length))};
}

std::string put_together(const Input& input) {
  const auto length = static_cast<u32>(input.config.size());
  return std::string(reinterpret_cast<const char*>(&length), sizeof(length)) + input.config + input.rest;
}

bool is_large(std::string_view config) {
  return readable_and([&] {
    const EngineConfig decoded = edge::decode_config(config);
    return decoded.capacity.open_orders > kOpenOrdersMax ||
           is_large(decoded.program, decoded.instruments.size());
  });
}

bool is_large(std::string_view config, std::span<const std::string> controls) {
  return readable_and([&] {
    const std::size_t instruments = edge::decode_config(config).instruments.size();
    for (const std::string& control : controls) {
      if (holds_large_program(control, instruments)) return true;
    }
    return is_large(config);
  });
}

bool is_large_snapshot(std::string_view snapshot) {
  return readable_and([&] {
    edge::SnapshotReader in(snapshot);
    in.take(edge::kSnapshotMagic.size() + edge::contract_hash_bytes().size());
    const std::string_view config = in.blob();
    in.blob();  // limits
    in.blob();  // risk model
    const std::string_view program = in.blob();
    return is_large(config) ||
           is_large(edge::decode_program(program), edge::decode_config(config).instruments.size());
  });
}

}  // namespace quartet::fuzz
