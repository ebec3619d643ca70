//! The engine's money: cash, fees, realised profit, equity, and the marks that halts are measured from.
use crate::core::fixed::Money;

/// Money that reaches this is a fault; controls may not bring it there (spec 11, 12.1).
const MONEY_END: u128 = 1 << 120;

#[derive(Clone, Debug)]
pub struct Ledger {
    pub cash: Money,
    pub fees: Money,
    pub realised: Money,
    /// Cash and positions at their marks, always current (spec 6.4).
    pub equity: Money,
    /// Highest equity, H (spec 8.4).
    pub high: Money,
    /// Equity at the session's start, E_open (spec 8.2).
    pub open: Money,
}

impl Ledger {
    pub fn new(cash: Money) -> Self {
        Self { cash, fees: 0, realised: 0, equity: cash, high: cash, open: cash }
    }

    /// A fill has left all money below the end.
    #[inline]
    pub fn is_sound(&self) -> bool {
        // The high halves alone, each without its sign: small ones prove it.
        let high = |money: Money| (money >> 64) as i64;
        let size = |money: Money| (high(money) ^ (high(money) >> 63)) as u64;
        let largest = size(self.cash) | size(self.fees) | size(self.realised) | size(self.equity);
        u128::from(largest) < MONEY_END >> 65
            || are_below(MONEY_END, [self.cash, self.fees, self.realised, self.equity])
    }

    /// A control may move equity and what it is measured from by `change`.
    pub fn can_move(&self, change: Money) -> bool {
        let moved = [self.equity, self.high, self.open].map(|money| money.saturating_add(change));
        are_below(MONEY_END, moved)
    }

    /// A control may move cash by `change` too.
    pub fn can_move_cash(&self, change: Money) -> bool {
        are_below(MONEY_END, [self.cash.saturating_add(change)]) && self.can_move(change)
    }
}

#[inline]
fn are_below<const N: usize>(end: u128, moneys: [Money; N]) -> bool {
    moneys.iter().all(|money| money.unsigned_abs() < end)
}
