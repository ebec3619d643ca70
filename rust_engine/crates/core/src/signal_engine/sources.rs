//! Source operators: values that an event itself brings (spec 3.4).
use crate::core::contract::Op;
use crate::core::fixed::price_float;
use crate::core::float::NAN;
use crate::core::simd::{SimdLevel, at_every_level};
use crate::data_engine::columns::Columns;
use crate::data_engine::quote::{Top, Tops};
use crate::data_engine::validation::LEVELS;

/// Tops of ticks, in columns of one length.
#[derive(Clone, Copy)]
struct Quotes<'a> {
    bids: &'a [i64],
    asks: &'a [i64],
    bid_sizes: &'a [i64],
    ask_sizes: &'a [i64],
}

impl Quotes<'_> {
    #[inline(always)]
    fn each(&self, out: &mut [f64], value: impl Fn(&Top) -> f64) {
        let prices = self.bids.iter().zip(self.asks);
        let sizes = self.bid_sizes.iter().zip(self.ask_sizes);
        for (out, ((&bid, &ask), (&bid_size, &ask_size))) in out.iter_mut().zip(prices.zip(sizes)) {
            *out = value(&Top { bid, ask, bid_size, ask_size });
        }
    }
}

/// Fills the column of a source that reads bid and ask; false for another operator.
pub fn fill_from_quotes(level: SimdLevel, op: Op, tops: &Tops, out: &mut [f64]) -> bool {
    let count = out.len();
    let quotes = Quotes {
        bids: &tops.bids[..count],
        asks: &tops.asks[..count],
        bid_sizes: &tops.bid_sizes[..count],
        ask_sizes: &tops.ask_sizes[..count],
    };
    fill(level, op, quotes, out)
}

at_every_level! {
    fn fill(op: Op, quotes: Quotes<'_>, out: &mut [f64]) -> bool {
        match op {
            Op::Bid => quotes.each(out, |top| present(top.bid_size > 0, price_float(top.bid))),
            Op::Ask => quotes.each(out, |top| present(top.ask_size > 0, price_float(top.ask))),
            Op::BidSize => quotes.each(out, |top| price_float(top.bid_size)),
            Op::AskSize => quotes.each(out, |top| price_float(top.ask_size)),
            Op::Mid => quotes.each(out, mid),
            Op::Spread => quotes.each(out, spread),
            Op::Microprice => quotes.each(out, microprice),
            Op::Imbalance => quotes.each(out, imbalance),
            _ => return false,
        }
        true
    }
}

/// The value, NaN where what it is of is absent.
#[inline(always)]
fn present(is_there: bool, value: f64) -> f64 {
    if is_there { value } else { NAN }
}

#[inline(always)]
fn has_both(top: &Top) -> bool {
    (top.bid_size > 0) & (top.ask_size > 0)
}

// The price of an absent side is as it came: sums and differences wrap, and are not shown.

#[inline(always)]
fn mid(top: &Top) -> f64 {
    present(has_both(top), top.bid.wrapping_add(top.ask) as f64 / 2e9)
}

#[inline(always)]
fn spread(top: &Top) -> f64 {
    present(has_both(top), price_float(top.ask.wrapping_sub(top.bid)))
}

#[inline(always)]
fn microprice(top: &Top) -> f64 {
    let (bid, ask) = (price_float(top.bid), price_float(top.ask));
    let (bid_size, ask_size) = (price_float(top.bid_size), price_float(top.ask_size));
    present(has_both(top), (bid * ask_size + ask * bid_size) / (bid_size + ask_size))
}

#[inline(always)]
fn imbalance(top: &Top) -> f64 {
    let (bid_size, ask_size) = (price_float(top.bid_size), price_float(top.ask_size));
    (bid_size - ask_size) / (bid_size + ask_size)
}

/// Value of a source that reads the event's own row; `None` for another operator.
pub fn of_row(op: Op, n: u32, columns: &Columns<'_>, row: usize) -> Option<f64> {
    let level = |counted: u8, value: &dyn Fn(usize) -> i64| {
        if n < u32::from(counted) { price_float(value(row * LEVELS + n as usize)) } else { NAN }
    };
    Some(match op {
        Op::BidPriceLevel => level(columns.book_bid_levels.u8(row), &|at| columns.book_bid_prices.i64(at)),
        Op::AskPriceLevel => level(columns.book_ask_levels.u8(row), &|at| columns.book_ask_prices.i64(at)),
        Op::BidSizeLevel => level(columns.book_bid_levels.u8(row), &|at| columns.book_bid_sizes.i64(at)),
        Op::AskSizeLevel => level(columns.book_ask_levels.u8(row), &|at| columns.book_ask_sizes.i64(at)),
        Op::TradePrice => price_float(columns.trade_price.i64(row)),
        Op::TradeSize => price_float(columns.trade_size.i64(row)),
        Op::Open => price_float(columns.bar_open.i64(row)),
        Op::High => price_float(columns.bar_high.i64(row)),
        Op::Low => price_float(columns.bar_low.i64(row)),
        Op::Close => price_float(columns.bar_close.i64(row)),
        Op::Volume => price_float(columns.bar_volume.i64(row)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_quote(op: Op, top: Top) -> f64 {
        let (mut tops, mut out) = (Tops::default(), [0.0]);
        tops.set(0, top);
        assert!(fill_from_quotes(SimdLevel::detect(), op, &tops, &mut out));
        out[0]
    }

    #[test]
    fn an_absent_side_is_nan() {
        let top = Top { bid: 10_000_000_000, ask: 11_000_000_000, bid_size: 0, ask_size: 2_000_000_000 };
        for op in [Op::Bid, Op::Mid, Op::Spread, Op::Microprice] {
            assert!(of_quote(op, top).is_nan());
        }
        assert_eq!([of_quote(Op::Ask, top), of_quote(Op::BidSize, top)], [11.0, 0.0]);
        assert_eq!(of_quote(Op::Imbalance, top), -1.0);
        assert!(of_quote(Op::Imbalance, Top::default()).is_nan());
    }
}
