// From protobuf bytes to configuration; throws an EngineError of the code given where the bytes are no
// message.
#pragma once

#include <string_view>

#include "quartet/core/configuration.hpp"
#include "quartet/core/engine_error.hpp"
#include "quartet/edge/field_reader.hpp"

namespace quartet::edge {

EngineConfig decode_config(std::string_view bytes);
RiskLimits decode_risk_limits(std::string_view bytes);
RiskModelSpec decode_risk_model(std::string_view bytes);
ProgramSpec decode_program(std::string_view bytes);

// The parts, for messages that hold them; a field given twice is merged, as protobuf has it.
void merge_program(std::string_view bytes, ProgramSpec& out);
void merge_risk_limits(std::string_view bytes, RiskLimits& out);
void merge_risk_model(std::string_view bytes, RiskModelSpec& out);

// Runs a decoder; what it throws at unreadable bytes becomes an EngineError.
template <class Decode>
auto decode_or_fail(ErrorCode code, const char* what, Decode decode) {
  try {
    return decode();
  } catch (const protozero::exception& error) {
    throw EngineError(code, std::string(what) + ": not a readable message (" + error.what() + ")");
  } catch (const NotUtf8&) {
    throw EngineError(code, std::string(what) + ": not a readable message (a string is not UTF-8)");
  }
}

}  // namespace quartet::edge
