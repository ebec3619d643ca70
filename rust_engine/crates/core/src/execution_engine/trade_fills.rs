//! A TRADE meets our resting orders (spec 7.8).
use super::book::within_limit;
use super::venue::VenueFill;
use crate::core::contract::{FillReason, Liquidity, Side};
use crate::order_engine::slab::NONE;
use crate::state::State;

impl State {
    pub fn match_trade(&mut self, symbol: usize, trade_price: i64, size: i64, aggressor: i8) {
        let mut budget = size;
        let mut next = self.orders.first_of(&self.symbols[symbol].open);
        while next != NONE {
            let place = next;
            next = self.orders.next_of(place);
            let order = self.orders.get_mut(place);
            let is_met = match order.side {
                Side::Buy => aggressor <= 0,
                Side::Sell => aggressor >= 0,
            };
            if !order.venue.resting || !is_met {
                continue;
            }
            let (price, leaves) = (order.venue.price, order.venue.leaves());
            let (quantity, reason) = if trade_price == price && order.venue.ahead >= 0 {
                let consumed = order.venue.ahead.min(size);
                order.venue.ahead -= consumed;
                order.venue.traded = order.venue.traded.saturating_add(size);
                (leaves.min(size - consumed).min(budget), FillReason::QueueExhausted)
            } else if trade_price != price && within_limit(order.side, trade_price, price) {
                (leaves.min(budget), FillReason::TradedThrough)
            } else {
                continue;
            };
            if quantity > 0 {
                budget -= quantity;
                self.fill(
                    place,
                    VenueFill { price, quantity, liquidity: Liquidity::Maker, reason },
                    self.ts_event,
                );
            }
        }
    }
}
