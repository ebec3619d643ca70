//! First half of row 12: an order that could meet one of our own (spec 9.9).
use super::ticket::{ConflictPlan, Refusal, Ticket};
use crate::core::contract::{Code, SelfTrade, Side};
use crate::order_engine::slab::{Order, Replacement};
use crate::state::State;

/// A conflicting order, and what it loses under DECREMENT.
#[derive(Clone, Copy, Debug)]
pub struct Conflict {
    pub id: u64,
    pub loses: i64,
}

/// Our price reaches an order's old or pending new price.
fn reaches(ticket: &Ticket, order: &Order) -> bool {
    let meets = |price: i64| match ticket.side {
        Side::Buy => ticket.price >= price,
        Side::Sell => ticket.price <= price,
    };
    meets(order.price) || order.pending.is_some_and(|new| meets(new.price))
}

impl State {
    /// Fails, or leaves in the ticket what is to become of the conflicts.
    pub fn row_self_trade(&mut self, ticket: &mut Ticket) -> Result<(), Refusal> {
        let open = &self.symbols[ticket.symbol].open;
        self.conflicts.clear();
        let (mut rest, mut all_live) = (ticket.quantity, true);
        for order in self.orders.iter_of(open) {
            if order.side != ticket.side && reaches(ticket, order) {
                let loses = rest.min(order.leaves());
                rest -= loses;
                all_live &= order.is_live();
                self.conflicts.push(Conflict { id: order.id, loses });
            }
        }
        if self.conflicts.is_empty() {
            return Ok(());
        }
        let refused = Err(Refusal::plain(Code::SelfTrade));
        let is_replace = ticket.replaces.is_some();
        match self.limits.self_trade {
            SelfTrade::CancelNewest => refused,
            SelfTrade::CancelBoth => {
                ticket.plan = ConflictPlan::Cancel;
                refused
            }
            SelfTrade::CancelOldest if is_replace => refused,
            SelfTrade::CancelOldest => {
                ticket.plan = ConflictPlan::Cancel;
                Ok(())
            }
            SelfTrade::Decrement if is_replace || !all_live => refused,
            SelfTrade::Decrement => {
                ticket.plan = ConflictPlan::Decrement;
                if rest == 0 {
                    return refused;
                }
                ticket.quantity = rest;
                Ok(())
            }
        }
    }

    /// Carries out the plan on the conflicts of the last row 12.
    pub fn settle_conflicts(&mut self, plan: ConflictPlan) {
        if plan == ConflictPlan::Leave {
            return;
        }
        let conflicts = std::mem::take(&mut self.conflicts);
        for conflict in &conflicts {
            let Some(place) = self.orders.find(conflict.id) else { continue };
            let order = self.orders.get(place);
            let leaves = order.leaves();
            if plan == ConflictPlan::Cancel {
                if order.can_be_canceled() {
                    self.request_cancel(place);
                }
            } else if conflict.loses == leaves {
                self.request_cancel(place);
            } else if conflict.loses > 0 {
                let new = Replacement { price: order.price, quantity: order.quantity - conflict.loses };
                self.send_replace(place, new);
            }
        }
        self.conflicts = conflicts;
    }
}
