// How an engine runs, never what it computes: the bits are the same for every choice.
#pragma once

#include <string_view>

#include "quartet/signal_engine/phase_one.hpp"

namespace quartet::edge {

struct EngineOptions {
  unsigned threads = 1;  // two or more: phase one of the next block runs beside phase two of this one
  Mode mode = Mode::Auto;
  std::size_t block_events = kBlockEvents;  // at most; tests take short blocks
};

// From the words that users write: mode auto, event or block; simd auto or scalar. Throws BAD_CONFIG.
EngineOptions read_options(long threads, std::string_view mode, std::string_view simd);

}  // namespace quartet::edge
