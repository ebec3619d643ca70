// Calls of an engine: frame and controls are tested whole, then the batch runs (spec 2.2, 12).
#include "quartet/edge/trading_engine.hpp"

#include <new>
#include <system_error>

#include "quartet/core/float_environment.hpp"
#include "quartet/edge/control_decoding.hpp"
#include "quartet/edge/snapshot.hpp"
#include "quartet/edge/within_memory.hpp"
#include "quartet/engine.hpp"

namespace quartet::edge {
namespace {

std::unique_ptr<PhaseOneWorker> make_worker() {
  try {
    return std::make_unique<PhaseOneWorker>();
  } catch (const std::system_error&) {
    throw EngineError(ErrorCode::Capacity, "engine: no thread to be had for phase one");
  }
}

}  // namespace

std::string build_text() {
  std::string text = "g++ " __VERSION__ ", C++20";
#ifdef NDEBUG
  text += ", optimised";
#else
  text += ", with assertions";
#endif
  return text + ", -ffp-contract=off";
}

TradingEngine::TradingEngine(std::string config, const EngineOptions& options)
    : options_(options), started_ns_(monotonic_ns()) {
  const FloatEnvironment environment;
  state_ = within_memory([&] { return configure(std::move(config)); });
  state_->phase_one.set_mode(options_.mode);
}

void TradingEngine::require_sound() const {
  if (state_->fault != nullptr) {
    throw EngineError(ErrorCode::EngineFailed, std::string("engine: it has failed: ") + state_->fault);
  }
}

void TradingEngine::latch(const char* what) {
  state_->fail(what);
  throw EngineError(ErrorCode::EngineFailed, std::string("engine: it has failed: ") + state_->fault);
}

u64 TradingEngine::run(const Batch& batch, std::span<ControlCommand> commands, u64 started) {
  // With one block there is nothing to overlap.
  if (options_.threads < 2 || batch.events <= options_.block_events) {
    return quartet::process(*state_, batch, commands, options_.block_events, latency_, started);
  }
  if (worker_ == nullptr) worker_ = make_worker();
  return process_overlapped(*state_, batch, commands, options_.block_events, latency_, started, *worker_);
}

Bytes TradingEngine::process(std::span<const Bytes> columns, std::span<const std::string_view> controls) {
  const FloatEnvironment environment;
  require_sound();
  const u64 started = monotonic_ns();
  const Batch batch = frame_batch(columns, controls.size());
  std::vector<ControlCommand> commands = within_memory([&] {
    std::vector<ControlCommand> decoded;
    decoded.reserve(controls.size());
    for (const std::string_view control : controls) decoded.push_back(decode_control(control, *state_));
    return decoded;
  });
  state_->records.clear();
  try {
    processing_ns_ = run(batch, commands, started) - started;
  } catch (const std::bad_alloc&) {
    latch("out of memory in the middle of a batch");
  }
  if (state_->fault != nullptr) require_sound();
  return state_->records.bytes();
}

EvaluationColumns TradingEngine::evaluate(std::span<const Bytes> columns,
                                          std::span<const std::string_view> controls) {
  const FloatEnvironment environment;
  require_sound();
  const u64 started = monotonic_ns();
  const Batch batch = frame_batch(columns, controls.size());
  EvaluationColumns out = within_memory([&] {
    EvaluationColumns made;
    made.verdict.resize(batch.events);
    for (auto* column : {&made.score, &made.confidence, &made.fair_value}) column->resize(batch.events);
    return made;
  });
  quartet::evaluate(*state_, batch, {out.verdict, out.score, out.confidence, out.fair_value});
  processing_ns_ = monotonic_ns() - started;
  return out;
}

std::string TradingEngine::snapshot() const {
  require_sound();
  return within_memory([&] { return take_snapshot(*state_); });
}

void TradingEngine::restore(std::string_view snapshot) {
  const FloatEnvironment environment;
  state_ = within_memory([&] { return edge::restore(snapshot); });
  state_->phase_one.set_mode(options_.mode);
}

Statistics TradingEngine::statistics(bool reset) {
  Statistics out;
  out.counters = state_->counters;
  out.latency_count = latency_.count();
  out.latency_ns_total = latency_.total_ns();
  out.latency_ns_max = latency_.max_ns();
  out.latency_ns_p50 = latency_.quantile_ns(0.5);
  out.latency_ns_p90 = latency_.quantile_ns(0.9);
  out.latency_ns_p99 = latency_.quantile_ns(0.99);
  out.latency_ns_p999 = latency_.quantile_ns(0.999);
  out.uptime_ns = monotonic_ns() - started_ns_;
  out.queue_depth = static_cast<u32>(state_->inbound.size() + state_->reports.size());
  out.pool_in_use = state_->orders.size();
  if (reset) latency_.clear();
  return out;
}

}  // namespace quartet::edge
