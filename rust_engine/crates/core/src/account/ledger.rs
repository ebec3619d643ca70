//! The engine's money: cash, fees, realised profit, equity, and the marks that halts are measured from.
use crate::core::fixed::Money;

/// Controls may not bring cash or equity here (spec 11.4, 11.5).
const CONTROLLED_MAX: u128 = 1 << 120;
/// Money beyond this is a fault: the bounds of spec 1.8 no longer hold, and products could leave 128 bits.
const MONEY_MAX: u128 = 1 << 123;

/// Cash or equity that a control may bring about.
pub fn is_in_range(money: Money) -> bool {
    money.unsigned_abs() < CONTROLLED_MAX
}

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

    /// Cash and equity are within the bounds that the arithmetic relies on.
    pub fn is_sound(&self) -> bool {
        [self.cash, self.fees, self.realised, self.equity, self.high, self.open]
            .iter()
            .all(|money| money.unsigned_abs() < MONEY_MAX)
    }
}
