// From configuration to an engine at its start.
#include <map>
#include <utility>

#include "quartet/edge/decoding.hpp"
#include "quartet/edge/snapshot.hpp"
#include "quartet/edge/validation.hpp"
#include "quartet/risk_engine/controls.hpp"
#include "quartet/risk_engine/halts.hpp"

namespace quartet::edge {
namespace {

// Kinds of instruments, and which of them each symbol is. What is like the one before it needs no search.
void place_kinds(EngineState& engine) {
  std::map<InstrumentKind, u16> numbers;
  u16 number = 0;
  for (std::size_t i = 0; i < engine.symbols.size(); ++i) {
    const InstrumentKind& kind = engine.config.instruments[i];
    if (i == 0 || kind != engine.kinds[number]) {
      const auto [entry, is_new] = numbers.try_emplace(kind, static_cast<u16>(engine.kinds.size()));
      if (is_new) engine.kinds.push_back(kind);
      number = entry->second;
    }
    engine.trading[i].kind = number;
  }
}

void place_symbols(EngineState& engine) {
  const std::size_t count = engine.config.instruments.size();
  engine.symbols.resize(count);
  engine.trading.resize(count);
  engine.held.resize(count);
  engine.flattened.resize(count);
  engine.pending_verdicts.resize(count);
  engine.stale_exposures.reserve(count);
  engine.moved_marks.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Instrument& instrument = engine.config.instruments[i];
    SymbolState& state = engine.symbols[i];
    state.multiplier = instrument.multiplier;
    if (!instrument.reference_price) continue;
    state.mark = engine.trading[i].risk_price = *instrument.reference_price;
    state.has_mark = engine.trading[i].has_risk_price = true;
  }
  place_kinds(engine);
  std::vector<Instrument>().swap(engine.config.instruments);  // gives their room back
}

// Buckets are full at the start (spec 9.6).
void fill_buckets(EngineState& engine) {
  const RiskLimits& limits = engine.limits;
  if (limits.max_orders_per_second) engine.bucket.tokens = 2 * *limits.max_orders_per_second * kScale;
  if (!limits.max_orders_per_second_symbol) return;
  for (SymbolTrading& trading : engine.trading) {
    trading.bucket.tokens = 2 * *limits.max_orders_per_second_symbol * kScale;
  }
}

}  // namespace

std::unique_ptr<EngineState> configure(std::string config_bytes) {
  auto engine = std::make_unique<EngineState>();
  engine->config = decode_config(config_bytes);
  complete_and_check(engine->config);
  const EngineConfig& config = engine->config;
  Program program = compile_program(config.program, config.capacity.source_count, config.instruments.size());
  engine->config_bytes = std::move(config_bytes);
  place_symbols(*engine);
  engine->phase_one.configure(config, engine->price_bounds(), std::move(program));
  engine->orders.reserve(config.capacity.open_orders);
  engine->walked.reserve(config.capacity.open_orders);
  engine->conflicts.reserve(config.capacity.open_orders);
  if (config.risk_model) engine->model = build_risk_model(*config.risk_model, engine->symbols.size());
  set_limits(*engine, config.risk);
  fill_buckets(*engine);
  Ledger& ledger = engine->ledger;
  ledger.cash = ledger.equity = ledger.peak = ledger.session_open = *config.account.initial_cash;
  place_halt_level(*engine);
  return engine;
}

}  // namespace quartet::edge
