// Writing of snapshots, section by section (spec 14.1).
#include "quartet/edge/snapshot.hpp"
#include "quartet/edge/snapshot_format.hpp"

namespace quartet::edge {
namespace {

void put_bucket(SnapshotWriter& out, const TokenBucket& bucket) {
  out.put(i128{bucket.tokens});
  out.put(bucket.ts);
}

void put_engine(SnapshotWriter& out, const EngineState& engine) {
  out.put(engine.counters);
  out.put(engine.phase_one.stream().last_ts_init);
  out.put(engine.session);
  out.put(engine.risk_number);
  out.put(engine.started);
  out.put(number(engine.level));
  out.put(engine.flatten);
  out.put(engine.drawdown_latched);
  out.put(engine.daily_loss_latched);
  const Ledger& ledger = engine.ledger;
  for (const i128 amount : {ledger.cash, ledger.fees, ledger.realised, ledger.peak, ledger.session_open}) {
    out.put(amount);
  }
  out.put(engine.last_order_id);
  out.put(engine.last_exec_id);
  out.put(engine.last_signal_id);
  put_bucket(out, engine.bucket);
}

void put_state_words(SnapshotWriter& out, const Program& program, const std::byte* state) {
  for (const Instruction& node : program.nodes) {
    const contract::Operator& row = contract::kOperators[number(node.op)];
    const std::byte* words = state + std::size_t{node.state} * sizeof(u64);
    const u64 f_words = row.f_words.count(node.n, node.input_count);
    for (u64 i = 0; i < node.u_words; ++i, words += sizeof(u64)) {
      u64 word;
      std::memcpy(&word, words, sizeof(word));
      out.put(word);
    }
    for (u64 i = 0; i < f_words; ++i, words += sizeof(double)) {
      double word;
      std::memcpy(&word, words, sizeof(word));
      out.put(word);
    }
  }
}

void put_phase_one(SnapshotWriter& out, const PhaseOne& phase_one, u32 symbol, std::vector<double>& values) {
  const MarketInputs& market = phase_one.market(symbol);
  out.put(market.bid_price);
  out.put(market.ask_price);
  out.put(market.bid_size);
  out.put(market.ask_size);
  const MarketMemory& memory = market.memory.get();
  out.put(memory.last_trade_price);
  out.put(market.has_trade);
  out.put(market.last_sign);
  out.put(memory.vwap_session);
  out.put(memory.vwap_notional);
  out.put(memory.vwap_size);
  out.put(static_cast<u32>(memory.external.size()));
  for (const ExternalSignal& signal : memory.external) {
    out.put(signal.source);
    out.put(signal.score);
    out.put(signal.confidence);
    out.put(signal.ts_event);
    out.put(signal.event_index);
  }
  phase_one.copy_values(symbol, values);
  for (const double value : values) out.put(value);
  put_state_words(out, phase_one.program(), phase_one.state(symbol));
}

void put_view(SnapshotWriter& out, const SymbolState& state, const SymbolTrading& trading) {
  const BookDepth& depth = trading.depth.get();
  out.put(state.bid_levels);
  out.put(state.ask_levels);
  for (std::size_t n = 0; n < state.bid_levels; ++n) {
    out.put(n == 0 ? state.bid_price : depth.bids[n].price);
    out.put(n == 0 ? state.bid_size : depth.bids[n].size);
  }
  for (std::size_t n = 0; n < state.ask_levels; ++n) {
    out.put(n == 0 ? state.ask_price : depth.asks[n].price);
    out.put(n == 0 ? state.ask_size : depth.asks[n].size);
  }
  out.put(trading.taken_bid);
  out.put(trading.taken_ask);
  out.put(state.has_quote);
  out.put(state.mark);
  out.put(state.has_mark);
  out.put(trading.risk_price);
  out.put(trading.has_risk_price);
  out.put(state.last_ts);
  out.put(state.has_data);
}

void put_accepted(SnapshotWriter& out, const AcceptedOrders& accepted, u32 last) {
  u32 count = 0;
  for (u32 slot = accepted.first(last); slot != AcceptedOrders::kNone; slot = accepted.after(slot, last))
    ++count;
  out.put(count);
  for (u32 slot = accepted.first(last); slot != AcceptedOrders::kNone; slot = accepted.after(slot, last)) {
    const AcceptedOrder& order = accepted[slot];
    out.put(order.side);
    out.put(order.type);
    out.put(order.quantity);
    out.put(order.price);
    out.put(order.ts);
  }
}

void put_phase_two(SnapshotWriter& out, const EngineState& engine, u32 symbol) {
  const SymbolState& state = engine.symbols[symbol];
  const SymbolTrading& trading = engine.trading[symbol];
  const SymbolExtras& extras = trading.extras.get();
  put_view(out, state, trading);
  out.put(state.stale);
  out.put(state.halted);
  out.put(state.status);
  out.put(number(state.level));
  out.put(state.flatten);
  out.put(extras.band_low);
  out.put(extras.band_high);
  out.put(trading.has_band);
  out.put(state.position);
  out.put(trading.cost);
  out.put(state.direction);
  out.put(trading.signal_id);
  out.put(state.target);
  out.put(state.target_x);
  out.put(state.has_target);
  out.put(extras.pending.has);
  out.put(extras.pending.score);
  out.put(extras.pending.confidence);
  out.put(extras.pending.fair_value);
  out.put(extras.pending.ts);
  for (const RetryMemory& memory : extras.retry) {
    out.put(memory.has);
    out.put(memory.price);
    out.put(memory.quantity);
    out.put(memory.type);
    out.put(memory.ts);
  }
  put_bucket(out, trading.bucket);
  put_accepted(out, engine.accepted, trading.last_accepted);
}

void put_order(SnapshotWriter& out, const Order& order) {
  out.put(order.id);
  out.put(order.symbol);
  out.put(number(order.side));
  out.put(number(order.type));
  out.put(number(order.state));
  out.put(order.flatten);
  out.put(order.price);
  out.put(order.quantity);
  out.put(order.cum);
  out.put(order.created);
  out.put(order.signal_id);
  out.put(order.last_exec_id);
  out.put(order.has_pending);
  out.put(order.pending_price);
  out.put(order.pending_quantity);
  out.put(order.at_venue);
  out.put(order.venue_price);
  out.put(order.venue_quantity);
  out.put(order.venue_cum);
  out.put(order.resting);
  out.put(order.ahead);
  out.put(order.level);
  out.put(order.traded);
}

void put_orders(SnapshotWriter& out, const EngineState& engine) {
  out.put(engine.orders.size());
  for (u32 slot = engine.orders.first(); slot != kNoOrder; slot = engine.orders[slot].next) {
    put_order(out, engine.orders[slot]);
  }
}

void put_messages(SnapshotWriter& out, const EngineState& engine) {
  out.put(static_cast<u32>(engine.inbound.size()));
  for (std::size_t i = 0; i < engine.inbound.size(); ++i) {
    const Message& message = engine.inbound[i];
    out.put(message.arrival);
    out.put(number(message.kind));
    out.put(message.order_id);
    out.put(message.price);
    out.put(message.quantity);
  }
  out.put(static_cast<u32>(engine.reports.size()));
  for (std::size_t i = 0; i < engine.reports.size(); ++i) {
    const Report& report = engine.reports[i];
    out.put(report.due);
    out.put(report.ts);
    out.put(number(report.trigger));
    out.put(report.order_id);
    out.put(report.exec_id);
    out.put(report.price);
    out.put(report.quantity);
    out.put(report.liquidity);
    out.put(report.reason);
    out.put(static_cast<u16>(report.code));
    out.put(report.cause_event);
  }
}

u8 hex_digit(char digit) { return static_cast<u8>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

}  // namespace

std::string contract_hash_bytes() {
  std::string bytes;
  for (std::size_t i = 0; i < contract::kHash.size(); i += 2) {
    bytes.push_back(
        static_cast<char>(hex_digit(contract::kHash[i]) * 16 + hex_digit(contract::kHash[i + 1])));
  }
  return bytes;
}

std::string take_snapshot(const EngineState& engine) {
  SnapshotWriter out;
  out.append(kSnapshotMagic);
  out.append(contract_hash_bytes());
  for (const std::string* bytes :
       {&engine.config_bytes, &engine.limits_bytes, &engine.model_bytes, &engine.program_bytes}) {
    out.blob(*bytes);
  }
  put_engine(out, engine);
  for (const u64 sequence : engine.phase_one.stream().last_sequence) out.put(sequence);
  const auto symbols = static_cast<u32>(engine.symbols.size());
  std::vector<double> values;
  for (u32 symbol = 0; symbol < symbols; ++symbol) put_phase_one(out, engine.phase_one, symbol, values);
  for (u32 symbol = 0; symbol < symbols; ++symbol) put_phase_two(out, engine, symbol);
  put_orders(out, engine);
  put_messages(out, engine);
  return out.take();
}

}  // namespace quartet::edge
