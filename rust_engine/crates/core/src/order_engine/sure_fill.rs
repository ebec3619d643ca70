//! A MARKET order that surely passes every row and is filled whole at the best price in the moment in which it is sent.
//! Where records go nowhere, only what it does to account and counters is left to do (spec 9.3, 7.1-7.5, 8.1).
use super::retry::Desire;
use crate::core::config::Policy;
use crate::core::contract::{AccountType, Level, Liquidity, OrderType, Side, VenueMode};
use crate::core::fixed::{is_within_cap, notional};
use crate::data_engine::market::BookLevel;
use crate::state::State;

impl State {
    /// Carries such an order out; false where that is not sure, and nothing has changed but for tokens refilled.
    #[inline]
    pub(super) fn fill_surely(&mut self, symbol: usize, side: Side, desire: &Desire) -> bool {
        if !self.output.is_dropped() {
            return false;
        }
        let Some(price) = self.sure_price(symbol, side, desire) else { return false };
        self.refresh_envelope();
        if !self.passes_by_envelope(symbol, side, desire.quantity) || self.row_message_rate(symbol).is_err() {
            return false;
        }
        self.charge_message(symbol);
        self.venue.last_exec_id += 1;
        self.add_taken(symbol, side, desire.quantity);
        self.book_fill(symbol, side, price, desire.quantity, Liquidity::Taker);
        self.counters.fills += 1;
        true
    }

    /// The price of its only fill, where rows 1 to 7, 9, 10, 12 and 15 pass, 13 is that of margin, and nothing that is
    /// open or on its way matters.
    #[inline]
    fn sure_price(&self, symbol: usize, side: Side, desire: &Desire) -> Option<i64> {
        let (config, limits, s) = (&*self.config, &self.limits, &self.symbols[symbol]);
        let (venue, instrument, market) = (&config.venue, &config.instruments[symbol], &s.market);
        let quantity = desire.quantity;
        // Such a policy's quantities are whole lots.
        let is_kind = desire.order_type == OrderType::Market
            && matches!(config.policy, Policy::Target(_))
            && config.check_risk
            && config.account_type == AccountType::Margin
            && venue.mode == VenueMode::Simulated
            && venue.order_latency_ns == 0
            && venue.response_latency_ns == 0
            && !s.is_bar_filled;
        let is_free = self.scope.level == Level::Run
            && s.scope.level == Level::Run
            && !market.halted
            && market.status == 0
            && market.band.is_none()
            && market.has_mark;
        let is_fresh = limits.max_quote_age_ns.is_none_or(|oldest| {
            !market.stale && market.has_data && self.now.wrapping_sub(market.last_ts) <= oldest
        });
        let is_alone = self.orders.is_empty()
            && self.venue.reports.is_empty()
            && self.held_symbols <= usize::from(s.holding.position != 0)
            && limits.max_open_orders.is_none_or(|most| most >= 1)
            && limits.max_open_orders_symbol.is_none_or(|most| most >= 1)
            && limits.max_positions.is_none_or(|most| most >= 1);
        let is_small = s.limits.max_order_quantity.is_none_or(|most| quantity <= most)
            && limits.duplicate_window_ns.is_none()
            && match (limits.max_adv_share_ppb, instrument.adv) {
                (Some(share_ppb), Some(adv)) => {
                    is_within_cap(i128::from(quantity), share_ppb, i128::from(adv))
                }
                _ => true,
            };
        if !(is_kind && is_free && is_fresh && is_alone && is_small) {
            return None;
        }
        let (BookLevel { price, size }, taken) = match side {
            Side::Buy => (*market.opposite(side).first()?, market.taken_ask),
            Side::Sell => (*market.opposite(side).first()?, market.taken_bid),
        };
        // A collar is at least two ticks wide, and moves by less than one to a tick or into the price's bounds.
        let tick = instrument.tick;
        let is_inside = match side {
            Side::Buy => price <= market.mark + tick && price <= instrument.price_max - tick,
            Side::Sell => price >= market.mark - tick && price >= instrument.price_min + tick,
        };
        (is_inside && size.saturating_sub(taken) >= quantity).then_some(price)
    }

    /// Rows 8, 13, 14 and 16 to 21 of the only symbol with a position, all of which rise with equity.
    #[inline]
    fn passes_by_envelope(&self, symbol: usize, side: Side, quantity: i64) -> bool {
        let (s, envelope) = (&self.symbols[symbol], &self.envelope);
        let position = s.holding.position;
        let after = match side {
            Side::Buy => position.saturating_add(quantity),
            Side::Sell => position.saturating_sub(quantity),
        };
        let worst = position.saturating_abs().max(after.saturating_abs());
        let value = |quantity: i64, price: i64| notional(quantity, price, s.multiplier).wrapping_abs();
        let whole = value(worst, s.market.mark);
        value(quantity, s.market.mark) <= envelope.order_value
            && whole <= envelope.position_value
            && whole <= envelope.gross
            && value(worst, s.market.risk_price) <= envelope.risk_gross
            && s.limits.max_position_quantity.is_none_or(|most| worst <= most)
            && self.risk_model.as_ref().is_none_or(|model| self.now <= model.valid_until_ns)
            && !self.halts.drawdown_latched
            && !self.halts.daily_loss_latched
    }
}
