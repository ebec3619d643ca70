//! The order state machine: the contract's table, one record per transition (spec 9.8).
use super::slab::Order;
use crate::core::contract::{self, Code, OrderRecord, OrderState, Trigger};
use crate::state::State;

/// The next state of an order, if the table has one; LIVE is resolved by what was filled.
pub fn next_state(order: &Order, trigger: Trigger) -> Option<OrderState> {
    match contract::next_state(order.state as u8, trigger as u8) {
        contract::LIVE if order.cum == 0 => Some(OrderState::New),
        contract::LIVE => Some(OrderState::PartiallyFilled),
        number => OrderState::from_number(u32::from(number)),
    }
}

impl State {
    /// Moves an order, records it, and takes it out where the new state is terminal.
    pub fn move_order(&mut self, place: u32, trigger: Trigger, code: Code, ts_venue: i64) -> bool {
        let order = self.orders.get_mut(place);
        let from = order.state;
        let Some(to) = next_state(order, trigger) else {
            self.fail("an order met a transition that the table does not have");
            return false;
        };
        order.state = to;
        let mut shown = *order;
        if !matches!(to, OrderState::PendingReplace | OrderState::PendingCancel) {
            order.pending = None;
        }
        if let (Trigger::RequestReplace, Some(new)) = (trigger, order.pending) {
            shown.price = new.price;
            shown.quantity = new.quantity;
        }
        let symbol = order.symbol;
        self.record_transition(&shown, from, trigger, code, ts_venue);
        self.recount_order(place);
        if to.is_terminal() {
            self.orders.remove(place, &mut self.symbols[symbol].open);
        }
        true
    }

    /// ORDER record of an order that has just moved from `from`.
    pub(super) fn record_transition(
        &mut self,
        order: &Order,
        from: OrderState,
        trigger: Trigger,
        code: Code,
        ts_venue: i64,
    ) {
        let record = self.order_record(order, from, trigger, code, ts_venue);
        self.output.push(record.to_bytes());
    }

    pub(super) fn order_record(
        &self,
        order: &Order,
        from: OrderState,
        trigger: Trigger,
        code: Code,
        ts_venue: i64,
    ) -> OrderRecord {
        OrderRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: order.symbol as u32,
            side: order.side as u8,
            order_type: order.order_type as u8,
            state_from: from as u8,
            code: code as u16,
            state_to: order.state as u8,
            trigger: trigger as u8,
            order_id: order.id,
            price: order.price,
            quantity: order.quantity,
            leaves: order.leaves(),
            cum: order.cum,
            signal_id: order.signal_id,
            limit: 0,
            value: 0,
            ts_venue,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_states_lead_nowhere() {
        for state in OrderState::ALL.into_iter().filter(|state| state.is_terminal()) {
            for trigger in Trigger::ALL {
                assert_eq!(
                    contract::next_state(state as u8, trigger as u8),
                    0,
                    "{} {}",
                    state.name(),
                    trigger.name()
                );
            }
        }
    }

    #[test]
    fn every_state_but_the_first_can_be_reached() {
        for state in OrderState::ALL.into_iter().filter(|&state| state != OrderState::Created) {
            let reached = contract::TRANSITIONS.iter().flatten().any(|&next| next == state as u8);
            assert!(reached, "{}", state.name());
        }
    }
}
