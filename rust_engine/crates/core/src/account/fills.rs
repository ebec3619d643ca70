//! What fills and marks do to positions, cash and equity (spec 6.3, 6.4, 8.1).
use crate::core::contract::{AccountCause, AccountRecord, Liquidity, Side};
use crate::core::fixed::{self, Money, cap, notional};
use crate::state::State;

/// A symbol's position and what it cost.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(8))] // money alone would want 16, and 8 bytes more a symbol
pub struct Holding {
    pub position: i64,
    pub cost: Money,
}

impl State {
    /// A new mark: equity moves by the position's change of value.
    #[inline]
    pub fn set_mark(&mut self, symbol: usize, mark: i64) {
        let s = &mut self.symbols[symbol];
        let market = &mut s.market;
        if !market.has_mark {
            market.has_mark = true;
            market.mark = mark;
            if !market.has_risk_price {
                market.has_risk_price = true;
                market.risk_price = mark;
            }
            self.ledger.equity += notional(s.holding.position, mark, s.multiplier());
            self.exposure_changed(symbol);
            return;
        }
        self.move_mark(symbol, mark);
    }

    /// A new mark where there is one.
    #[inline]
    pub fn move_mark(&mut self, symbol: usize, mark: i64) {
        let s = &mut self.symbols[symbol];
        // Marks are within price_min..price_max, so that their difference fits.
        let change = mark.wrapping_sub(s.market.mark);
        s.market.mark = mark;
        if s.is_exposed() {
            let value = notional(s.holding.position, change, s.multiplier());
            self.ledger.equity = self.ledger.equity.wrapping_add(value);
            self.exposure_moved(symbol, value);
        }
    }

    /// Applies a fill to account and position; returns the fee (spec 8.1).
    pub fn book_fill(
        &mut self,
        symbol: usize,
        side: Side,
        price: i64,
        quantity: i64,
        liquidity: Liquidity,
    ) -> Money {
        let rate = match liquidity {
            Liquidity::Maker => self.config.venue.maker_fee_ppb,
            Liquidity::Taker => self.config.venue.taker_fee_ppb,
        };
        let signed = match side {
            Side::Buy => quantity,
            Side::Sell => -quantity,
        };
        let s = &mut self.symbols[symbol];
        let (multiplier, held) = (s.multiplier(), s.holding.position);
        let paid = notional(signed, price, multiplier);
        let fee = if rate == 0 { 0 } else { cap(rate, if signed > 0 { paid } else { -paid }) };
        if held == 0 || (held > 0) == (signed > 0) {
            s.holding.cost += paid;
        } else {
            let size = held.saturating_abs();
            let closed = quantity.min(size);
            let gone = fixed::mul_div(s.holding.cost, closed, size);
            // Negative where we were paid: what closes the position, and the rest, which opens one.
            let closing =
                if closed == quantity { paid } else { notional(closed * signed.signum(), price, multiplier) };
            self.ledger.realised -= closing + gone;
            s.holding.cost += paid - closing - gone;
        }
        s.holding.position = held.saturating_add(signed);
        let marked = notional(signed, s.market.mark, multiplier);
        self.held_symbols = self.held_symbols + usize::from(s.holding.position != 0) - usize::from(held != 0);
        self.ledger.cash -= paid + fee;
        self.ledger.fees += fee;
        self.ledger.equity += marked - paid - fee;
        let has_mark = s.market.has_mark;
        if !has_mark {
            self.set_mark(symbol, price);
        }
        self.exposure_shifted(symbol, quantity);
        if !self.ledger.is_sound() {
            self.fail("a fill has brought money to 2^120");
        }
        fee
    }

    /// ACCOUNT record; without a symbol its position, cost and mark are zero (spec 8.1, 11).
    pub fn record_account(&mut self, cause: AccountCause, symbol: Option<usize>) {
        let mut record = AccountRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: crate::state::symbol_number(symbol),
            cause: cause as u8,
            cash: self.ledger.cash,
            equity: self.ledger.equity,
            fees: self.ledger.fees,
            realised: self.ledger.realised,
            ..AccountRecord::default()
        };
        if let Some(symbol) = symbol {
            let s = &self.symbols[symbol];
            record.position = s.holding.position;
            record.cost = s.holding.cost;
            record.mark = s.market.mark;
        }
        self.output.push(record.to_bytes());
    }
}
