//! QUOTE events in a row, their columns cut once; most runs are proved whole without looking at one event twice.
use super::columns::{Column, Columns};
use super::quote::{Top, TopColumns};
use super::validation::Intake;
use crate::core::contract;
use crate::core::fixed;
use crate::core::instruments::Instrument;
use crate::core::simd::{SimdLevel, at_every_level};

/// A quote without both sides gives no mark; no price is as low.
pub const NO_MARK: i64 = i64::MIN;

/// Values of a column.
type Values<'a> = &'a [[u8; 8]];

#[inline]
fn signed(bytes: [u8; 8]) -> i64 {
    i64::from_le_bytes(bytes)
}

#[inline]
fn unsigned(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}

/// Prices that every instrument takes: the narrowest of all bounds.
#[derive(Clone, Copy, Debug)]
pub struct CommonBounds {
    low: i64,
    high: i64,
}

impl CommonBounds {
    pub fn of(instruments: &[Instrument]) -> Self {
        Self {
            low: instruments.iter().map(|instrument| instrument.price_min).max().unwrap_or(i64::MAX),
            high: instruments.iter().map(|instrument| instrument.price_max).min().unwrap_or(i64::MIN),
        }
    }
}

impl CommonBounds {
    /// Sizes in range, present sides within the bounds and not crossed.
    #[inline(always)]
    pub(super) fn take(self, top: &Top) -> bool {
        let (has_bid, has_ask) = (top.bid_size > 0, top.ask_size > 0);
        // Bits above those of PRICE_MAX, which is 2^62 - 1: out of range, negative too.
        let mut bad = (top.bid_size | top.ask_size) as u64 > contract::PRICE_MAX as u64;
        bad |= has_bid & ((top.bid < self.low) | (top.bid > self.high));
        bad |= has_ask & ((top.ask < self.low) | (top.ask > self.high));
        bad |= has_bid & has_ask & (top.bid > top.ask);
        !bad
    }
}

/// At most a block of QUOTE events; every column has `count` rows.
#[derive(Clone, Copy, Debug)]
pub struct QuoteRun<'a> {
    pub count: usize,
    pub symbol: Column<'a, 4>,
    pub source: Column<'a, 4>,
    pub ts_event: Column<'a, 8>,
    pub ts_init: Column<'a, 8>,
    pub sequence: Column<'a, 8>,
    pub tops: TopColumns<'a>,
}

impl<'a> QuoteRun<'a> {
    /// `count` events from `first`, whose rows start at `first_row`.
    pub fn cut(columns: &Columns<'a>, first: usize, first_row: usize, count: usize) -> Self {
        Self {
            count,
            symbol: columns.symbol.cut(first, count),
            source: columns.source.cut(first, count),
            ts_event: columns.ts_event.cut(first, count),
            ts_init: columns.ts_init.cut(first, count),
            sequence: columns.sequence.cut(first, count),
            tops: TopColumns::cut(columns, first_row, count),
        }
    }

    pub fn is_of_one_symbol(&self, level: SimdLevel) -> bool {
        are_all(level, self.symbol.values(), self.symbol.u32(0))
    }

    /// Marks and symbols of a short run.
    pub fn copy_few(&self, out: &mut [i64], symbols: &mut [u32]) {
        self.tops.each(out, mark);
        self.symbol.copy_to(symbols);
    }

    /// The mark that every quote gives (spec 6.3).
    pub fn copy_marks(&self, level: SimdLevel, out: &mut [i64]) {
        marks(level, out, self.tops);
    }
}

impl Intake {
    /// What `take_whole` does, for runs too short for wide functions: event by event, in one loop.
    pub fn take_few(&mut self, run: &QuoteRun<'_>, symbols: usize, bounds: CommonBounds) -> Option<u64> {
        let source = run.source.u32(0);
        let before = *self.last_sequence.get(source as usize)?;
        let (mut last_ts, mut last_sequence, mut gaps) = (self.last_ts_init, before, 0);
        for j in 0..run.count {
            let (ts_init, sequence, top) = (run.ts_init.i64(j), run.sequence.u64(j), run.tops.at(j));
            let is_accepted = (last_ts..1 << 62).contains(&ts_init)
                && run.ts_event.i64(j) <= ts_init.wrapping_add(contract::FUTURE_NS_MAX)
                && run.source.u32(j) == source
                && (run.symbol.u32(j) as usize) < symbols
                && (sequence == 0 || sequence > last_sequence)
                && bounds.take(&top);
            if !is_accepted {
                return None;
            }
            last_ts = ts_init;
            if sequence != 0 {
                gaps += u64::from(last_sequence != 0 && sequence - last_sequence > 1);
                last_sequence = sequence;
            }
        }
        self.last_ts_init = last_ts;
        self.last_sequence[source as usize] = last_sequence;
        Some(gaps)
    }

