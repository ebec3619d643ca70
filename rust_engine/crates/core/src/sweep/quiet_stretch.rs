//! Stretches of quotes that decide nothing, taken in one step. What they do to a member has closed forms: the last quote
//! is its market view, and equity is highest and lowest where the mark is.
use super::piece::{Piece, extremes};
use crate::core::contract::{EventKind, Verdict};
use crate::core::fixed::Money;
use crate::core::simd::{SimdLevel, at_every_level};
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::data_engine::quote::TopColumns;
use crate::signal_engine::block::{Block, Judged};
use crate::state::State;

/// What the events of a stretch say, each the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stillness {
    /// The score has not ticked, or says what has been decided already.
    Settled,
    /// Every verdict is NON_FINITE.
    NonFinite,
}

impl State {
    /// Phase two of a whole piece; `scores` and `fair_values` are those of the member, whose program has no confidence.
    pub fn run_piece(
        &mut self,
        level: SimdLevel,
        batch: &Batch<'_>,
        block: &Block,
        piece: &Piece,
        score_ticks: bool,
        scores: &[f64],
        fair_values: Option<&[f64]>,
    ) {
        self.counters.gaps += block.gaps;
        let judged = |k: usize| match (score_ticks, scores[k].is_finite()) {
            (false, _) => Judged::NOTHING,
            (true, is_finite) => Judged {
                verdict: if is_finite { Verdict::Valid } else { Verdict::NonFinite },
                score: scores[k],
                confidence: 1.0,
                fair_value: fair_values.map_or(crate::core::float::NAN, |values| values[k]),
            },
        };
        let changes = Changes::of(level, scores);
        let tops = block.tops(&batch.columns);
        let mut k = 0;
        while k < piece.count {
            let first = judged(k);
            let (mut still, mut taken) = (0, 0);
            if self.is_calm(piece.symbol) {
                let stillness = self.stillness(piece.symbol, &first);
                still = match stillness {
                    None => 0,
                    Some(_) if score_ticks => changes.after(k, piece.count) - k,
                    Some(_) => piece.count - k,
                };
                // The quote after a stretch decides, but its market is as still.
                let end = (k + still + 1).min(piece.count);
                taken = self.skip(level, batch, block, &tops, piece, k, end);
                if stillness == Some(Stillness::NonFinite) {
                    self.counters.non_finite += taken.min(still) as u64;
                }
            }
            k += taken;
            if taken == 0 {
                self.begin_event();
                self.step_quote(batch, block, block.first + k, k, &first);
                k += 1;
            } else if taken > still {
                self.event_index = self.counters.events - 1;
                self.now = piece.times()[k - 1];
                self.ts_event = batch.columns.ts_event.i64(block.first + k - 1);
                self.take_verdict(piece.symbol, EventKind::Quote, &judged(k - 1));
            }
        }
    }

    /// The symbol's quotes meet no orders, and no first mark.
    #[inline]
    fn is_calm(&self, symbol: usize) -> bool {
        let s = &self.symbols[symbol];
        s.open.count == 0 && s.market.has_mark && !self.may_flatten()
    }

    /// Whether a quote with this verdict, and all that follow with the same one, decide nothing.
    #[inline]
    fn stillness(&self, symbol: usize, judged: &Judged) -> Option<Stillness> {
        let s = &self.symbols[symbol];
        match judged.verdict {
            Verdict::None => Some(Stillness::Settled),
            Verdict::NonFinite => Some(Stillness::NonFinite),
            Verdict::Valid if s.is_settled(judged.score, judged.confidence) => Some(Stillness::Settled),
            Verdict::Valid | Verdict::LowConfidence => None,
        }
    }

