// From protobuf bytes to configuration; throws BAD_CONFIG where the bytes are no message.
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

}  // namespace quartet::edge
