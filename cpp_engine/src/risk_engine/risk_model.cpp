// Tests and layout of the risk model (spec 9.10).
#include "quartet/risk_engine/risk_model.hpp"

#include <bit>
#include <cmath>

#include "quartet/core/floating.hpp"

namespace quartet {

const char* risk_model_fault(const RiskModelSpec& spec, std::size_t symbols) {
  const std::size_t n = spec.symbols.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (spec.symbols[i] >= symbols) return "unknown symbol";
    if (i > 0 && spec.symbols[i] <= spec.symbols[i - 1]) return "symbols not ascending";
  }
  if (spec.covariance.size() != n * n) return "covariance not complete";
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double entry = spec.covariance[i * n + j];
      if (!is_finite(entry)) return "covariance not finite";
      if (std::bit_cast<u64>(entry) != std::bit_cast<u64>(spec.covariance[j * n + i])) {
        return "covariance not symmetric";
      }
    }
    if (!(spec.covariance[i * n + i] >= 0.0)) return "a variance is negative";
  }
  return nullptr;
}

RiskModel build_risk_model(const RiskModelSpec& spec, std::size_t symbols) {
  RiskModel model;
  model.given = true;
  model.symbols = spec.symbols;
  model.covariance = spec.covariance;
  model.valid_until_ns = spec.valid_until_ns;
  model.row_of.assign(symbols, kOutsideModel);
  for (std::size_t i = 0; i < spec.symbols.size(); ++i) model.row_of[spec.symbols[i]] = static_cast<u32>(i);
  for (const double entry : spec.covariance) {
    if (std::fabs(entry) > model.largest) model.largest = std::fabs(entry);
  }
  return model;
}

}  // namespace quartet
