// The engine as its callers see it: bytes in, bytes out, every error an EngineError (spec 12).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "quartet/edge/batch_frame.hpp"
#include "quartet/edge/engine_options.hpp"
#include "quartet/engine_state.hpp"
#include "quartet/performance/latency.hpp"
#include "quartet/risk_engine/controls.hpp"
#include "quartet/signal_engine/phase_one_worker.hpp"

namespace quartet::edge {

struct EvaluationColumns {
  std::vector<u8> verdict;
  std::vector<double> score;
  std::vector<double> confidence;
  std::vector<double> fair_value;
};

struct Statistics {
  Counters counters;
  u64 latency_count = 0;
  u64 latency_ns_total = 0;
  u64 latency_ns_max = 0;
  u64 latency_ns_p50 = 0;
  u64 latency_ns_p90 = 0;
  u64 latency_ns_p99 = 0;
  u64 latency_ns_p999 = 0;
  u64 uptime_ns = 0;
  u32 queue_depth = 0;
  u32 pool_in_use = 0;
};

// Compiler and flags that this library was built with.
std::string build_text();

// Not for two threads at once.
class TradingEngine {
 public:
  explicit TradingEngine(std::string config, const EngineOptions& options = {});

  // The records stay valid until the next call.
  Bytes process(std::span<const Bytes> columns, std::span<const std::string_view> controls);
  EvaluationColumns evaluate(std::span<const Bytes> columns, std::span<const std::string_view> controls);
  std::string snapshot() const;
  void restore(std::string_view snapshot);
  Statistics statistics(bool reset);
  u64 processing_ns() const { return processing_ns_; }

 private:
  void require_sound() const;
  u64 run(const Batch& batch, std::span<ControlCommand> commands, u64 started);
  [[noreturn]] void latch(const char* what);

  EngineOptions options_;
  std::unique_ptr<EngineState> state_;
  std::unique_ptr<PhaseOneWorker> worker_;  // made when a batch is first worth it
  LatencyHistogram latency_;
  u64 started_ns_ = 0;
  u64 processing_ns_ = 0;
};

}  // namespace quartet::edge
