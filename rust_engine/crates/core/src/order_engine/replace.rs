//! Asking the venue to cancel or to replace an order (spec 9.7).
use super::retry::Desire;
use super::slab::{Order, Replacement};
use crate::core::contract::{Code, Trigger};
use crate::execution_engine::venue::{Message, MessageKind};
use crate::risk_engine::ticket::{Refusal, Ticket};
use crate::state::State;

impl State {
    pub fn request_cancel(&mut self, place: u32) {
        let order_id = self.orders.get(place).id;
        if self.move_order(place, Trigger::RequestCancel, Code::UserCancel, 0) {
            self.send(Message { arrival: 0, kind: MessageKind::Cancel, order_id, price: 0, quantity: 0 });
        }
    }

    /// Asks for new price and leaves, if every row passes.
    pub fn request_replace(&mut self, place: u32, desire: Desire) {
        let order = *self.orders.get(place);
        let mut ticket = Ticket::new(order.symbol, order.side, desire, order.flatten);
        ticket.replaces = Some(place);
        match self.check(&mut ticket) {
            Ok(()) => {
                self.take_token_and_remember(&ticket);
                self.send_replace(
                    place,
                    Replacement { price: desire.price, quantity: order.cum + desire.quantity },
                );
            }
            Err(refusal) => self.refuse_replace(&order, &ticket, &refusal),
        }
    }

    /// The order stays as it is.
    fn refuse_replace(&mut self, order: &Order, ticket: &Ticket, refusal: &Refusal) {
        self.counters.risk_rejects += 1;
        let asked = Order { price: ticket.price, quantity: order.cum + ticket.quantity, ..*order };
        let mut record = self.order_record(&asked, order.state, Trigger::RiskReject, refusal.code, 0);
        record.limit = refusal.limit;
        record.value = refusal.value;
        self.output.push(record.to_bytes());
        self.remember_rejected(order.symbol, order.side, ticket.desire);
        if refusal.code == Code::SelfTrade {
            self.settle_conflicts(ticket.plan);
        }
    }

    /// REQUEST_REPLACE without any row or token; the record shows what is asked for.
    pub fn send_replace(&mut self, place: u32, new: Replacement) {
        let order_id = self.orders.get(place).id;
        self.orders.get_mut(place).pending = Some(new);
        if self.move_order(place, Trigger::RequestReplace, Code::None, 0) {
            let Replacement { price, quantity } = new;
            self.send(Message { arrival: 0, kind: MessageKind::Replace, order_id, price, quantity });
        }
    }
}