    /// Takes as many of the quotes `from..end` as surely find nothing due and trigger no halt; how many.
    #[inline(always)]
    fn skip(
        &mut self,
        level: SimdLevel,
        batch: &Batch<'_>,
        block: &Block,
        tops: &TopColumns<'_>,
        piece: &Piece,
        from: usize,
        end: usize,
    ) -> usize {
        let due = self.clocks.next_turn().min(self.venue.next_report());
        let times = &piece.times()[from..end];
        let mut count = times.len();
        if times[count - 1] >= due {
            count = times.partition_point(|&now| now < due);
        }
        if piece.ts_event_max > self.venue.next_arrival() {
            return 0;
        }
        let marks = &block.marks[from..from + count];
        let s = &self.symbols[piece.symbol];
        let mark = s.market.mark;
        let Some(position) = s.holding.position.checked_mul(s.multiplier()) else { return 0 };
        let value = |to: i64| Money::from(position) * Money::from(to.wrapping_sub(mark));
        if !self.is_level(value(piece.mark_min), value(piece.mark_max)) {
            let highest;
            (count, highest) = self.safe_length(level, marks, value);
            if count > 0 && highest > self.ledger.high {
                self.halts.rise(highest - self.ledger.high);
                self.ledger.high = highest;
            }
        }
        if count == 0 {
            return 0;
        }
        let (last, mark) = (from + count - 1, marks[count - 1]);
        if position != 0 {
            let change = value(mark);
            self.ledger.equity = self.ledger.equity.wrapping_add(change);
            self.exposure_moved(piece.symbol, change);
        }
        let market = &mut self.symbols[piece.symbol].market;
        market.mark = mark;
        market.quote(
            &tops.at(last),
            piece.times()[last],
            batch.columns.flags.u32_or_zero(block.first + last),
        );
        self.counters.events += count as u64;
        count
    }

    /// Equity that moves so far at most makes no new high and triggers no halt.
    #[inline]
    fn is_level(&self, change: Money, other: Money) -> bool {
        let (high, guard) = (self.ledger.high, self.halts.guard());
        let (span, above) = (high.wrapping_sub(guard) as u128, self.ledger.equity.wrapping_sub(guard + 1));
        guard < high
            && (above.wrapping_add(change) as u128) < span
            && (above.wrapping_add(other) as u128) < span
    }

    /// How many of the marks surely trigger no halt, and the highest equity on the way: the whole, a half, a quarter ...
    fn safe_length(&self, level: SimdLevel, marks: &[i64], value: impl Fn(i64) -> Money) -> (usize, Money) {
        let mut count = marks.len();
        while count > 0 {
            let (low, high) = extremes(level, &marks[..count]);
            let ends = [low, high].map(|mark| self.ledger.equity.wrapping_add(value(mark)));
            let (lowest, highest) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            // The drawdown's guard rises with the high.
            let gain = (highest - self.ledger.high).max(0);
            if lowest > self.halts.guard_after(gain) {
                return (count, highest);
            }
            count /= 2;
        }
        (0, self.ledger.high)
    }
}

/// Where a column of scores changes: bit k is set where score k has other bits than the one before.
struct Changes([u64; BLOCK_EVENTS / 64]);

/// The powers of two, so that several comparisons are kept by one instruction.
static BIT: [u64; 64] = {
    let mut bits = [0; 64];
    let mut j = 0;
    while j < 64 {
        bits[j] = 1 << j;
        j += 1;
    }
    bits
};

impl Changes {
    fn of(level: SimdLevel, scores: &[f64]) -> Self {
        let mut changes = [0; BLOCK_EVENTS / 64];
        note_changes(level, &mut changes, scores);
        Self(changes)
    }

    /// The first change behind place `k`, `count` where there is none.
    #[inline]
    fn after(&self, k: usize, count: usize) -> usize {
        let next = k + 1;
        let mut word = next / 64;
        let Some(&bits) = self.0.get(word) else { return count };
        let mut bits = bits & (u64::MAX << (next % 64));
        while bits == 0 {
            word += 1;
            match self.0.get(word) {
                Some(&later) => bits = later,
                None => return count,
            }
        }
        count.min(word * 64 + bits.trailing_zeros() as usize)
    }
}

at_every_level! {
    fn note_changes(changes: &mut [u64; BLOCK_EVENTS / 64], scores: &[f64]) {
        for (c, (word, after)) in changes.iter_mut().zip(scores.chunks(64)).enumerate() {
            let before = &scores[(64 * c).saturating_sub(1)..];
            *word = match (before.first_chunk::<64>(), after.first_chunk::<64>()) {
                _ if c == 0 => differing(after, &after[1..]) << 1,
                // Of known length, which is quicker.
                (Some(before), Some(after)) => differing(before, after),
                _ => differing(before, after),
            };
        }
    }
}

/// Bits of the places where two columns differ, up to the end of the second.
#[inline(always)]
fn differing(before: &[f64], after: &[f64]) -> u64 {
    let mut bits = 0;
    for ((before, after), bit) in before.iter().zip(after).zip(&BIT) {
        bits |= if before.to_bits() == after.to_bits() { 0 } else { *bit };
    }
    bits
}
