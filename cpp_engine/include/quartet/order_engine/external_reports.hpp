// Reports of a live venue, tested before they touch an order (spec 7.11).
#pragma once

#include "quartet/data_engine/batch.hpp"
#include "quartet/engine_state.hpp"

namespace quartet {

// Why the report was refused, and the symbol that its INPUT_REJECT carries.
struct ReportOutcome {
  Code code = Code::None;
  u32 symbol = kNoSymbol;
};

ReportOutcome take_external_report(EngineState& engine, const Batch& batch, std::size_t event,
                                   std::size_t row);

}  // namespace quartet
