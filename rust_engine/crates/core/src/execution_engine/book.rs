//! Displayed size: what is available, taking it, and where a resting order stands in its queue (spec 7.4, 7.6).
use super::venue::VenueFill;
use crate::core::contract::{FillReason, Liquidity, Side};
use crate::data_engine::market::{BookLevel, Market};
use crate::state::State;

/// `price` is at or better than `limit` for an order of `side` that takes it.
#[inline]
pub fn within_limit(side: Side, price: i64, limit: i64) -> bool {
    match side {
        Side::Buy => price <= limit,
        Side::Sell => price >= limit,
    }
}

/// The other side's best price reaches `price`.
#[inline]
pub fn is_reached(market: &Market, side: Side, price: i64) -> bool {
    market.opposite(side).first().is_some_and(|best| within_limit(side, best.price, price))
}

/// Displayed size within the limit, less what was taken, at least 0.
pub fn available(market: &Market, side: Side, limit: i64) -> i128 {
    let levels = market.opposite(side).iter();
    let displayed: i128 = levels
        .take_while(|level| within_limit(side, level.price, limit))
        .map(|level| i128::from(level.size))
        .sum();
    (displayed - i128::from(market.taken(side))).max(0)
}

/// Displayed size at a price of our side, `None` where it is unseen.
pub fn displayed(levels: &[BookLevel], side: Side, price: i64) -> Option<i64> {
    let Some(best) = levels.first() else { return Some(0) };
    // A price better than the best, or between two levels, is seen to be empty.
    let better = |a: i64, b: i64| a != b && within_limit(side, b, a);
    if better(price, best.price) {
        return Some(0);
    }
    if let Some(level) = levels.iter().find(|level| level.price == price) {
        return Some(level.size);
    }
    levels.last().and_then(|last| better(price, last.price).then_some(0))
}

impl State {
    /// Takes displayed size up to the limit, one fill per level.
    pub fn take(&mut self, place: u32, ts_venue: i64) {
        let order = self.orders.get(place);
        let (symbol, side, limit) = (order.symbol, order.side, order.venue.price);
        let mut rest = order.venue.leaves();
        let mut skip = i128::from(self.symbols[symbol].market.taken(side));
        for place_in_book in 0.. {
            let levels = self.symbols[symbol].market.opposite(side);
            let Some(&level) = levels.get(place_in_book) else { break };
            if rest <= 0 || !within_limit(side, level.price, limit) {
                break;
            }
            let size = i128::from(level.size);
            let left = (size - skip).max(0);
            skip = (skip - size).max(0);
            let quantity = left.min(i128::from(rest)) as i64;
            if quantity > 0 {
                rest -= quantity;
                self.add_taken(symbol, side, quantity);
                let (liquidity, reason) = (Liquidity::Taker, FillReason::Aggressive);
                self.fill(place, VenueFill { price: level.price, quantity, liquidity, reason }, ts_venue);
            }
        }
    }

    pub fn add_taken(&mut self, symbol: usize, side: Side, quantity: i64) {
        let taken = self.symbols[symbol].market.taken_mut(side);
        *taken = taken.saturating_add(quantity);
    }

    /// Starts to rest behind the displayed size (spec 7.6).
    pub fn rest(&mut self, place: u32) {
        let order = self.orders.get_mut(place);
        let own = self.symbols[order.symbol].market.own(order.side);
        let seen = displayed(own, order.side, order.venue.price);
        order.venue.resting = true;
        order.venue.ahead = seen.unwrap_or(-1);
        order.venue.level = seen.unwrap_or(0);
        order.venue.traded = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIDS: [BookLevel; 2] = [BookLevel { price: 100, size: 7 }, BookLevel { price: 90, size: 5 }];

    #[test]
    fn queues_are_seen_down_to_the_last_level() {
        let seen = |price| displayed(&BIDS, Side::Buy, price);
        assert_eq!(
            [seen(101), seen(100), seen(95), seen(90), seen(89)],
            [Some(0), Some(7), Some(0), Some(5), None]
        );
        assert_eq!(displayed(&[], Side::Sell, 5), Some(0));
    }

    #[test]
    fn taken_size_is_not_available_again() {
        let mut market = Market { taken_bid: 9, ..Market::default() };
        market.set_side(Side::Buy, &BIDS);
        assert_eq!(available(&market, Side::Sell, 90), 3);
        assert_eq!(available(&market, Side::Sell, 95), 0);
        assert_eq!(available(&market, Side::Buy, 95), 0);
    }
}
