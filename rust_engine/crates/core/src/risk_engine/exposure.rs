//! Sums over symbols of worst-side exposure, brought up to date only when a row asks (spec 9.5).
use crate::core::contract::{AccountType, OrderState, Side};
use crate::core::fixed::{Money, cap, notional};
use crate::state::{State, Symbol};

/// What the sums hold for one symbol.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exposure {
    /// Worst-side quantity w, and its value N at the mark.
    pub worst: i64,
    pub value: Money,
    /// Its value at the risk price.
    pub risk_value: Money,
    pub margin: Money,
    in_model: bool,
    /// The symbol is in `Exposures::dirty`.
    pub is_dirty: bool,
    is_margin_dirty: bool,
}

/// The sums, and the symbols whose part is out of date.
#[derive(Clone, Debug, Default)]
pub struct Exposures {
    pub gross: Money,
    pub net: Money,
    /// Symbols with w != 0.
    pub count: i64,
    pub margin: Money,
    /// Sums of magnitudes at risk prices, inside and outside of the risk model.
    pub risk_inside: Money,
    pub risk_outside: Money,
    /// Cash held for open buys, of a CASH account.
    pub reserved: Money,
    /// Largest initial margin of any symbol.
    pub margin_ppb_max: i64,
    pub dirty: Vec<u32>,
    margin_dirty: Vec<u32>,
}

impl Exposures {
    pub fn new(symbols: &[Symbol]) -> Self {
        Self {
            margin_ppb_max: margin_ppb_max(symbols),
            dirty: Vec::with_capacity(symbols.len()),
            margin_dirty: Vec::with_capacity(symbols.len()),
            ..Self::default()
        }
    }
}

fn margin_ppb_max(symbols: &[Symbol]) -> i64 {
    symbols.iter().filter_map(|symbol| symbol.limits.initial_margin_ppb).max().unwrap_or(0)
}

/// w: the larger of the two outcomes by magnitude, the buys' on a tie.
#[inline]
pub fn worst_side(position: i64, buy: i64, sell: i64) -> i64 {
    let (long, short) = (position.saturating_add(buy), position.saturating_sub(sell));
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
        let exposure = &mut self.symbols[symbol].exposure;
        if !exposure.is_dirty {
            exposure.is_dirty = true;
            self.exposures.dirty.push(symbol as u32);
        }
    }

    /// Brings every sum but the margin up to date.
    pub fn settle_exposures(&mut self) {
        while let Some(symbol) = self.exposures.dirty.pop() {
            let symbol = symbol as usize;
            let in_model = self.risk_model.as_ref().is_some_and(|model| model.row(symbol).is_some());
            let s = &mut self.symbols[symbol];
            let sums = &mut self.exposures;
            let before = s.exposure;
            let worst = worst_side(s.holding.position, s.open.buy, s.open.sell);
            let after = Exposure {
                worst,
                value: notional(worst, s.market.mark, s.multiplier),
                risk_value: notional(worst, s.market.risk_price, s.multiplier),
                margin: before.margin,
                in_model,
                is_dirty: false,
                is_margin_dirty: true,
            };
            sums.gross += magnitude(after.value) - magnitude(before.value);
            sums.net += after.value - before.value;
            sums.count += i64::from(after.worst != 0) - i64::from(before.worst != 0);
            *risk_sum(sums, before.in_model) -= magnitude(before.risk_value);
            *risk_sum(sums, in_model) += magnitude(after.risk_value);
            if !before.is_margin_dirty {
                sums.margin_dirty.push(symbol as u32);
            }
            s.exposure = after;
        }
    }

    /// Sum of cap(im_j, abs(N_j)); settled exposures are its input.
    pub fn settled_margin(&mut self) -> Money {
        while let Some(symbol) = self.exposures.margin_dirty.pop() {
            let s = &mut self.symbols[symbol as usize];
            let margin = s.limits.initial_margin_ppb.map_or(0, |im| cap(im, magnitude(s.exposure.value)));
            self.exposures.margin += margin - s.exposure.margin;
            s.exposure.margin = margin;
            s.exposure.is_margin_dirty = false;
        }
        self.exposures.margin
    }

    /// Limits, risk model or everything changed: all sums are built anew.
    pub fn rebuild_exposures(&mut self) {
        let reserved = self.exposures.reserved;
        self.exposures = Exposures { reserved, ..Exposures::new(&self.symbols) };
        for symbol in 0..self.symbols.len() {
            self.symbols[symbol].exposure = Exposure::default();
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
            let value = notional(counted, price, s.multiplier);
            let reserved = value + cap(self.config.venue.taker_fee_ppb, value);
            self.exposures.reserved += reserved - order.reserved;
            order.reserved = reserved;
        }
        order.counted = counted;
        let symbol = order.symbol;
        if change != 0 {
            self.exposure_changed(symbol);
        }
    }
}

fn risk_sum(sums: &mut Exposures, in_model: bool) -> &mut Money {
    if in_model { &mut sums.risk_inside } else { &mut sums.risk_outside }
}
