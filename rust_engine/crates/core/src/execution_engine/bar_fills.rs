//! A BAR meets the orders that wait for it (spec 7.9).
use super::book::within_limit;
use super::venue::VenueFill;
use crate::core::contract::{Code, FillReason, Liquidity, OrderType, Side, Trigger};
use crate::core::fixed::{SCALE, cap, floor_to};
use crate::core::instruments::Instrument;
use crate::order_engine::slab::{NONE, Order};
use crate::state::State;

/// The bar that orders meet.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub volume: i64,
}

impl State {
    pub fn match_bar(&mut self, symbol: usize, bar: &Bar) {
        let is_frozen = self.symbols[symbol].market.is_frozen();
        let most = cap(self.config.venue.max_participation_ppb, i128::from(bar.volume)) as i64;
        let mut budget = floor_to(most, self.instrument_of(symbol).lot);
        let mut next = self.orders.first_of(&self.symbols[symbol].open);
        while next != NONE {
            let place = next;
            next = self.orders.next_of(place);
            let order = *self.orders.get(place);
            if !order.venue.is_there {
                continue;
            }
            match order.order_type {
                OrderType::Market | OrderType::Ioc | OrderType::Fok if is_frozen => {
                    self.leave_venue(place, Trigger::Cancel, Code::MarketHalted, self.ts_event);
                }
                OrderType::Market | OrderType::Ioc | OrderType::Fok => {
                    self.meet_open(place, &order, bar, &mut budget);
                }
                OrderType::Limit | OrderType::PostOnly if is_frozen => {}
                OrderType::Limit | OrderType::PostOnly => self.meet_range(place, &order, bar, &mut budget),
            }
        }
    }

    /// MARKET, IOC, FOK: at the open or not at all.
    fn meet_open(&mut self, place: u32, order: &Order, bar: &Bar, budget: &mut i64) {
        let (leaves, ts_event) = (order.venue.leaves(), self.ts_event);
        let price = if order.order_type == OrderType::Market {
            slipped_open(
                self.instrument_of(order.symbol),
                bar.open,
                order.side,
                self.config.venue.bar_slippage_ppb,
            )
        } else {
            bar.open
        };
        if !within_limit(order.side, price, order.venue.price) {
            self.leave_venue(place, Trigger::Cancel, Code::NoLiquidity, ts_event);
            return;
        }
        if order.order_type == OrderType::Fok && *budget < leaves {
            self.leave_venue(place, Trigger::Cancel, Code::FokUnfillable, ts_event);
            return;
        }
        self.fill_from(place, price, Liquidity::Taker, FillReason::BarOpen, budget);
        if self.orders.get(place).venue.is_there {
            self.leave_venue(place, Trigger::Cancel, Code::NotEnoughVolume, ts_event);
        }
    }

    /// LIMIT at a better open, LIMIT and POST_ONLY when the range goes through the price.
    fn meet_range(&mut self, place: u32, order: &Order, bar: &Bar, budget: &mut i64) {
        let price = order.venue.price;
        let is_through = |met: i64| met != price && within_limit(order.side, met, price);
        let extreme = match order.side {
            Side::Buy => bar.low,
            Side::Sell => bar.high,
        };
        if order.order_type == OrderType::Limit && is_through(bar.open) {
            self.fill_from(place, bar.open, Liquidity::Taker, FillReason::BarOpen, budget);
        } else if is_through(extreme) {
            self.fill_from(place, price, Liquidity::Maker, FillReason::TradedThrough, budget);
        }
    }

    fn fill_from(
        &mut self,
        place: u32,
        price: i64,
        liquidity: Liquidity,
        reason: FillReason,
        budget: &mut i64,
    ) {
        let quantity = self.orders.get(place).venue.leaves().min(*budget);
        if quantity > 0 {
            *budget -= quantity;
            self.fill(place, VenueFill { price, quantity, liquidity, reason }, self.ts_event);
        }
    }
}

/// Open with slippage, exact, then rounded to a tick against us.
fn slipped_open(instrument: &Instrument, open: i64, side: Side, slippage_ppb: i64) -> i64 {
    let (open, tick) = (i128::from(open), i128::from(instrument.tick));
    let step = tick * i128::from(SCALE);
    match side {
        Side::Buy => {
            let scaled = open * i128::from(SCALE + slippage_ppb);
            (-(-scaled).div_euclid(step) * tick) as i64
        }
        Side::Sell => {
            let scaled = open * i128::from(SCALE - slippage_ppb);
            (scaled.div_euclid(step) * tick) as i64
        }
    }
}
