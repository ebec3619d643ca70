//! Creating an order: id, rows, record, message (spec 9.2).
use super::retry::Desire;
use super::slab::{AtVenue, Links, Order};
use crate::core::contract::{Code, OrderRecord, OrderState, Side, Trigger};
use crate::execution_engine::venue::{Message, MessageKind};
use crate::risk_engine::ticket::{Refusal, Ticket};
use crate::state::State;

impl State {
    pub fn create(&mut self, symbol: usize, side: Side, desire: Desire, flatten: bool) {
        self.last_order_id += 1;
        self.counters.orders += 1;
        let id = self.last_order_id;
        if !flatten && self.fill_surely(symbol, side, &desire) {
            return;
        }
        let mut ticket = Ticket::new(symbol, side, desire, flatten);
        match self.check(&mut ticket) {
            Ok(()) => {
                self.take_token_and_remember(&ticket);
                match self.price_at_once(&ticket) {
                    Some(price) => self.fill_at_once(id, &ticket, price),
                    None => self.submit(id, &ticket),
                }
            }
            Err(refusal) => self.refuse(id, &ticket, &refusal),
        }
    }

    #[cold]
    fn refuse(&mut self, id: u64, ticket: &Ticket, refusal: &Refusal) {
        self.counters.risk_rejects += 1;
        let record = OrderRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: ticket.symbol as u32,
            side: ticket.side as u8,
            order_type: ticket.order_type as u8,
            state_from: OrderState::Created as u8,
            state_to: OrderState::RiskRejected as u8,
            trigger: Trigger::RiskReject as u8,
            code: refusal.code as u16,
            order_id: id,
            price: ticket.price,
            quantity: ticket.quantity,
            leaves: ticket.quantity,
            cum: 0,
            signal_id: self.symbols[ticket.symbol].decision.signal_id,
            limit: refusal.limit,
            value: refusal.value,
            ts_venue: 0,
        };
        self.output.push(record.to_bytes());
        self.remember_rejected(ticket.symbol, ticket.side, ticket.desire);
        if refusal.code == Code::SelfTrade {
            self.settle_conflicts(ticket.plan);
        }
    }

    /// Apart, so that orders which are filled at once do not save registers for it.
    #[inline(never)]
    fn submit(&mut self, id: u64, ticket: &Ticket) {
        self.settle_conflicts(ticket.plan);
        let order = Order {
            id,
            symbol: ticket.symbol,
            side: ticket.side,
            order_type: ticket.order_type,
            state: OrderState::PendingNew,
            flatten: ticket.flatten,
            price: ticket.price,
            quantity: ticket.quantity,
            cum: 0,
            created: self.now,
            signal_id: self.symbols[ticket.symbol].decision.signal_id,
            last_exec_id: 0,
            pending: None,
            venue: AtVenue::default(),
            counted: 0,
            reserved: 0,
            links: Links::UNLINKED,
        };
        let place = self.orders.insert(order, &mut self.symbols[ticket.symbol].open);
        self.recount_order(place);
        self.record_transition(&order, OrderState::Created, Trigger::Submit, Code::None, 0);
        self.send(Message {
            arrival: 0,
            kind: MessageKind::New,
            order_id: id,
            price: order.price,
            quantity: order.quantity,
        });
    }

    /// Tokens and the duplicate memory change only when all rows have passed (spec 9.6).
    pub(super) fn take_token_and_remember(&mut self, ticket: &Ticket) {
        if ticket.takes_token {
            self.charge_message(ticket.symbol);
        }
        if ticket.is_remembered {
            self.remember_accepted(ticket.symbol, ticket.side, ticket.desire);
        }
    }
}
