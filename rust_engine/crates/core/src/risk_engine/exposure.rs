//! Sums over symbols of worst-side exposure, brought up to date only when a row asks (spec 9.5).
//!
//! Marks move far more often than orders: their effect on the sums is bounded first, and worked out only where the
//! bound proves nothing.
use crate::core::contract::{AccountType, OrderState, Side};
use crate::core::fixed::{Money, cap, notional};
use crate::state::{State, Symbol, Terms};

/// What the sums hold for one symbol.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exposure {
    /// Worst-side quantity w, with mark and risk price when last settled.
    pub worst: i64,
    mark: i64,
    risk_price: i64,
}

/// Whether a symbol is in the lists of that name of `Exposures`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listed {
    dirty: bool,
    moved: bool,
}

/// The sums, and the symbols whose part is out of date.
#[derive(Clone, Debug, Default)]
pub struct Exposures {
    pub gross: Money,
    pub net: Money,
    /// Symbols with w != 0.
    pub count: i64,
    /// Sum of magnitudes at risk prices.
    pub risk_gross: Money,
    /// Cash held for open buys, of a CASH account.
    pub reserved: Money,
    /// Largest initial margin of any symbol.
    pub margin_ppb_max: i64,
    /// No true sum of values is farther from the held one, settled but for what is in `moved`.
    pub drift: Money,
    /// The same of the sum at risk prices.
    pub risk_drift: Money,
    dirty: Vec<u32>,
    /// Symbols whose mark or quantity has moved since their value was settled.
    moved: Vec<u32>,
    margins: Margins,
}

/// Initial margins, kept from the first time on that a row needs them.
#[derive(Clone, Debug, Default)]
struct Margins {
    of_symbol: Vec<Margin>,
    sum: Money,
    /// Symbols whose value was settled since.
    dirty: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Margin {
    held: Money,
    is_dirty: bool,
}

impl Margins {
    #[cold]
    fn note_settled(&mut self, symbol: u32) {
        let margin = &mut self.of_symbol[symbol as usize];
        if !margin.is_dirty {
            margin.is_dirty = true;
            self.dirty.push(symbol);
        }
    }
}

impl Listed {
    /// Notes that mark or quantity has moved; true where that is new.
    #[inline]
    pub fn note_move(&mut self) -> bool {
        let is_new = !self.moved;
        if is_new {
            self.moved = true;
        }
        is_new
    }
}

impl Exposures {
    /// A symbol that has moved for the first time since its value was settled.
    #[cold]
    pub fn add_moved(&mut self, symbol: u32) {
        self.moved.push(symbol);
    }

    pub fn new(terms: &[Terms], symbols: usize) -> Self {
        let margins = terms.iter().filter_map(|terms| terms.limits.initial_margin_ppb);
        Self {
            margin_ppb_max: margins.max().unwrap_or(0),
            dirty: Vec::with_capacity(symbols),
            moved: Vec::with_capacity(symbols),
            ..Self::default()
        }
    }
}

impl Symbol {
    /// N: what the sums hold as the value of its exposure at the mark.
    #[inline]
    pub fn held_value(&self) -> Money {
        notional(self.exposure.worst, self.exposure.mark, self.multiplier())
    }

    /// The same at the risk price.
    #[inline]
    pub fn held_risk_value(&self) -> Money {
        notional(self.exposure.worst, self.exposure.risk_price, self.multiplier())
    }
}

/// w: the larger of the two outcomes by magnitude, the buys' on a tie.
#[inline]
pub fn worst_side(position: i64, buy: i64, sell: i64) -> i64 {
    larger_side(position.saturating_add(buy), position.saturating_sub(sell))
}

/// The larger by magnitude, `long` on a tie.
#[inline]
pub fn larger_side(long: i64, short: i64) -> i64 {
    if long.unsigned_abs() >= short.unsigned_abs() { long } else { short }
}

#[inline]
pub fn magnitude(value: Money) -> Money {
    value.wrapping_abs()
}

impl State {
    /// The symbol's position, orders, mark or risk price changed.
    #[inline]
    pub fn exposure_changed(&mut self, symbol: usize) {
        let listed = &mut self.symbols[symbol].listed;
        if !listed.dirty {
            listed.dirty = true;
            self.exposures.dirty.push(symbol as u32);
        }
    }

