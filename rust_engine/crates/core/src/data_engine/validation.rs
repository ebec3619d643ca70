//! The tests of an event, first failure first (spec 2.4).
use super::columns::{Batch, Columns};
use super::quote::Top;
use crate::core::config::Config;
use crate::core::contract::{self, Code, EventKind};
use crate::core::instruments::Instrument;

/// What the tests remember from event to event.
#[derive(Clone, Debug)]
pub struct Intake {
    pub last_ts_init: i64,
    pub last_sequence: Vec<u64>,
}

/// The outcome of the tests.
#[derive(Clone, Copy, Debug)]
pub struct Tested {
    /// `Code::None`: accepted.
    pub code: Code,
    pub gap: bool,
}

impl Tested {
    const fn of(code: Code) -> Self {
        Self { code, gap: false }
    }
}

/// A size is negative or out of range; as unsigned a negative one is out of range too.
#[inline]
fn bad_size(size: i64) -> bool {
    size as u64 > contract::PRICE_MAX as u64
}

impl Intake {
    pub fn new(source_count: u32) -> Self {
        Self { last_ts_init: 0, last_sequence: vec![0; source_count as usize] }
    }

    /// Tests event `i`, whose kind's columns it reads at `row`; an accepted one moves last_ts_init.
    pub fn test(
        &mut self,
        config: &Config,
        batch: &Batch<'_>,
        i: usize,
        kind: Option<EventKind>,
        row: usize,
    ) -> Tested {
        let columns = &batch.columns;
        let Some(kind) = kind else { return Tested::of(Code::UnknownKind) };
        let (source, sequence) = (columns.source.u32_or_zero(i), columns.sequence.u64_or_zero(i));
        let (ts_init, ts_event) = (columns.ts_init.i64(i), columns.ts_event.i64(i));
        let mut tested = self.test_frame(source, ts_init, ts_event, sequence);
        if tested.code == Code::None {
            tested.code = content(config, columns, i, kind, row);
        }
        if tested.code == Code::None {
            self.last_ts_init = ts_init;
        }
        tested
    }

    /// Rows 2 to 5, which all kinds have in common.
    #[inline]
    pub fn test_frame(&mut self, source: u32, ts_init: i64, ts_event: i64, sequence: u64) -> Tested {
        let Some(last_sequence) = self.last_sequence.get_mut(source as usize) else {
            return Tested::of(Code::UnknownSource);
        };
        if ts_init < self.last_ts_init {
            return Tested::of(Code::OutOfOrder);
        }
        if ts_init >= 1 << 62 || (ts_event > ts_init && ts_event - ts_init > contract::FUTURE_NS_MAX) {
            return Tested::of(Code::FutureTs);
        }
        let mut gap = false;
        if sequence != 0 {
            if sequence <= *last_sequence {
                return Tested::of(Code::DuplicateSequence);
            }
            gap = *last_sequence != 0 && sequence - *last_sequence > 1;
            *last_sequence = sequence;
        }
        Tested { code: Code::None, gap }
    }
}

/// Rows 6 and 7.
fn content(config: &Config, columns: &Columns<'_>, i: usize, kind: EventKind, row: usize) -> Code {
    if kind as u8 > EventKind::ExternalSignal as u8 {
        return Code::None;
    }
    let Some(instrument) = config.instruments.get(columns.symbol.u32(i) as usize) else {
        return Code::UnknownSymbol;
    };
    match kind {
        EventKind::Quote => quote_code(
            instrument,
            &Top {
                bid: columns.bid_price.i64(row),
                ask: columns.ask_price.i64(row),
                bid_size: columns.bid_size.i64(row),
                ask_size: columns.ask_size.i64(row),
            },
        ),
        EventKind::Trade => trade(columns, instrument, row),
        EventKind::Book => book(columns, instrument, row),
        EventKind::Bar => bar(columns, instrument, row),
        _ => external_signal(config, columns, i, row),
    }
}

#[inline]
fn bad_price(instrument: &Instrument, price: i64) -> bool {
    price < instrument.price_min || price > instrument.price_max
}

