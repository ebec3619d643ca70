// Words to options.
#include "quartet/edge/engine_options.hpp"

#include <string>

#include "quartet/core/engine_error.hpp"

namespace quartet::edge {
namespace {

constexpr long kThreadsMax = 1024;

Mode read_mode(std::string_view mode) {
  if (mode == "auto") return Mode::Auto;
  if (mode == "event") return Mode::Event;
  if (mode == "block") return Mode::Block;
  throw EngineError(ErrorCode::BadConfig,
                    "mode: '" + std::string(mode) + "' is not one of auto, event and block");
}

}  // namespace

EngineOptions read_options(long threads, std::string_view mode, std::string_view simd) {
  if (threads < 1 || threads > kThreadsMax) {
    throw EngineError(ErrorCode::BadConfig, "threads: " + std::to_string(threads) + " is not 1 to 1024");
  }
  // The compiler's vectors are all there are, and of the one level that every x86-64 has.
  if (simd != "auto" && simd != "scalar") {
    throw EngineError(ErrorCode::BadConfig,
                      "simd: '" + std::string(simd) + "' is not one of auto and scalar");
  }
  return {static_cast<unsigned>(threads), read_mode(mode), kBlockEvents};
}

}  // namespace quartet::edge