    /// The mark moved the value of a position by `change`; open orders make it a change of the exposure itself.
    #[inline]
    pub fn exposure_moved(&mut self, symbol: usize, change: Money) {
        let s = &mut self.symbols[symbol];
        if s.open.count != 0 {
            return self.exposure_changed(symbol);
        }
        self.exposures.drift = self.exposures.drift.wrapping_add(magnitude(change));
        if s.listed.note_move() {
            self.exposures.add_moved(symbol as u32);
        }
    }

    /// The mark has gone a way of this length, without open orders.
    #[inline]
    pub fn exposure_drifted(&mut self, symbol: usize, path: u64) {
        let (s, sums) = (&mut self.symbols[symbol], &mut self.exposures);
        let value = u128::from(s.holding.position.unsigned_abs()) * u128::from(path);
        // A multiplier has 20 bits; a way as long proves nothing.
        let change =
            if value >> 100 == 0 { value as Money * Money::from(s.multiplier()) } else { Money::MAX };
        sums.drift = sums.drift.saturating_add(change);
        if s.listed.note_move() {
            sums.add_moved(symbol as u32);
        }
    }

    /// Position or open orders have moved by at most `quantity`; whether the symbol counts must be known exactly.
    #[inline]
    pub fn exposure_shifted(&mut self, symbol: usize, quantity: i64) {
        let (s, sums) = (&mut self.symbols[symbol], &mut self.exposures);
        let is_exposed = s.holding.position | s.open.buy | s.open.sell != 0;
        if is_exposed != (s.exposure.worst != 0) {
            return self.exposure_changed(symbol);
        }
        // A worst side moves by no more than position and orders do.
        let value = |price: i64| magnitude(notional(quantity, price, s.multiplier()));
        sums.drift = sums.drift.saturating_add(value(s.market.mark));
        sums.risk_drift = sums.risk_drift.saturating_add(value(s.market.risk_price));
        if s.listed.note_move() {
            sums.add_moved(symbol as u32);
        }
    }

    /// Brings every sum but the margin up to date, values but for the drifts.
    pub fn settle_exposures(&mut self) {
        while let Some(symbol) = self.exposures.dirty.pop() {
            self.settle(symbol as usize);
        }
    }

    /// Brings the values up to date too; the rest is settled.
    pub fn settle_marks(&mut self) {
        while let Some(symbol) = self.exposures.moved.pop() {
            self.symbols[symbol as usize].listed.moved = false;
            self.settle(symbol as usize);
        }
        self.exposures.drift = 0;
        self.exposures.risk_drift = 0;
    }

    fn settle(&mut self, symbol: usize) {
        let s = &mut self.symbols[symbol];
        let sums = &mut self.exposures;
        let (value_before, risk_before) = (s.held_value(), s.held_risk_value());
        let was_exposed = s.exposure.worst != 0;
        s.exposure = Exposure {
            worst: worst_side(s.holding.position, s.open.buy, s.open.sell),
            mark: s.market.mark,
            risk_price: s.market.risk_price,
        };
        s.listed.dirty = false;
        let (value, risk_value) = (s.held_value(), s.held_risk_value());
        sums.gross += magnitude(value) - magnitude(value_before);
        sums.net += value - value_before;
        sums.count += i64::from(s.exposure.worst != 0) - i64::from(was_exposed);
        sums.risk_gross += magnitude(risk_value) - magnitude(risk_before);
        if !sums.margins.of_symbol.is_empty() {
            sums.margins.note_settled(symbol as u32);
        }
    }

    /// Sum of cap(im_j, abs(N_j)) of all symbols but one; settled exposures are its input.
    pub fn settled_margin_without(&mut self, symbol: usize) -> Money {
        let margins = &mut self.exposures.margins;
        if margins.of_symbol.is_empty() {
            margins.of_symbol = vec![Margin { held: 0, is_dirty: true }; self.symbols.len()];
            margins.dirty = (0..self.symbols.len() as u32).collect();
        }
        while let Some(symbol) = margins.dirty.pop() {
            let symbol = symbol as usize;
            let s = &self.symbols[symbol];
            let rate = self.terms[usize::from(s.market.kind)].limits.initial_margin_ppb;
            let held = rate.map_or(0, |rate| cap(rate, magnitude(s.held_value())));
            margins.sum += held - margins.of_symbol[symbol].held;
            margins.of_symbol[symbol] = Margin { held, is_dirty: false };
        }
        margins.sum - margins.of_symbol[symbol].held
    }

