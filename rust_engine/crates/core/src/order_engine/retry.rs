//! A rejected desire waits before it is tried again (spec 10.6).
use crate::core::contract::{OrderType, Side};
use crate::state::{State, side_place};

/// Price as desired (MARKET: 0), quantity and type of a desire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desire {
    pub order_type: OrderType,
    pub price: i64,
    pub quantity: i64,
}

/// The last rejected desire and when it was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    pub desire: Desire,
    pub ts: i64,
}

impl State {
    pub fn remember_rejected(&mut self, symbol: usize, side: Side, desire: Desire) {
        self.symbols[symbol].rare_mut().retry[side_place(side)] = Some(Retry { desire, ts: self.now });
    }

    /// The desire equals the last rejected one, and retry_after_ns has not passed.
    pub fn is_held_back(&self, symbol: usize, side: Side, desire: &Desire) -> bool {
        let rare = self.symbols[symbol].rare.as_ref();
        rare.and_then(|rare| rare.retry[side_place(side)]).is_some_and(|retry| {
            retry.desire == *desire && self.now - retry.ts < self.config.reconciler.retry_after_ns
        })
    }
}
