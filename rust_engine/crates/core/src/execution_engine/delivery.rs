//! What the venue does with a message (spec 7.5, 7.9, 7.10).
use super::book::{available, is_reached};
use super::venue::{Message, MessageKind};
use crate::core::contract::{Code, OrderType, Trigger};
use crate::order_engine::slab::AtVenue;
use crate::state::State;

impl State {
    pub fn deliver(&mut self, message: &Message, ts_venue: i64) {
        let place = self.orders.find(message.order_id);
        match (message.kind, place) {
            (MessageKind::New, Some(place)) => self.deliver_new(place, ts_venue),
            (MessageKind::New, None) => self.fail("a new order reached the venue after its end"),
            (MessageKind::Cancel, Some(place)) if self.orders.get(place).venue.is_there => {
                self.leave_venue(place, Trigger::Cancel, Code::UserCancel, ts_venue);
            }
            (MessageKind::Cancel, _) => {
                self.report(message.order_id, Trigger::CancelReject, Code::None, ts_venue)
            }
            (MessageKind::Replace, Some(place)) if self.orders.get(place).venue.is_there => {
                self.deliver_replace(place, message, ts_venue);
            }
            (MessageKind::Replace, _) => {
                self.report(message.order_id, Trigger::ReplaceReject, Code::None, ts_venue)
            }
        }
    }

    fn deliver_new(&mut self, place: u32, ts_venue: i64) {
        let order = self.orders.get_mut(place);
        order.venue =
            AtVenue { is_there: true, price: order.price, quantity: order.quantity, ..AtVenue::default() };
        let order = *order;
        self.note_expiry(order.created);
        let s = &self.symbols[order.symbol];
        let is_frozen = s.market.is_frozen();
        if self.is_bar_filled(order.symbol) {
            if matches!(order.order_type, OrderType::Limit | OrderType::PostOnly) {
                self.report(order.id, Trigger::Ack, Code::None, ts_venue);
            }
            return;
        }
        let (leaves, price) = (i128::from(order.quantity), order.price);
        match order.order_type {
            OrderType::Market | OrderType::Ioc | OrderType::Fok if is_frozen => {
                self.leave_venue(place, Trigger::Cancel, Code::MarketHalted, ts_venue);
            }
            OrderType::Market | OrderType::Ioc => {
                self.take(place, ts_venue);
                if self.orders.get(place).venue.is_there {
                    self.leave_venue(place, Trigger::Cancel, Code::NoLiquidity, ts_venue);
                }
            }
            OrderType::Fok if available(&s.market, order.side, price) < leaves => {
                self.leave_venue(place, Trigger::Cancel, Code::FokUnfillable, ts_venue);
            }
            OrderType::Fok => self.take(place, ts_venue),
            OrderType::PostOnly if !is_frozen && is_reached(&s.market, order.side, price) => {
                self.leave_venue(place, Trigger::VenueReject, Code::PostOnlyWouldTake, ts_venue);
            }
            OrderType::PostOnly => {
                self.report(order.id, Trigger::Ack, Code::None, ts_venue);
                self.rest(place);
            }
            OrderType::Limit => {
                self.report(order.id, Trigger::Ack, Code::None, ts_venue);
                self.take_then_rest(place, is_frozen, ts_venue);
            }
        }
    }

    fn take_then_rest(&mut self, place: u32, is_frozen: bool, ts_venue: i64) {
        if !is_frozen {
            self.take(place, ts_venue);
        }
        if self.orders.get(place).venue.is_there {
            self.rest(place);
        }
    }

    fn deliver_replace(&mut self, place: u32, message: &Message, ts_venue: i64) {
        let order = *self.orders.get(place);
        if message.quantity <= order.venue.cum {
            self.leave_venue(place, Trigger::Cancel, Code::ReplaceBelowCum, ts_venue);
            return;
        }
        let s = &self.symbols[order.symbol];
        let (is_frozen, is_bar_filled) = (s.market.is_frozen(), self.is_bar_filled(order.symbol));
        let is_post_only = order.order_type == OrderType::PostOnly;
        if is_post_only && !is_bar_filled && !is_frozen && is_reached(&s.market, order.side, message.price) {
            self.report(order.id, Trigger::ReplaceReject, Code::PostOnlyWouldTake, ts_venue);
            return;
        }
        let keeps_place =
            message.price == order.venue.price && message.quantity - order.venue.cum <= order.venue.leaves();
        let at_venue = &mut self.orders.get_mut(place).venue;
        at_venue.price = message.price;
        at_venue.quantity = message.quantity;
        self.report(order.id, Trigger::Replace, Code::None, ts_venue);
        if keeps_place || is_bar_filled {
            return;
        }
        self.take_then_rest(place, is_frozen || is_post_only, ts_venue);
    }
}
