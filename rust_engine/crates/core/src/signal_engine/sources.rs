//! Source operators: values that an event itself brings (spec 3.4).
use crate::core::contract::Op;
use crate::core::fixed::price_float;
use crate::core::float::NAN;
use crate::core::simd::at_every_level;
use crate::data_engine::columns::Columns;
use crate::data_engine::quote::{Top, TopColumns};
use crate::data_engine::validation::LEVELS;

at_every_level! {
    /// Fills the column of a source that reads bid and ask; false for another operator.
    pub fn fill_from_tops(op: Op, tops: TopColumns<'_>, out: &mut [f64]) -> bool {
        match op {
            Op::Bid => tops.each(out, bid),
            Op::Ask => tops.each(out, ask),
            Op::BidSize => tops.each(out, bid_size),
            Op::AskSize => tops.each(out, ask_size),
            Op::Mid => tops.each(out, mid),
            Op::Spread => tops.each(out, spread),
            Op::Microprice => tops.each(out, microprice),
            Op::Imbalance => tops.each(out, imbalance),
            _ => return false,
        }
        true
    }
}

/// The value of a source that reads bid and ask; `None` for another operator.
#[inline]
pub fn of_top(op: Op, top: &Top) -> Option<f64> {
    Some(match op {
        Op::Bid => bid(top),
        Op::Ask => ask(top),
        Op::BidSize => bid_size(top),
        Op::AskSize => ask_size(top),
        Op::Mid => mid(top),
        Op::Spread => spread(top),
        Op::Microprice => microprice(top),
        Op::Imbalance => imbalance(top),
        _ => return None,
    })
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

#[inline(always)]
fn bid(top: &Top) -> f64 {
    present(top.bid_size > 0, price_float(top.bid))
}

#[inline(always)]
fn ask(top: &Top) -> f64 {
    present(top.ask_size > 0, price_float(top.ask))
}

#[inline(always)]
fn bid_size(top: &Top) -> f64 {
    price_float(top.bid_size)
}

#[inline(always)]
fn ask_size(top: &Top) -> f64 {
    price_float(top.ask_size)
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
    use crate::core::simd::SimdLevel;
    use crate::data_engine::quote::Tops;

    fn of_quote(op: Op, top: Top) -> f64 {
        let (mut tops, mut out) = (Tops::default(), [0.0]);
        tops.set(0, top);
        assert!(fill_from_tops(SimdLevel::detect(), op, tops.columns(1), &mut out));
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
