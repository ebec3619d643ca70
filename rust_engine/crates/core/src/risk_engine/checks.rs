//! The pre-trade rows, in the order of the table (spec 9.3). Rows 13 to 21 are in `exposure_rows` and `var`.
use super::ticket::{Refusal, Stance, Ticket};
use crate::core::config::Policy;
use crate::core::contract::{Code, Level, Side, status};
use crate::core::fixed::{cap, notional};
use crate::state::State;

type Row = Result<(), Refusal>;

fn holds(passes: bool, code: Code) -> Row {
    if passes { Ok(()) } else { Err(Refusal::plain(code)) }
}

impl State {
    /// Every row that applies; the first that fails refuses. May lower the quantity to the rest of row 12.
    pub fn check(&mut self, ticket: &mut Ticket) -> Row {
        let mut stance = self.stance(ticket);
        let is_free = self.is_free(ticket.symbol);
        if !is_free {
            self.rows_level(ticket, &stance)?;
        }
        self.rows_static(ticket)?;
        if !is_free {
            self.rows_status(ticket, &stance)?;
        }
        if !self.config.check_risk {
            if ticket.is_market() {
                self.collar_market_order(ticket)?;
            }
            return if ticket.replaces.is_none() { self.row_capacity() } else { Ok(()) };
        }
        self.refresh_envelope();
        // A replace that asks for no more adds no risk of price or size (spec 9.7).
        let adds_risk = match ticket.replaces {
            Some(place) => {
                let order = self.orders.get(place);
                ticket.quantity > order.leaves() || ticket.price != order.price
            }
            None => true,
        };
        if !ticket.flatten {
            self.row_stale(ticket.symbol)?;
        }
        if adds_risk {
            self.row_collar(ticket)?;
            if !ticket.flatten {
                self.rows_size(ticket, &stance)?;
            }
        }
        self.rows_flow(ticket)?;
        self.row_self_trade(ticket)?;
        if ticket.replaces.is_none() {
            self.rows_open_orders(ticket.symbol)?;
        }
        if adds_risk {
            if ticket.quantity != ticket.desire.quantity {
                stance = self.stance_of_rest(ticket);
            }
            self.rows_exposure(ticket, &stance)?;
        }
        Ok(())
    }

    /// After row 12 has lowered the quantity.
    #[cold]
    fn stance_of_rest(&self, ticket: &Ticket) -> Stance {
        self.stance(ticket)
    }

    /// Nothing is set that rows 1, 2 and 4 could refuse an order for.
    #[inline]
    fn is_free(&self, symbol: usize) -> bool {
        let s = &self.symbols[symbol];
        let market = &s.market;
        (self.scope.level == Level::Run)
            & (s.scope.level == Level::Run)
            & !market.halted
            & (market.status == 0)
            & !s.has_band()
    }

    /// Rows 1 and 2.
    fn rows_level(&self, ticket: &Ticket, stance: &Stance) -> Row {
        if ticket.flatten {
            return Ok(());
        }
        let levels = [self.scope.level, self.symbols[ticket.symbol].scope.level];
        holds(!levels.contains(&Level::Killed), Code::Killed)?;
        holds(stance.is_reducing || !levels.contains(&Level::ReduceOnly), Code::ReduceOnly)
    }

    /// Row 3.
    fn rows_static(&self, ticket: &Ticket) -> Row {
        let instrument = self.instrument_of(ticket.symbol);
        holds(ticket.quantity > 0 && ticket.quantity % instrument.lot == 0, Code::BadLot)?;
        if ticket.is_market() {
            return Ok(());
        }
        holds((instrument.price_min..=instrument.price_max).contains(&ticket.price), Code::BadLimitPrice)?;
        holds(ticket.price % instrument.tick == 0, Code::BadTick)
    }

