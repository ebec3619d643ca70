// Bounds that keep every number of an engine where it belongs (spec 1.8).
#pragma once

#include "quartet/core/configuration.hpp"
#include "quartet/core/engine_error.hpp"

namespace quartet::edge {

// Fills in defaults, then tests all but the program; throws BAD_CONFIG.
void complete_and_check(EngineConfig& config);
// Throws BAD_CONFIG; the controls that replace limits and risk model hold them against the same.
void check_risk_limits(const RiskLimits& limits, const EngineConfig& config);
void check_risk_model(const RiskModelSpec& model, std::size_t symbols);

inline void require(bool holds, const std::string& key, const char* rule) {
  if (!holds) throw EngineError(ErrorCode::BadConfig, key + ": " + rule);
}

}  // namespace quartet::edge