    /// Takes in a run that surely passes every test; its gaps. `None`: nothing has changed, test event by event.
    pub fn take_whole(
        &mut self,
        level: SimdLevel,
        run: &QuoteRun<'_>,
        symbols: usize,
        bounds: CommonBounds,
    ) -> Option<u64> {
        let last = run.count.checked_sub(1)?;
        let source = run.source.u32(0);
        let last_sequence = self.last_sequence.get_mut(source as usize)?;
        let ts_last = run.ts_init.i64(last);
        // Times rise, so that the last one is the latest.
        let frame = ts_last < 1 << 62
            && run.ts_init.i64(0) >= self.last_ts_init
            && times_rise(level, run.ts_init.values(), run.ts_event.values())
            && are_all(level, run.source.values(), source)
            && are_below(level, run.symbol.values(), symbols as u64)
            && quotes_pass(level, run.tops, bounds);
        if !frame {
            return None;
        }
        let (first, newest) = (run.sequence.u64(0), run.sequence.u64(last));
        let gaps = if newest == 0 {
            are_zero(level, run.sequence.values()).then_some(0)?
        } else {
            let inner = gaps_if_rising(level, run.sequence.values())?;
            if first <= *last_sequence {
                return None;
            }
            inner + u64::from(*last_sequence != 0 && first - *last_sequence > 1)
        };
        if newest != 0 {
            *last_sequence = newest;
        }
        self.last_ts_init = ts_last;
        Some(gaps)
    }
}

/// The mark that a quote gives, `NO_MARK` where a side is absent (spec 6.3).
#[inline(always)]
fn mark(top: &Top) -> i64 {
    let middle = fixed::half_even_2(top.bid.wrapping_add(top.ask));
    if (top.bid_size > 0) & (top.ask_size > 0) { middle } else { NO_MARK }
}

at_every_level! {
    fn marks(out: &mut [i64], tops: TopColumns<'_>) {
        tops.each(out, mark);
    }
}

at_every_level! {
    /// ts_init never falls, and no ts_event is too far ahead of it.
    fn times_rise(ts_init: Values<'_>, ts_event: Values<'_>) -> bool {
        let mut bad = false;
        for (before, after) in ts_init.iter().zip(&ts_init[1..]) {
            bad |= signed(*after) < signed(*before);
        }
        for (init, event) in ts_init.iter().zip(ts_event) {
            bad |= signed(*event) > signed(*init).wrapping_add(contract::FUTURE_NS_MAX);
        }
        !bad
    }
}

at_every_level! {
    fn are_all(values: &[[u8; 4]], wanted: u32) -> bool {
        values.iter().fold(0, |differing, value| differing | (u32::from_le_bytes(*value) ^ wanted)) == 0
    }
}

at_every_level! {
    fn are_below(values: &[[u8; 4]], bound: u64) -> bool {
        u64::from(values.iter().fold(0, |largest, value| u32::from_le_bytes(*value).max(largest))) < bound
    }
}

at_every_level! {
    fn are_zero(values: Values<'_>) -> bool {
        values.iter().fold(0, |bits, value| bits | unsigned(*value)) == 0
    }
}

at_every_level! {
    /// Steps above one of a sequence that rises; `None` where it does not, or starts at zero.
    fn gaps_if_rising(values: Values<'_>) -> Option<u64> {
        let (mut bad, mut gaps) = (unsigned(values[0]) == 0, 0);
        for (before, after) in values.iter().zip(&values[1..]) {
            let (before, after) = (unsigned(*before), unsigned(*after));
            bad |= after <= before;
            gaps += u64::from(after.wrapping_sub(before) != 1);
        }
        (!bad).then_some(gaps)
    }
}

at_every_level! {
    fn quotes_pass(tops: TopColumns<'_>, bounds: CommonBounds) -> bool {
        tops.iter().fold(true, |all_pass, top| all_pass & bounds.take(&top))
    }
}
