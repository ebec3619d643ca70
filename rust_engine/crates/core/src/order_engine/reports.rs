//! Applying a venue's report to an order: the only source of fills (spec 7.3, 8.1, 9.8).
use super::retry::Desire;
use super::transitions::next_state;
use crate::core::contract::{AccountCause, FillRecord, Liquidity, OrderState, OrderType, Trigger};
use crate::execution_engine::venue::Report;
use crate::state::State;

impl State {
    pub fn apply_report(&mut self, report: &Report) {
        let Some(place) = self.orders.find(report.order_id) else {
            self.counters.late_reports += 1;
            return;
        };
        let order = self.orders.get_mut(place);
        match report.trigger {
            Trigger::Fill | Trigger::PartialFill => return self.apply_fill(place, report),
            Trigger::Replace => {
                if let Some(new) = order.pending.take() {
                    order.price = new.price;
                    order.quantity = new.quantity;
                }
            }
            Trigger::ReplaceReject => order.pending = None,
            _ => {}
        }
        let (symbol, side, order_type) = (order.symbol, order.side, order.order_type);
        let price = if order_type == OrderType::Market { 0 } else { order.price };
        let desire = Desire { order_type, price, quantity: order.quantity };
        let next = next_state(order, report.trigger);
        self.move_order(place, report.trigger, report.code, report.ts_venue);
        if report.trigger == Trigger::VenueReject {
            self.counters.venue_rejects += 1;
            self.remember_rejected(symbol, side, desire);
        }
        if next == Some(OrderState::Canceled) {
            self.counters.cancels += 1;
        }
    }

    /// Records FILL, ORDER, ACCOUNT.
    fn apply_fill(&mut self, place: u32, report: &Report) {
        let order = self.orders.get_mut(place);
        let (leaves, quantity) = (order.leaves(), report.quantity);
        let trigger = if quantity == leaves { Trigger::Fill } else { Trigger::PartialFill };
        let liquidity = Liquidity::from_number(u32::from(report.liquidity));
        let (Some(liquidity), Some(_), true) =
            (liquidity, next_state(order, trigger), (1..=leaves).contains(&quantity))
        else {
            self.fail("a fill does not fit its order");
            return;
        };
        order.cum += quantity;
        order.last_exec_id = report.exec_id;
        let (order_id, symbol, side) = (order.id, order.symbol, order.side);
        let fee = self.book_fill(symbol, side, report.price, quantity, liquidity);
        self.counters.fills += 1;
        let record = FillRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: symbol as u32,
            side: side as u8,
            liquidity: liquidity as u8,
            reason: report.reason,
            order_id,
            exec_id: report.exec_id,
            price: report.price,
            quantity,
            fee,
            cause_event: report.cause_event,
            ts_venue: report.ts_venue,
            position: self.symbols[symbol].holding.position,
        };
        self.output.push(record.to_bytes());
        self.move_order(place, trigger, report.code, report.ts_venue);
        self.record_account(AccountCause::Fill, Some(symbol));
    }
}