    /// Row 4.
    fn rows_status(&self, ticket: &Ticket, stance: &Stance) -> Row {
        let s = &self.symbols[ticket.symbol];
        let market = &s.market;
        holds(!market.halted && !market.has_status(status::HALTED), Code::Halted)?;
        holds(!market.has_status(status::CLOSED), Code::Closed)?;
        if let Some((low, high)) = s.band() {
            let inside = self.band_test_price(ticket).is_none_or(|price| match ticket.side {
                Side::Buy => price <= high,
                Side::Sell => price >= low,
            });
            holds(inside, Code::LuldBand)?;
        }
        if market.has_status(status::SHORT_SALE) && stance.is_short_sale {
            let bid = market.best(Side::Buy);
            let above_bid = !ticket.is_market() && bid.is_some_and(|bid| ticket.price > bid);
            holds(above_bid, Code::ShortSale)?;
        }
        holds(!(market.has_status(status::NO_LOCATE) && stance.is_short_sale), Code::NoLocate)?;
        holds(!market.has_status(status::RESTRICTED), Code::Restricted)
    }

    /// Row 5.
    fn row_stale(&self, symbol: usize) -> Row {
        let Some(oldest) = self.limits.max_quote_age_ns else { return Ok(()) };
        let market = &self.symbols[symbol].market;
        if market.stale || !market.has_data {
            return Err(Refusal { code: Code::StaleData, limit: i128::from(oldest), value: 0 });
        }
        Refusal::above(Code::StaleData, i128::from(oldest), i128::from(self.now - market.last_ts))
    }

    /// Rows 7 to 9.
    #[inline(always)]
    fn rows_size(&self, ticket: &Ticket, stance: &Stance) -> Row {
        let s = &self.symbols[ticket.symbol];
        let terms = self.terms_of(ticket.symbol);
        let is_small = ticket.quantity <= terms.order_quantity;
        if let Some(most) = terms.limits.max_order_quantity
            && !is_small
        {
            Refusal::above(Code::OrderSize, i128::from(most), i128::from(ticket.quantity))?;
        }
        let value = notional(ticket.quantity, s.market.mark, s.multiplier()).wrapping_abs();
        let is_proved = value <= self.envelope.order_value;
        if let Some(most) = self.limits.max_order_notional
            && !is_proved
        {
            Refusal::above(Code::OrderNotional, most, value)?;
        }
        if stance.is_reducing {
            return Ok(());
        }
        if let Some(weight_ppb) = self.limits.max_order_weight_ppb
            && !is_proved
        {
            self.within_equity(Code::OrderNotional, weight_ppb, value)?;
        }
        match (self.limits.max_adv_share_ppb, self.instrument_of(ticket.symbol).adv) {
            (Some(share_ppb), Some(adv)) if !is_small => {
                let limit = cap(share_ppb, i128::from(adv));
                Refusal::above(Code::AdvShare, limit, i128::from(ticket.quantity))
            }
            _ => Ok(()),
        }
    }

    /// Rows 10 and 11.
    fn rows_flow(&mut self, ticket: &mut Ticket) -> Row {
        if ticket.flatten {
            return Ok(());
        }
        let is_quoting = matches!(self.config.policy, Policy::Quoting(_));
        if let Some(window_ns) = self.limits.duplicate_window_ns
            && ticket.replaces.is_none()
            && !is_quoting
        {
            self.row_duplicate(ticket.symbol, ticket.side, &ticket.desire, window_ns)?;
            ticket.is_remembered = true;
        }
        self.row_message_rate(ticket.symbol)?;
        ticket.takes_token = true;
        Ok(())
    }

    /// The capacity alone, which holds without risk checks too.
    fn row_capacity(&self) -> Row {
        let count = self.orders.len() as i128 + 1;
        Refusal::above(Code::OpenOrders, i128::from(self.config.open_orders), count)
    }

    /// Second half of row 12.
    fn rows_open_orders(&self, symbol: usize) -> Row {
        let capacity = i64::from(self.config.open_orders);
        let most = self.limits.max_open_orders.map_or(capacity, |most| most.min(capacity));
        Refusal::above(Code::OpenOrders, i128::from(most), self.orders.len() as i128 + 1)?;
        if let Some(most) = self.limits.max_open_orders_symbol {
            let count = i128::from(self.symbols[symbol].open.count) + 1;
            Refusal::above(Code::OpenOrders, i128::from(most), count)?;
        }
        Ok(())
    }
}
