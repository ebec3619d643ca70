//! A MARKET order that surely passes every row and is filled whole at the best price in the moment in which it is sent.
//! Where records go nowhere, only what it does to account and counters is left to do (spec 9.3, 7.1-7.5, 8.1).
use super::retry::Desire;
use crate::core::config::Policy;
use crate::core::contract::{AccountType, Level, Liquidity, OrderType, Side};
use crate::core::fixed::Money;
use crate::state::State;

impl State {
    /// Works out what configuration and limits alone say of such orders: rows 3, 7 and 9, the parts of 12, 13 and 15
    /// that no state decides, and that the venue answers at once.
    pub fn renew_sure_quantities(&mut self) {
        let (config, limits) = (&self.config, &self.limits);
        // Such a policy's quantities are whole lots.
        let is_market =
            matches!(&config.policy, Policy::Target(target) if target.order_type == OrderType::Market);
        let one_may_be_open = [limits.max_open_orders, limits.max_open_orders_symbol, limits.max_positions]
            .into_iter()
            .all(|most| most.is_none_or(|most| most >= 1));
        let is_possible = self.output.is_dropped()
            && is_market
            && config.venue.answers_at_once()
            && one_may_be_open
            && config.check_risk
            && config.account_type == AccountType::Margin;
        for (terms, instrument) in self.terms.iter_mut().zip(config.instruments.kinds()) {
            terms.sure_quantity =
                if is_possible && !instrument.is_bar_filled() { terms.order_quantity } else { 0 };
        }
    }

    /// Carries such an order out; false where that is not sure, and nothing has changed but for what those rows renew.
    #[inline]
    pub(super) fn fill_surely(&mut self, symbol: usize, side: Side, desire: &Desire) -> bool {
        let quantity = desire.quantity;
        if quantity > self.terms_of(symbol).sure_quantity {
            return false;
        }
        let Some(price) = self.sure_price(symbol, side, quantity) else { return false };
        self.refresh_envelope();
        if !self.passes_by_envelope(symbol, side, quantity) {
            return false;
        }
        let window_ns = self.limits.duplicate_window_ns;
        let is_new = window_ns.is_none_or(|window_ns| self.is_new(symbol, side, desire, window_ns));
        if !is_new || self.row_message_rate(symbol).is_err() {
            return false;
        }
        self.charge_message(symbol);
        if let Some(window_ns) = window_ns {
            self.remember_sure(symbol, side, desire, window_ns);
        }
        self.venue.last_exec_id += 1;
        self.add_taken(symbol, side, quantity);
        self.book_fill(symbol, side, price, quantity, Liquidity::Taker);
        self.counters.fills += 1;
        true
    }

    /// The price of its only fill, where rows 1, 2, 4 to 6, 12 and 15 pass, and nothing that is open or on its way
    /// matters.
    #[inline]
    fn sure_price(&self, symbol: usize, side: Side, quantity: i64) -> Option<i64> {
        let s = &self.symbols[symbol];
        let market = &s.market;
        let is_free = (self.scope.level == Level::Run)
            & (s.scope.level == Level::Run)
            & (market.status == 0)
            & !market.halted
            & !s.has_band()
            & market.has_mark;
        let is_alone = self.orders.is_empty()
            && self.venue.reports.is_empty()
            && self.held_symbols <= usize::from(s.holding.position != 0);
        let is_fresh = self.limits.max_quote_age_ns.is_none_or(|oldest| {
            !market.stale && market.has_data && self.now.wrapping_sub(market.last_ts) <= oldest
        });
        if !(is_free && is_alone && is_fresh) {
            return None;
        }
        let best = market.best_to_take(side)?;
        let (price, left) = (best.price, best.size.saturating_sub(market.taken(side)));
        // A collar is at least two ticks wide, and moves by less than one to a tick or into the price's bounds.
        let instrument = self.instrument_of(symbol);
        let tick = instrument.tick;
        let is_inside = match side {
            Side::Buy => price <= market.mark + tick && price <= instrument.price_max - tick,
            Side::Sell => price >= market.mark - tick && price >= instrument.price_min + tick,
        };
        (is_inside && left >= quantity).then_some(price)
    }

    /// Rows 8, 13, 14 and 16 to 21 of the only symbol with a position, all of which rise with equity.
    #[inline]
    fn passes_by_envelope(&self, symbol: usize, side: Side, quantity: i64) -> bool {
        let (s, envelope) = (&self.symbols[symbol], &self.envelope);
        let position = s.holding.position;
        let after = match side {
            Side::Buy => position.abs_diff(-quantity),
            Side::Sell => position.abs_diff(quantity),
        };
        let (quantity, worst) = (quantity.unsigned_abs(), position.unsigned_abs().max(after));
        let value = |quantity: u64, price: u64| {
            (u128::from(quantity) * u128::from(price)).wrapping_mul(s.multiplier() as u128) as Money
        };
        let (mark, risk_price) = (s.market.mark.unsigned_abs(), s.market.risk_price.unsigned_abs());
        // One value above all of these proves most orders.
        let is_inside = value(worst.max(quantity), mark.max(risk_price)) <= envelope.least || {
            let whole = value(worst, mark);
            value(quantity, mark) <= envelope.order_value
                && whole <= envelope.position_value
                && whole <= envelope.gross
                && value(worst, risk_price) <= envelope.risk_gross
        };
        is_inside
            && self
                .limits_of(symbol)
                .max_position_quantity
                .is_none_or(|most| i128::from(worst) <= i128::from(most))
            && self.risk_model.as_ref().is_none_or(|model| self.now <= model.valid_until_ns)
            && !self.halts.drawdown_latched
            && !self.halts.daily_loss_latched
    }
}
