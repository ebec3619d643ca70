// Inputs of two parts: u32 length of the configuration, the configuration, the rest; the same for every
// engine.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace quartet::fuzz {

struct Input {
  std::string config;
  std::string rest;
};

// Nothing where the bytes are too few.
std::optional<Input> take_apart(std::string_view bytes);
std::string put_together(const Input& input);

// Whether they ask for more state, and thereby time, than one run of a fuzzer has, as the specification
// allows.
bool is_large(std::string_view config);
bool is_large(std::string_view config, std::span<const std::string> controls);
bool is_large_snapshot(std::string_view snapshot);

}  // namespace quartet::fuzz
