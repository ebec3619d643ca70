// Commands, decoded and tested before the batch runs, applied in step S3 (spec 11).
#pragma once

#include "quartet/engine_state.hpp"

namespace quartet {

struct ControlCommand {
  bool valid = false;  // false: BAD_CONTROL
  ControlKind kind = ControlKind::CancelAll;
  u32 symbol = kNoSymbol;  // kNoSymbol: the whole engine
  Level level = Level::Run;
  bool flatten = false;
  // SET_LIMITS, SET_RISK_MODEL, SET_PROGRAM: as decoded, and as they came.
  RiskLimits limits;
  RiskModelSpec risk_model;
  Program program;
  std::string bytes;
  i64 quantity = 0;
  i64 price = 0;
  i128 cash = 0;
  u8 status = 0;
  i64 band_low = 0;
  i64 band_high = 0;
};

// False, with no effect, where money would leave its bounds: BAD_CONTROL.
bool apply_control(EngineState& engine, ControlCommand& command);

// The parts that a restore applies too.
void set_limits(EngineState& engine, const RiskLimits& limits);
void set_scope_flatten(EngineState& engine, u32 symbol, bool flatten);

}  // namespace quartet