/// Row 7 of a QUOTE.
#[inline]
pub fn quote_code(instrument: &Instrument, quote: &Top) -> Code {
    let Top { bid, ask, bid_size, ask_size } = *quote;
    if bad_size(bid_size) || bad_size(ask_size) {
        return Code::BadSize;
    }
    if (bid_size > 0 && bad_price(instrument, bid)) || (ask_size > 0 && bad_price(instrument, ask)) {
        return Code::BadPrice;
    }
    if bid_size > 0 && ask_size > 0 && bid > ask { Code::Crossed } else { Code::None }
}

fn trade(columns: &Columns<'_>, instrument: &Instrument, row: usize) -> Code {
    let size = columns.trade_size.i64(row);
    if size == 0 || bad_size(size) {
        Code::BadSize
    } else if bad_price(instrument, columns.trade_price.i64(row)) {
        Code::BadPrice
    } else if !(-1..=1).contains(&columns.aggressor.i8(row)) {
        Code::MissingField
    } else {
        Code::None
    }
}

/// Levels a book row may have.
pub const LEVELS: usize = contract::LEVELS_MAX as usize;

fn book(columns: &Columns<'_>, instrument: &Instrument, row: usize) -> Code {
    let (bids, asks) =
        (usize::from(columns.book_bid_levels.u8(row)), usize::from(columns.book_ask_levels.u8(row)));
    if bids > LEVELS || asks > LEVELS {
        return Code::BadBook;
    }
    let first = row * LEVELS;
    let (bid_rows, ask_rows) = (first..first + bids, first..first + asks);
    let bid = |level: usize| columns.book_bid_prices.i64(level);
    let ask = |level: usize| columns.book_ask_prices.i64(level);
    let bad = |size: i64| size == 0 || bad_size(size);
    if bid_rows.clone().any(|level| bad(columns.book_bid_sizes.i64(level)))
        || ask_rows.clone().any(|level| bad(columns.book_ask_sizes.i64(level)))
    {
        return Code::BadSize;
    }
    if bid_rows.clone().any(|level| bad_price(instrument, bid(level)))
        || ask_rows.clone().any(|level| bad_price(instrument, ask(level)))
    {
        return Code::BadPrice;
    }
    if bid_rows.skip(1).any(|level| bid(level) >= bid(level - 1))
        || ask_rows.skip(1).any(|level| ask(level) <= ask(level - 1))
    {
        return Code::BadBook;
    }
    if bids > 0 && asks > 0 && bid(first) > ask(first) { Code::Crossed } else { Code::None }
}

fn bar(columns: &Columns<'_>, instrument: &Instrument, row: usize) -> Code {
    let (open, high) = (columns.bar_open.i64(row), columns.bar_high.i64(row));
    let (low, close) = (columns.bar_low.i64(row), columns.bar_close.i64(row));
    if bad_size(columns.bar_volume.i64(row)) {
        Code::BadSize
    } else if [open, high, low, close].iter().any(|&price| bad_price(instrument, price)) {
        Code::BadPrice
    } else if low > open.min(close) || high < open.max(close) {
        Code::BadBar
    } else {
        Code::None
    }
}

fn external_signal(config: &Config, columns: &Columns<'_>, i: usize, row: usize) -> Code {
    let (score, confidence) = (columns.signal_score.f64(row), columns.signal_confidence.f64(row));
    if !score.is_finite() || !(0.0..=1.0).contains(&confidence) {
        Code::BadSignal
    } else if confidence < config.signals.min_confidence {
        Code::LowConfidence
    } else if older_than(columns.ts_init.i64(i), columns.ts_event.i64(i), config.signals.max_age_ns) {
        Code::StaleSignal
    } else {
        Code::None
    }
}

/// now - then > age, exact even where the difference leaves i64; age >= 0.
#[inline]
pub fn older_than(now: i64, then: i64, age: i64) -> bool {
    now > then && now.abs_diff(then) > age.unsigned_abs()
}
