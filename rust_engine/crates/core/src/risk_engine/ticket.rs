//! An order under test, and what it would do to the symbol's exposure (spec 9.2, 9.5).
use super::exposure::larger_side;
use crate::core::contract::{Code, OrderType, Side};
use crate::core::fixed::{cap, is_within_cap};
use crate::order_engine::retry::Desire;
use crate::state::State;

/// Why a row failed, with the limit and value that its record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    pub limit: i128,
    pub value: i128,
}

impl Refusal {
    /// A row that reports no numbers.
    pub const fn plain(code: Code) -> Self {
        Self { code, limit: 0, value: 0 }
    }

    /// Passes when `value <= limit`.
    #[inline]
    pub fn above(code: Code, limit: i128, value: i128) -> Result<(), Self> {
        if value <= limit { Ok(()) } else { Err(Self { code, limit, value }) }
    }
}

impl State {
    /// Passes when `value` is at most a share of equity.
    #[inline]
    pub fn within_equity(&self, code: Code, share_ppb: i64, value: i128) -> Result<(), Refusal> {
        let equity = self.ledger.equity;
        if is_within_cap(value, share_ppb, equity) {
            return Ok(());
        }
        Err(Refusal { code, limit: cap(share_ppb, equity), value })
    }
}

/// What becomes of the conflicting orders of row 12 (spec 9.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictPlan {
    Leave,
    Cancel,
    Decrement,
}

/// A new order, or the new values of one that is to be replaced.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    pub symbol: usize,
    pub side: Side,
    pub order_type: OrderType,
    /// As desired; a MARKET order's becomes its collar limit in row 6.
    pub price: i64,
    /// Under DECREMENT the rest, from row 12 on.
    pub quantity: i64,
    pub desire: Desire,
    pub flatten: bool,
    /// Place of the order that is to be replaced.
    pub replaces: Option<u32>,
    pub plan: ConflictPlan,
    /// The order was counted by these rows when it passes.
    pub takes_token: bool,
    pub is_remembered: bool,
}

impl Ticket {
    pub fn new(symbol: usize, side: Side, desire: Desire, flatten: bool) -> Self {
        Self {
            symbol,
            side,
            order_type: desire.order_type,
            price: desire.price,
            quantity: desire.quantity,
            desire,
            flatten,
            replaces: None,
            plan: ConflictPlan::Leave,
            takes_token: false,
            is_remembered: false,
        }
    }

    pub fn is_market(&self) -> bool {
        self.order_type == OrderType::Market
    }
}

/// The symbol's exposure with and without the order under test.
#[derive(Clone, Copy, Debug)]
pub struct Stance {
    pub position: i64,
    /// Open sells without the order under test, S'.
    pub sell_without: i64,
    pub worst_without: i64,
    pub worst: i64,
    pub is_reducing: bool,
    pub is_short_sale: bool,
}

impl State {
    #[inline(always)]
    pub fn stance(&self, ticket: &Ticket) -> Stance {
        let s = &self.symbols[ticket.symbol];
        let position = s.holding.position;
        let (mut buy, mut sell) = (s.open.buy, s.open.sell);
        if let Some(place) = ticket.replaces {
            let own = match ticket.side {
                Side::Buy => &mut buy,
                Side::Sell => &mut sell,
            };
            *own = own.saturating_sub(self.orders.get(place).counted);
        }
        let (long, short) = (position.saturating_add(buy), position.saturating_sub(sell));
        let worst_without = larger_side(long, short);
        let (worst, is_reducing, is_short_sale) = match ticket.side {
            Side::Buy => {
                let long = position.saturating_add(buy.saturating_add(ticket.quantity));
                (larger_side(long, short), position < 0 && long <= 0, false)
            }
            Side::Sell => {
                let short = position.saturating_sub(sell.saturating_add(ticket.quantity));
                (larger_side(long, short), position > 0 && short >= 0, short < 0)
            }
        };
        Stance { position, sell_without: sell, worst_without, worst, is_reducing, is_short_sale }
    }
}
