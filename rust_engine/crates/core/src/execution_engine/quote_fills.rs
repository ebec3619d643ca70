//! A QUOTE or BOOK meets our resting orders (spec 7.7).
use super::book::{available, displayed, is_reached};
use super::venue::VenueFill;
use crate::core::contract::{FillReason, Liquidity, QueueModel};
use crate::core::float::rint;
use crate::order_engine::slab::{AtVenue, NONE};
use crate::state::State;

impl State {
    pub fn match_quote(&mut self, symbol: usize) {
        let mut next = self.orders.first_of(&self.symbols[symbol].open);
        while next != NONE {
            let place = next;
            next = self.orders.next_of(place);
            let order = *self.orders.get(place);
            if !order.venue.resting {
                continue;
            }
            let (side, price) = (order.side, order.venue.price);
            let market = &self.symbols[symbol].market;
            if is_reached(market, side, price) {
                let quantity = available(market, side, price).min(i128::from(order.venue.leaves())) as i64;
                if quantity > 0 {
                    self.add_taken(symbol, side, quantity);
                    let (liquidity, reason) = (Liquidity::Maker, FillReason::BookCrossed);
                    self.fill(place, VenueFill { price, quantity, liquidity, reason }, self.ts_event);
                }
            } else if let Some(size) = displayed(market.own(side), side, price) {
                let queue_model = self.config.venue.queue_model;
                shorten_queue(&mut self.orders.get_mut(place).venue, size, queue_model);
            }
        }
    }
}

/// The displayed size at our price is now `size`.
fn shorten_queue(order: &mut AtVenue, size: i64, queue_model: QueueModel) {
    if order.ahead < 0 {
        order.ahead = size;
    } else {
        let canceled = i128::from(order.level) - i128::from(size) - i128::from(order.traded);
        if queue_model == QueueModel::Probability && canceled > 0 {
            let a = order.ahead as f64;
            let b = order.level.saturating_sub(order.ahead).max(0) as f64;
            let whole = a * a + b * b;
            let before_us = if whole > 0.0 { rint(canceled as f64 * ((a * a) / whole)) as i64 } else { 0 };
            order.ahead = order.ahead.saturating_sub(before_us).max(0);
        }
        order.ahead = order.ahead.min(size);
    }
    order.level = size;
    order.traded = 0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(ahead: i64, level: i64, traded: i64) -> AtVenue {
        AtVenue { ahead, level, traded, ..AtVenue::default() }
    }

    #[test]
    fn only_displayed_size_below_the_queue_shortens_it() {
        let mut order = queue(80, 100, 0);
        shorten_queue(&mut order, 90, QueueModel::RiskAverse);
        assert_eq!((order.ahead, order.level), (80, 90));
        shorten_queue(&mut order, 30, QueueModel::RiskAverse);
        assert_eq!(order.ahead, 30);
        let mut unseen = queue(-1, 0, 0);
        shorten_queue(&mut unseen, 12, QueueModel::Probability);
        assert_eq!(unseen.ahead, 12);
    }

    #[test]
    fn cancels_shorten_it_in_proportion_to_squares() {
        let mut order = queue(80, 100, 5);
        shorten_queue(&mut order, 78, QueueModel::Probability);
        // 17 canceled, 6400 / 6800 of them before us: 16.
        assert_eq!((order.ahead, order.level, order.traded), (64, 78, 0));
        let mut first = queue(0, 10, 0);
        shorten_queue(&mut first, 4, QueueModel::Probability);
        assert_eq!(first.ahead, 0);
    }
}
