// Writes configurations as protobuf, for tests and benchmarks; the engine itself only reads them.
#pragma once

#include <string>

#include "quartet/core/configuration.hpp"

namespace quartet::testing {

std::string encode(const EngineConfig& config);
std::string encode(const ProgramSpec& program);
std::string encode(const RiskLimits& limits);
std::string encode(const RiskModelSpec& model);
// 16 bytes of two's complement.
std::string encode_money(i128 amount);

}  // namespace quartet::testing
