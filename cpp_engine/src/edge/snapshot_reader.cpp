// Reading of snapshots; nothing is believed before it is tested (spec 14.2).
#include <array>
#include <bit>
#include <cmath>

#include "quartet/account/account.hpp"
#include "quartet/edge/decoding.hpp"
#include "quartet/edge/snapshot.hpp"
#include "quartet/edge/snapshot_format.hpp"
#include "quartet/edge/snapshot_orders.hpp"
#include "quartet/edge/validation.hpp"
#include "quartet/risk_engine/controls.hpp"
#include "quartet/risk_engine/halts.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet::edge {
namespace {

TokenBucket get_bucket(SnapshotReader& in) {
  TokenBucket bucket;
  const i128 tokens = in.get<i128>();
  require_snapshot(tokens >= 0 && tokens <= i128{2} * kScale * kScale, "tokens out of range");
  bucket.tokens = static_cast<i64>(tokens);
  bucket.ts = in.time();
  return bucket;
}

Level get_level(SnapshotReader& in) {
  const u8 level = in.get<u8>();
  require_snapshot(contract::is_level(level), "unknown level");
  return static_cast<Level>(level);
}

// The configuration and what controls have changed of it.
std::unique_ptr<EngineState> configure_from_blobs(SnapshotReader& in) {
  const std::string_view config = in.blob();
  const std::string_view limits = in.blob();
  const std::string_view model = in.blob();
  const std::string_view program = in.blob();
  auto engine = configure(std::string(config));
  if (!limits.empty()) {
    const RiskLimits decoded = decode_risk_limits(limits);
    check_risk_limits(decoded, engine->config);
    set_limits(*engine, decoded);
    engine->limits_bytes = limits;
  }
  if (!model.empty()) {
    const RiskModelSpec decoded = decode_risk_model(model);
    check_risk_model(decoded, engine->symbols.size());
    engine->model = build_risk_model(decoded, engine->symbols.size());
    engine->model_bytes = model;
    place_account_bounds(*engine);
  }
  if (!program.empty()) {
    engine->phase_one.set_program(compile_program(
        decode_program(program), engine->config.capacity.source_count, engine->symbols.size()));
    engine->program_bytes = program;
  }
  return engine;
}

constexpr const char* kAbsent = "an absent value is not zero";

void check_price(const MarketInputs& market, bool has, i64 price) {
  require_snapshot(has || price == 0, kAbsent);
  require_snapshot(!has || !bad_price(market, price), "a price out of range");
}

u64 get_count(SnapshotReader& in) {
  const u64 count = in.get<u64>();
  require_snapshot(count >> 63 == 0, "a counter out of range");
  return count;
}

Counters get_counters(SnapshotReader& in) {
  std::array<u64, sizeof(Counters) / sizeof(u64)> counts;
  for (u64& count : counts) count = get_count(in);
  return std::bit_cast<Counters>(counts);
}

void get_engine(SnapshotReader& in, EngineState& engine) {
  engine.counters = get_counters(in);
  engine.phase_one.stream().gaps = engine.counters.gaps;
  engine.phase_one.stream().last_ts_init = in.time();
  engine.now = engine.phase_one.stream().last_ts_init;
  engine.session = in.session();
  engine.risk_number = in.time();
  engine.started = in.flag();
  engine.level = get_level(in);
  engine.flatten = in.flag();
  engine.drawdown_latched = in.flag();
  engine.daily_loss_latched = in.flag();
  Ledger& ledger = engine.ledger;
  for (i128* amount : {&ledger.cash, &ledger.fees, &ledger.realised, &ledger.peak, &ledger.session_open}) {
    *amount = in.money();
  }
  engine.last_order_id = get_count(in);
  engine.last_exec_id = get_count(in);
  engine.last_signal_id = get_count(in);
  engine.bucket = get_bucket(in);
}

// Cursors of rings and blocks point into them (spec 4.4, 4.5).
void check_cursors(const Instruction& node, const u64* u) {
  const contract::Window window = contract::kOperators[number(node.op)].window;
  switch (window) {
    case contract::Window::Lag:
    case contract::Window::Scan:
      require_snapshot(u[0] < node.n && u[1] <= node.n, "a ring's cursor is out of range");
      break;
    case contract::Window::Rolling:
      require_snapshot(u[0] < node.n && u[1] <= 1, "a block's cursor is out of range");
      break;
    default:
      require_snapshot(node.u_words == 0 || u[0] <= u64{1} << 63, "an average's count is out of range");
  }
}

void get_state_words(SnapshotReader& in, const Program& program, std::byte* state) {
  for (const Instruction& node : program.nodes) {
    const u64 f_count = contract::kOperators[number(node.op)].f_words.count(node.n, node.input_count);
    u64* u = u_words(state, node.state);
    for (u64 i = 0; i < node.u_words; ++i) u[i] = in.get<u64>();
    double* f = f_words(state, node.state + node.u_words);
    for (u64 i = 0; i < f_count; ++i) f[i] = in.get<double>();
    check_cursors(node, u);
  }
}

bool is_zero(double x) { return std::bit_cast<u64>(x) == 0; }

bool is_empty(const MarketMemory& memory) {
  return (memory.last_trade_price | memory.vwap_session) == 0 && is_zero(memory.vwap_notional) &&
         is_zero(memory.vwap_size) && memory.external.empty();
}

void get_external(SnapshotReader& in, const EngineConfig& config, MarketMemory& memory) {
  const u32 count = in.get<u32>();
  require_snapshot(count <= config.signals.max_signals_per_symbol, "too many external signals");
  for (u32 i = 0; i < count; ++i) {
    ExternalSignal signal;
    signal.source = in.get<u32>();
    signal.score = in.get<double>();
    signal.confidence = in.get<double>();
    signal.ts_event = in.get<i64>();
    signal.event_index = in.get<u64>();
    require_snapshot(signal.source < config.capacity.source_count, "an external signal of an unknown source");
    memory.external.push_back(signal);
  }
}

void get_phase_one(SnapshotReader& in, const EngineConfig& config, PhaseOne& phase_one, u32 symbol) {
  MarketInputs& market = phase_one.market(symbol);
  market.bid_price = in.get<i64>();  // any, where its size is 0 (spec 3.2)
  market.ask_price = in.get<i64>();
  market.bid_size = in.size();
  market.ask_size = in.size();
  require_snapshot(market.bid_size == 0 || !bad_price(market, market.bid_price), "a bid out of range");
  require_snapshot(market.ask_size == 0 || !bad_price(market, market.ask_price), "an ask out of range");
  MarketMemory memory;
  memory.last_trade_price = in.get<i64>();
  market.has_trade = in.flag();
  check_price(market, market.has_trade, memory.last_trade_price);
  market.last_sign = in.get<i8>();
  require_snapshot(market.last_sign >= -1 && market.last_sign <= 1, "a sign out of range");
  memory.vwap_session = in.session();
  memory.vwap_notional = in.get<double>();
  memory.vwap_size = in.get<double>();
  get_external(in, config, memory);
  if (!is_empty(memory)) market.memory.make() = std::move(memory);
  double* values = phase_one.all_values(symbol);
  for (const Instruction& node : phase_one.program().nodes) {
    const auto value = in.get<double>();
    // A constant keeps its own value: another one would not be written back.
    if (node.op != contract::Op::Const) *values = value;
    ++values;
  }
  get_state_words(in, phase_one.program(), phase_one.state(symbol));
}

PriceLevel get_price_level(SnapshotReader& in, const MarketInputs& market) {
  PriceLevel level;
  level.price = in.get<i64>();
  level.size = in.size();
  require_snapshot(level.size > 0 && !bad_price(market, level.price), "a level out of range");
  return level;
}

void get_view(SnapshotReader& in, const MarketInputs& market, SymbolState& state, SymbolTrading& trading) {
  BookDepth depth;
  state.bid_levels = in.get<u8>();
  state.ask_levels = in.get<u8>();
  require_snapshot(state.bid_levels <= kLevels && state.ask_levels <= kLevels, "too many levels");
  for (std::size_t n = 0; n < state.bid_levels; ++n) depth.bids[n] = get_price_level(in, market);
  for (std::size_t n = 0; n < state.ask_levels; ++n) depth.asks[n] = get_price_level(in, market);
  if (state.has_bid()) {
    state.bid_price = depth.bids[0].price;
    state.bid_size = depth.bids[0].size;
  }
  if (state.has_ask()) {
    state.ask_price = depth.asks[0].price;
    state.ask_size = depth.asks[0].size;
  }
  if (state.bid_levels > 1 || state.ask_levels > 1) trading.depth.make() = depth;
  trading.taken_bid = in.saturated();
  trading.taken_ask = in.saturated();
  state.taken_from = (trading.taken_bid | trading.taken_ask) != 0;
  state.has_quote = in.flag();
  state.mark = in.get<i64>();
  state.has_mark = in.flag();
  check_price(market, state.has_mark, state.mark);
  trading.risk_price = in.get<i64>();
  trading.has_risk_price = in.flag();
  check_price(market, trading.has_risk_price, trading.risk_price);
  state.last_ts = in.time();
  state.has_data = in.flag();
  require_snapshot(state.has_data || state.last_ts == 0, kAbsent);
}

void get_accepted(SnapshotReader& in, AcceptedOrders& accepted, u32& last) {
  const u32 count = in.get<u32>();
  for (u32 i = 0; i < count; ++i) {
    AcceptedOrder order;
    order.side = in.get<u8>();
    order.type = in.get<u8>();
    order.quantity = in.get<i64>();
    order.price = in.get<i64>();
    order.ts = in.time();
    require_snapshot(contract::is_side(order.side) && contract::is_order_type(order.type),
                     "unknown side or type");
    accepted.push(last, order);
  }
}

void get_decisions(SnapshotReader& in, EngineState& engine, u32 symbol, SymbolExtras& extras) {
  SymbolState& state = engine.symbols[symbol];
  state.direction = in.get<i8>();
  require_snapshot(state.direction >= -1 && state.direction <= 1, "a direction out of range");
  engine.trading[symbol].signal_id = in.get<u64>();
  state.target = in.get<i64>();
  state.target_x = in.get<double>();
  state.has_target = in.flag();
  require_snapshot(state.has_target || (state.target == 0 && is_zero(state.target_x)), kAbsent);
  const i64 most = quantity_bound(engine, symbol);
  require_snapshot(std::fabs(state.target_x) <= 1.0 && state.target >= -most && state.target <= most,
                   "a target out of range");
  PendingVerdict& pending = extras.pending;
  pending.has = in.flag();
  pending.score = in.get<double>();
  pending.confidence = in.get<double>();
  pending.fair_value = in.get<double>();
  pending.ts = in.time();
  require_snapshot(pending.has || (is_zero(pending.score) && is_zero(pending.confidence) &&
                                   is_zero(pending.fair_value) && pending.ts == 0),
                   kAbsent);
  require_snapshot(is_finite(pending.score) && is_finite(pending.confidence), "a verdict not finite");
  if (pending.has) engine.pending_verdicts.insert(symbol);
  for (RetryMemory& memory : extras.retry) {
    memory.has = in.flag();
    memory.price = in.get<i64>();
    memory.quantity = in.get<i64>();
    memory.type = in.get<u8>();
    memory.ts = in.time();
    require_snapshot(!memory.has || contract::is_order_type(memory.type), "unknown type");
    require_snapshot(memory.has || (memory.price | memory.quantity | memory.type | memory.ts) == 0, kAbsent);
  }
}

void get_phase_two(SnapshotReader& in, EngineState& engine, u32 symbol) {
  SymbolState& state = engine.symbols[symbol];
  SymbolTrading& trading = engine.trading[symbol];
  SymbolExtras extras;
  get_view(in, engine.phase_one.market(symbol), state, trading);
  state.stale = in.flag();
  state.halted = in.flag();
  state.status = in.get<u8>();
  require_snapshot(state.status <= 31, "unknown status bits");
  state.level = get_level(in);
  set_scope_flatten(engine, symbol, in.flag());
  extras.band_low = in.get<i64>();
  extras.band_high = in.get<i64>();
  trading.has_band = in.flag();
  require_snapshot(trading.has_band || (extras.band_low | extras.band_high) == 0, kAbsent);
  state.position = in.get<i64>();
  trading.cost = in.money();
  const i64 most = quantity_bound(engine, symbol);
  require_snapshot(state.position >= -most && state.position <= most, "a position out of range");
  require_snapshot(state.position == 0 || state.has_mark, "a position without a mark");
  if (state.position != 0) engine.held.insert(symbol);
  get_decisions(in, engine, symbol, extras);
  if (extras != SymbolExtras{}) trading.extras.make() = extras;
  trading.bucket = get_bucket(in);
  get_accepted(in, engine.accepted, trading.last_accepted);
  touch_exposure(engine, state, symbol);
}

std::unique_ptr<EngineState> read_all(std::string_view snapshot) {
  SnapshotReader in(snapshot);
  require_snapshot(in.take(kSnapshotMagic.size()) == kSnapshotMagic, "not one of ours");
  if (in.take(contract_hash_bytes().size()) != contract_hash_bytes()) {
    throw EngineError(ErrorCode::ContractMismatch, "snapshot: it was taken under another contract");
  }
  auto engine = configure_from_blobs(in);
  get_engine(in, *engine);
  for (u64& sequence : engine->phase_one.stream().last_sequence) sequence = in.get<u64>();
  const auto symbols = static_cast<u32>(engine->symbols.size());
  engine->phase_one.keep_all_values();
  for (u32 symbol = 0; symbol < symbols; ++symbol)
    get_phase_one(in, engine->config, engine->phase_one, symbol);
  for (u32 symbol = 0; symbol < symbols; ++symbol) get_phase_two(in, *engine, symbol);
  get_orders(in, *engine);
  get_messages(in, *engine);
  require_snapshot(in.empty(), "trailing bytes");
  engine->ledger.equity = computed_equity(*engine);
  if (engine->started) place_boundary(*engine);
  place_halt_level(*engine);
  // Whatever no test above has refused, but would come back as other bytes.
  require_snapshot(take_snapshot(*engine) == snapshot, "it is not as an engine writes it");
  return engine;
}

}  // namespace

std::unique_ptr<EngineState> restore(std::string_view snapshot) {
  try {
    return read_all(snapshot);
  } catch (const EngineError& error) {
    if (error.code() == ErrorCode::ContractMismatch || error.code() == ErrorCode::BadSnapshot) throw;
    throw EngineError(ErrorCode::BadSnapshot, std::string("snapshot: ") + error.what());
  }
}

}  // namespace quartet::edge