    /// Limits, risk model or everything changed: all sums are built anew.
    pub fn rebuild_exposures(&mut self) {
        let reserved = self.exposures.reserved;
        self.exposures = Exposures { reserved, ..Exposures::new(&self.terms, self.symbols.len()) };
        for symbol in 0..self.symbols.len() {
            let s = &mut self.symbols[symbol];
            (s.exposure, s.listed) = (Exposure::default(), Listed::default());
            self.exposure_changed(symbol);
        }
    }

    /// An open order's leaves or price changed: counts it anew (spec 9.5).
    pub fn recount_order(&mut self, place: u32) {
        let order = self.orders.get_mut(place);
        let leaves = order.leaves();
        let is_pending = matches!(order.state, OrderState::PendingReplace | OrderState::PendingCancel);
        let (counted, price) = match order.pending {
            Some(new) if is_pending => (leaves.max(new.quantity - order.cum), order.price.max(new.price)),
            _ => (leaves, order.price),
        };
        let counted = if order.state.is_terminal() { 0 } else { counted };
        let s = &mut self.symbols[order.symbol];
        let change = counted - order.counted;
        match order.side {
            Side::Buy => s.open.buy = s.open.buy.saturating_add(change),
            Side::Sell => s.open.sell = s.open.sell.saturating_add(change),
        }
        if self.config.account_type == AccountType::Cash && order.side == Side::Buy {
            let value = notional(counted, price, s.multiplier());
            let reserved = value + cap(self.config.venue.taker_fee_ppb, value);
            self.exposures.reserved += reserved - order.reserved;
            order.reserved = reserved;
        }
        order.counted = counted;
        let symbol = order.symbol;
        if change != 0 {
            self.exposure_shifted(symbol, change);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::var::tests::{config, limits};
    use super::*;
    use crate::core::blobs::Blobs;
    use crate::core::contract::Liquidity;

    const SYMBOLS: usize = 3;

    /// Gross at marks and at risk prices, and the number of exposed symbols, worked out anew.
    fn true_sums(state: &State) -> (Money, Money, i64) {
        state.symbols.iter().fold((0, 0, 0), |(gross, risk_gross, count), s| {
            let worst = worst_side(s.holding.position, s.open.buy, s.open.sell);
            let value = |price: i64| magnitude(notional(worst, price, s.multiplier()));
            let (at_mark, at_risk) = (value(s.market.mark), value(s.market.risk_price));
            (gross + at_mark, risk_gross + at_risk, count + i64::from(worst != 0))
        })
    }

    #[test]
    fn no_true_sum_is_farther_than_its_drift() {
        let mut x: u64 = 88_172_645_463_325_252;
        let mut below = |bound: u64| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            (x % bound) as i64
        };
        let mut state = State::new(Arc::new(config(SYMBOLS)), limits(), None, Blobs::default());
        let mut apart = 0;
        for step in 0..5000 {
            let symbol = below(SYMBOLS as u64) as usize;
            let mark = state.symbols[symbol].market.mark;
            match below(3) {
                0 => {
                    let side = if below(2) == 0 { Side::Buy } else { Side::Sell };
                    state.book_fill(symbol, side, mark, 1 + below(5), Liquidity::Taker);
                }
                1 => state.move_mark(symbol, mark + below(2001) - 1000),
                _ => {
                    let (there, back) = (below(1000), below(1000));
                    state.symbols[symbol].market.mark = mark + there - back;
                    state.exposure_drifted(symbol, (there + back) as u64);
                }
            }
            if step % 7 == 0 {
                state.settle_exposures();
                let (gross, risk_gross, count) = true_sums(&state);
                let sums = &state.exposures;
                assert!((gross - sums.gross).abs() <= sums.drift, "step {step}");
                assert!((risk_gross - sums.risk_gross).abs() <= sums.risk_drift, "step {step}");
                assert_eq!(count, sums.count, "step {step}");
                apart += u32::from(gross != sums.gross);
            }
            if step % 100 == 0 {
                state.settle_exposures();
                state.settle_marks();
                let sums = &state.exposures;
                assert_eq!((sums.gross, sums.risk_gross, sums.count), true_sums(&state), "step {step}");
                assert_eq!((sums.drift, sums.risk_drift), (0, 0));
            }
        }
        assert!(apart > 100, "{apart}");
    }
}
