// The covariance of the risk model, by symbol (spec 9.10).
#pragma once

#include <vector>

#include "quartet/core/configuration.hpp"

namespace quartet {

inline constexpr u32 kOutsideModel = ~u32{0};

struct RiskModel {
  bool given = false;
  std::vector<u32> symbols;        // ascending
  std::vector<double> covariance;  // row-major
  std::vector<u32> row_of;         // by symbol; kOutsideModel
  i64 valid_until_ns = 0;
  double largest = 0.0;  // magnitude of any entry

  double at(u32 row, u32 column) const { return covariance[std::size_t{row} * symbols.size() + column]; }
};

// Null where the model may stand, else what is wrong with it (spec 9.10).
const char* risk_model_fault(const RiskModelSpec& spec, std::size_t symbols);
RiskModel build_risk_model(const RiskModelSpec& spec, std::size_t symbols);

}  // namespace quartet
