// The limits of spec 9.3 turned into quantities, at the worst mark and the least equity.
#include "quartet/sweep/sure_trades.hpp"

#include <algorithm>

#include "quartet/account/exposures.hpp"
#include "quartet/order_engine/instant_fill.hpp"
#include "quartet/order_engine/order_engine.hpp"

namespace quartet::sweep {
namespace {

// Rows and latches that refuse orders whatever their quantity, or that must be looked at order by order.
bool every_order_is_plain(const EngineState& engine, const SymbolState& state, u32 symbol) {
  const EngineConfig& config = engine.config;
  const RiskLimits& limits = engine.limits;
  const bool at_once = config.venue.simulated() && config.venue.order_latency_ns == 0 &&
                       config.venue.response_latency_ns == 0 && !engine.instrument(symbol).fills_on_bars();
  const bool plain_policy =
      config.policy.target.order_type == number(OrderType::Market) && config.reconciler.slice_quantity == 0;
  const bool open = engine.level == Level::Run && state.level == Level::Run && state.status == 0 &&
                    !engine.trading[symbol].has_band && !engine.drawdown_latched &&
                    !engine.daily_loss_latched;
  const bool room = engine.orders.size() == 0 && engine.orders.capacity() > 0 &&
                    limits.max_open_orders.value_or(1) > 0 && limits.max_open_orders_symbol.value_or(1) > 0;
  return at_once && plain_policy && open && room && config.check_risk &&
         config.account.account_type == number(AccountType::Margin);
}

}  // namespace

void SureTrades::place(EngineState& engine, const QuoteRun& quotes) {
  const u32 symbol = quotes.symbol();
  const SymbolState& state = engine.symbols[symbol];
  const SymbolTrading& trading = engine.trading[symbol];
  const OrderTerms& terms = engine.terms(symbol);
  const RiskLimits& limits = engine.limits;
  const AccountBounds& bounds = bounds_now(engine);
  placed_ = true;
  quantity_most_ = 0;
  equity_low_ = bounds.equity_low;
  if (engine.ledger.equity <= 0 || !every_order_is_plain(engine, state, symbol)) return;
  refresh_exposures(engine);
  refresh_marks(engine);
  const ExposureSums& sums = engine.sums;
  if (limits.max_positions && i64{sums.symbols} + 1 > *limits.max_positions) return;

  const MarkRange& marks = quotes.range();
  const i128 highest = std::max(absolute(marks.low), absolute(marks.high));
  const i128 worth = std::max<i128>(1, highest * state.multiplier);
  quantity_most_ = saturate(std::min<i128>(bounds.order_most / worth, terms.quantity_most));
  const i128 notional = absolute(trading.exposure.notional(state.multiplier));
  i128 worst_most = (bounds.gross_most - minus(sums.gross, notional)) / worth;
  if (limits.max_position_var_ppb || limits.max_portfolio_var_ppb) {
    const bool stale = engine.model.given && quotes.last_ts() > engine.model.valid_until_ns;
    const i128 risk_price = trading.has_risk_price ? absolute(trading.risk_price) : 0;
    const i128 others = minus(sums.at_risk, trading.exposure.at_risk(state.multiplier));
    const i128 at_risk = (bounds.at_risk_most - others) / std::max<i128>(1, risk_price * state.multiplier);
    worst_most = stale ? -1 : std::min(worst_most, at_risk);
  }
  worst_most_ = saturate(std::min<i128>(worst_most, terms.worst_most));

  const bool one_sign = (marks.low > 0) == (marks.high > 0);
  const i128 lowest = one_sign ? std::min(absolute(marks.low), absolute(marks.high)) : 0;
  const i128 band = std::max(cap(terms.market_collar_ppb, lowest), i128{2} * terms.tick);
  reach_ = saturate(band - terms.tick);  // the price is rounded to a tick
}

bool SureTrades::trade(EngineState& engine, const QuoteRun& quotes) {
  if (!placed_ || engine.ledger.equity < equity_low_) place(engine, quotes);
  const u32 symbol = quotes.symbol();
  const SymbolState& state = engine.symbols[symbol];
  const OrderTerms& terms = engine.terms(symbol);
  const i64 most = worst_most_;
  if (state.target > most || state.target < -most || state.position > most || state.position < -most)
    return false;
  const i64 d = state.target - state.position;
  const bool buy = d > 0;
  OrderTest test;
  test.symbol = symbol;
  test.side = buy ? Side::Buy : Side::Sell;
  test.type = OrderType::Market;
  test.quantity = test.desired_quantity = terms.in_lots(buy ? d : -d);
  if (test.quantity > quantity_most_ || test.quantity > (buy ? state.ask_size : state.bid_size)) return false;
  const bool reached =
      buy ? state.ask_price - state.mark <= reach_ && state.ask_price <= terms.price_max - terms.tick
          : state.mark - state.bid_price <= reach_ && state.bid_price >= terms.price_min + terms.tick;
  if (!reached) return false;
  if (test.quantity == 0 || held_back(engine, symbol, test.side, test.type, 0, test.quantity)) return true;
  if (test_duplicate(engine, test) || test_rate(engine, test)) return false;
  const u64 id = ++engine.last_order_id;
  ++engine.counters.orders;
  charge_order(engine, test);
  fill_at_once(engine, test, id);
  return true;
}

}  // namespace quartet::sweep
