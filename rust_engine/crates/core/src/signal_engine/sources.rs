//! Source operators: values that an event itself brings (spec 3.4).
use super::block::Tick;
use crate::core::contract::Op;
use crate::core::fixed::price_float;
use crate::core::float::NAN;
use crate::data_engine::columns::Columns;
use crate::data_engine::quote::Top;
use crate::data_engine::validation::LEVELS;

/// Value of a source that reads bid and ask; `None` for another operator.
#[inline]
pub fn of_quote(op: Op, top: &Top) -> Option<f64> {
    let (has_bid, has_ask) = (top.bid_size > 0, top.ask_size > 0);
    let both = |value: f64| if has_bid && has_ask { value } else { NAN };
    let sizes = || (price_float(top.bid_size), price_float(top.ask_size));
    Some(match op {
        Op::Bid => {
            if has_bid {
                price_float(top.bid)
            } else {
                NAN
            }
        }
        Op::Ask => {
            if has_ask {
                price_float(top.ask)
            } else {
                NAN
            }
        }
        Op::BidSize => price_float(top.bid_size),
        Op::AskSize => price_float(top.ask_size),
        Op::Mid => mid(top),
        Op::Spread if has_bid && has_ask => price_float(top.ask - top.bid),
        Op::Spread => NAN,
        Op::Microprice => {
            let (b, a) = (price_float(top.bid), price_float(top.ask));
            let (bs, ask_size) = sizes();
            both((b * ask_size + a * bs) / (bs + ask_size))
        }
        Op::Imbalance => {
            let (bs, ask_size) = sizes();
            (bs - ask_size) / (bs + ask_size)
        }
        _ => return None,
    })
}

/// Middle of bid and ask, NaN unless both are present.
#[inline]
pub fn mid(top: &Top) -> f64 {
    if top.bid_size > 0 && top.ask_size > 0 { (top.bid + top.ask) as f64 / 2e9 } else { NAN }
}

/// Value of a source that reads the event's own row; `None` for another operator.
pub fn of_row(op: Op, n: u32, columns: &Columns<'_>, tick: &Tick) -> Option<f64> {
    let row = tick.row;
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

    #[test]
    fn an_absent_side_is_nan() {
        let top = Top { bid: 10_000_000_000, ask: 11_000_000_000, bid_size: 0, ask_size: 2_000_000_000 };
        for op in [Op::Bid, Op::Mid, Op::Spread, Op::Microprice] {
            assert!(of_quote(op, &top).unwrap().is_nan());
        }
        assert_eq!([of_quote(Op::Ask, &top), of_quote(Op::BidSize, &top)], [Some(11.0), Some(0.0)]);
        assert_eq!(of_quote(Op::Imbalance, &top), Some(-1.0));
        assert!(of_quote(Op::Imbalance, &Top::default()).unwrap().is_nan());
    }
}
