// All of an engine's state: a function of its configuration and its inputs, and of nothing else.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "quartet/account/ledger.hpp"
#include "quartet/core/configuration.hpp"
#include "quartet/core/growing_ring.hpp"
#include "quartet/core/record_buffer.hpp"
#include "quartet/core/symbol_set.hpp"
#include "quartet/core/symbol_state.hpp"
#include "quartet/execution_engine/messages.hpp"
#include "quartet/order_engine/accepted_orders.hpp"
#include "quartet/order_engine/order_slab.hpp"
#include "quartet/risk_engine/account_bounds.hpp"
#include "quartet/risk_engine/order_terms.hpp"
#include "quartet/risk_engine/risk_model.hpp"
#include "quartet/signal_engine/phase_one.hpp"

namespace quartet {

struct EngineState {
  // Kept verbatim for the snapshot; the last three are empty until a control gives them.
  std::string config_bytes;
  std::string limits_bytes;
  std::string model_bytes;
  std::string program_bytes;

  // As configured, and as controls have changed it since.
  EngineConfig config;
  RiskLimits limits;
  RiskModel model;
  AccountBounds bounds;
  std::vector<InstrumentKind> kinds;
  std::vector<OrderTerms> kind_terms;  // by kind

  PhaseOne phase_one;

  std::vector<SymbolState> symbols;
  std::vector<SymbolTrading> trading;
  SymbolSet held;              // position != 0
  SymbolSet flattened;         // flatten set for the symbol
  SymbolSet pending_verdicts;  // bars seen since the last CLOCK

  Ledger ledger;
  ExposureSums sums;
  std::vector<u32> stale_exposures;
  std::vector<u32> moved_marks;
  // cap(im, abs(N)) by symbol, valid unless margin_stale; none until they are first asked for.
  std::vector<i128> margins;
  std::vector<u32> stale_margins;

  OrderSlab orders;
  AcceptedOrders accepted;
  GrowingRing<Message> inbound;
  GrowingRing<Report> reports;
  bool answers_at_once = false;  // reports are applied as they are made (no state)

  bool started = false;  // an event was accepted
  i64 session = 0;
  i64 risk_number = 0;
  i64 next_boundary = std::numeric_limits<i64>::min();  // of session and risk clock

  Level level = Level::Run;
  bool flatten = false;
  u32 flattened_symbols = 0;
  bool drawdown_latched = false;
  bool daily_loss_latched = false;
  TokenBucket bucket;

  u64 last_order_id = 0;
  u64 last_exec_id = 0;
  u64 last_signal_id = 0;
  Counters counters;

  // The event at hand, and what it has written.
  i64 now = 0;
  u64 event_index = 0;
  RecordBuffer records;

  // Order ids set aside while a list changes under its walker.
  std::vector<u64> walked;
  std::vector<u64> conflicts;

  const char* fault = nullptr;  // a broken invariant (spec 12.1)

  const InstrumentKind& instrument(u32 symbol) const { return kinds[trading[symbol].kind]; }
  const OrderTerms& terms(u32 symbol) const { return kind_terms[trading[symbol].kind]; }
  std::vector<PriceBounds> price_bounds() const {
    std::vector<PriceBounds> out;
    out.reserve(trading.size());
    for (const SymbolTrading& each : trading)
      out.push_back({kinds[each.kind].price_min, kinds[each.kind].price_max});
    return out;
  }
  void fail(const char* what) {
    if (fault == nullptr) fault = what;
  }
};

// The instrument's own limit, else the engine's.
inline const Limit& own_or(const Limit& own, const Limit& engine) { return own ? own : engine; }

}  // namespace quartet
