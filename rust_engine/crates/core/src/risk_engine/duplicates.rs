//! Memory of accepted orders, so that the same one is not sent twice in a moment (spec 9.6).
use crate::core::contract::{Code, Side};
use crate::core::ring::Ring;
use crate::order_engine::retry::Desire;
use crate::risk_engine::ticket::Refusal;
use crate::state::State;

/// An accepted order as it was desired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub side: Side,
    pub desire: Desire,
    pub ts: i64,
}

/// A symbol's accepted orders, in order of acceptance.
pub type Duplicates = Ring<Accepted>;

impl State {
    /// Row 10.
    pub fn row_duplicate(
        &mut self,
        symbol: usize,
        side: Side,
        desire: &Desire,
        window_ns: i64,
    ) -> Result<(), Refusal> {
        let now = self.now;
        let memory = &mut self.symbols[symbol].duplicates;
        while memory.pop_if(|accepted| now - accepted.ts >= window_ns).is_some() {}
        if memory.iter().any(|accepted| accepted.side == side && accepted.desire == *desire) {
            return Err(Refusal::plain(Code::DuplicateOrder));
        }
        Ok(())
    }

    pub fn remember_accepted(&mut self, symbol: usize, side: Side, desire: Desire) {
        self.symbols[symbol].duplicates.push(Accepted { side, desire, ts: self.now });
    }
}
