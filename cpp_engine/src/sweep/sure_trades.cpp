// The limits of spec 9.3 turned into quantities, at the worst mark and the least equity.
#include "quartet/sweep/sure_trades.hpp"

#include <algorithm>

#include "quartet/account/exposures.hpp"
#include "quartet/order_engine/instant_fill.hpp"
#include "quartet/order_engine/order_engine.hpp"

namespace quartet::sweep {
namespace {

constexpr i64 kAny = std::numeric_limits<i64>::max();
constexpr i128 kAnyAmount = i128{1} << 120;
constexpr i64 kDefaultCollarPpb = 50'000'000;  // of a MARKET order (spec 9.4)

// No more than the share of an amount that is not negative.
i128 share(i128 amount, i64 factor, i64 divisor) {
  return std::min(amount / divisor, i128{1} << 82) * factor;
}

// Rows and latches that refuse orders whatever their quantity, or that must be looked at order by order.
bool every_order_is_plain(const EngineState& engine, const SymbolState& state, u32 symbol) {
  const EngineConfig& config = engine.config;
  const RiskLimits& limits = engine.limits;
  const bool at_once = config.venue.simulated() && config.venue.order_latency_ns == 0 &&
                       config.venue.response_latency_ns == 0 && !engine.instrument(symbol).fills_on_bars();
  const bool plain_policy = config.policy.target.order_type == number(OrderType::Market) &&
                            config.reconciler.slice_quantity == 0;
  const bool open = engine.level == Level::Run && state.level == Level::Run && state.status == 0 &&
                    !state.has_band && !engine.drawdown_latched && !engine.daily_loss_latched;
  const bool room = engine.orders.size() == 0 && engine.orders.capacity() > 0 &&
                    limits.max_open_orders.value_or(1) > 0 && limits.max_open_orders_symbol.value_or(1) > 0;
  return at_once && plain_policy && open && room && config.check_risk && !limits.duplicate_window_ns &&
         config.account.account_type == number(AccountType::Margin);
}

}  // namespace

void SureTrades::place(EngineState& engine, const QuoteRun& quotes) {
  const u32 symbol = quotes.symbol();
  const SymbolState& state = engine.symbols[symbol];
  const Instrument& instrument = engine.instrument(symbol);
  const RiskLimits& limits = engine.limits;
  const AccountBounds& bounds = engine.bounds;
  placed_ = true;
  quantity_most_ = 0;
  const i128 equity = engine.ledger.equity;
  equity_low_ = equity - (equity >> 4);
  if (equity <= 0 || !every_order_is_plain(engine, state, symbol)) return;
  refresh_exposures(engine);
  refresh_marks(engine);
  const ExposureSums& sums = engine.sums;
  if (limits.max_positions && i64{sums.symbols} + 1 > *limits.max_positions) return;

  const MarkRange& marks = quotes.range();
  const i128 highest = std::max(absolute(marks.low), absolute(marks.high));
  const i128 worth = std::max<i128>(1, highest * state.multiplier);
  i128 order_most = limits.max_order_notional.value_or(kAnyAmount);
  if (const Limit& weight = limits.max_order_weight_ppb)
    order_most = std::min(order_most, share(equity_low_, *weight, kScale));
  i128 gross_most = share(equity_low_, bounds.exposure_ppb, kScale);
  if (bounds.margin_ppb > 0) {
    // Each margin may be rounded up by half a unit.
    const i128 spare = equity_low_ - static_cast<i64>(engine.symbols.size()) - 1;
    gross_most = std::min(gross_most, share(std::max<i128>(spare, 0), kScale, bounds.margin_ppb));
  }
  const i128 others = minus(sums.gross, absolute(state.exposure.notional));
  i128 worst_most = (gross_most - others) / worth;
  if (limits.max_position_var_ppb || limits.max_portfolio_var_ppb) {
    const bool stale = engine.model.given && quotes.last_ts() > engine.model.valid_until_ns;
    if (stale || bounds.allowed_risk_ppb < 0) return;
    const i128 risk_price = state.has_risk_price ? absolute(state.risk_price) : 0;
    const i128 at_risk = share(equity_low_, bounds.allowed_risk_ppb, bounds.risk_ppb) -
                         minus(sums.at_risk, state.exposure.at_risk);
    worst_most = std::min(worst_most, at_risk / std::max<i128>(1, risk_price * state.multiplier));
  }
  const Limit& position = own_or(instrument.max_position_quantity, limits.max_position_quantity);
  worst_most_ = saturate(std::min<i128>(worst_most, position.value_or(kAny)));

  i128 quantity_most = order_most / worth;
  if (limits.max_adv_share_ppb && instrument.adv)
    quantity_most = std::min(quantity_most, cap(*limits.max_adv_share_ppb, *instrument.adv));
  const Limit& own_most = own_or(instrument.max_order_quantity, limits.max_order_quantity);
  quantity_most_ = saturate(std::min<i128>(quantity_most, own_most.value_or(kAny)));

  const bool one_sign = (marks.low > 0) == (marks.high > 0);
  const i128 lowest = one_sign ? std::min(absolute(marks.low), absolute(marks.high)) : 0;
  const Limit& collar = own_or(instrument.price_collar_ppb, limits.price_collar_ppb);
  const i128 band = std::max(cap(collar.value_or(kDefaultCollarPpb), lowest), i128{2} * instrument.tick);
  reach_ = saturate(band - instrument.tick);  // the price is rounded to a tick
}

bool SureTrades::trade(EngineState& engine, const QuoteRun& quotes) {
  if (!placed_ || engine.ledger.equity < equity_low_) place(engine, quotes);
  const u32 symbol = quotes.symbol();
  const SymbolState& state = engine.symbols[symbol];
  const Instrument& instrument = engine.instrument(symbol);
  const i64 most = worst_most_;
  if (state.target > most || state.target < -most || state.position > most || state.position < -most) return false;
  const i64 d = state.target - state.position;
  const bool buy = d > 0;
  OrderTest test;
  test.symbol = symbol;
  test.side = buy ? Side::Buy : Side::Sell;
  test.type = OrderType::Market;
  test.quantity = test.desired_quantity = floor_to(buy ? d : -d, instrument.lot);
  if (test.quantity > quantity_most_ || test.quantity > (buy ? state.ask_size : state.bid_size)) return false;
  const bool reached = buy ? state.ask_price - state.mark <= reach_ &&
                                 state.ask_price <= instrument.price_max - instrument.tick
                           : state.mark - state.bid_price <= reach_ &&
                                 state.bid_price >= instrument.price_min + instrument.tick;
  if (!reached) return false;
  if (test.quantity == 0 || held_back(engine, symbol, test.side, test.type, 0, test.quantity)) return true;
  if (test_rate(engine, test)) return false;
  ++engine.last_order_id;
  ++engine.counters.orders;
  charge_order(engine, test);
  fill_at_once(engine, test);
  return true;
}

}  // namespace quartet::sweep
