//! Blocks of accepted quotes. On most quotes nothing is due, nothing rests and no halt is near: of the steps of spec 5 only
//! the market view, equity, and perhaps a decision are left.
use crate::core::contract::EventKind;
use crate::core::fixed::{Money, notional};
use crate::data_engine::columns::Batch;
use crate::data_engine::quote::TopColumns;
use crate::data_engine::quote_run::NO_MARK;
use crate::signal_engine::block::Block;
use crate::state::State;

/// What a quote must stay within to be quiet. Decisions and steps move it, quiet quotes do not.
struct Calm {
    /// ts_init is below this, ts_event at most that.
    before: i64,
    to: i64,
    /// Equity is at least the base, by less than the span.
    base: Money,
    span: u128,
}

impl Calm {
    #[inline]
    fn holds_at(&self, ts_init: [u8; 8], ts_event: [u8; 8]) -> bool {
        i64::from_le_bytes(ts_init) < self.before && i64::from_le_bytes(ts_event) <= self.to
    }
}

/// The columns of a plain block, all of one length.
struct Quotes<'a> {
    ts_init: &'a [[u8; 8]],
    ts_event: &'a [[u8; 8]],
    flags: &'a [[u8; 4]],
    symbols: &'a [u32],
    tops: TopColumns<'a>,
    marks: &'a [i64],
    scores: &'a [f64],
    confidences: &'a [f64],
}

impl<'a> Quotes<'a> {
    fn of(batch: &Batch<'a>, block: &'a Block) -> Self {
        let (columns, first, count) = (&batch.columns, block.first, block.event_count);
        Self {
            ts_init: columns.ts_init.cut(first, count).values(),
            ts_event: columns.ts_event.cut(first, count).values(),
            flags: columns.flags.cut(first, count).values(),
            symbols: &block.tick_symbols[..count],
            tops: TopColumns::cut(columns, block.first_row, count),
            marks: &block.marks[..count],
            scores: &block.scores[..count],
            confidences: &block.confidences[..count],
        }
    }
}

impl State {
    fn calm(&self) -> Calm {
        let (high, guard) = (self.ledger.high, self.halts.guard());
        let is_possible = guard < high && !self.may_flatten();
        Calm {
            before: self.clocks.next_turn().min(self.venue.next_report()),
            to: self.venue.next_arrival(),
            base: guard.wrapping_add(1),
            span: if is_possible { high.wrapping_sub(guard) as u128 } else { 0 },
        }
    }

    /// A plain block: quotes that are not quiet take every step.
    pub fn run_plain(&mut self, batch: &Batch<'_>, block: &Block) {
        let quotes = Quotes::of(batch, block);
        let mut calm = self.calm();
        let mut k = 0;
        while k < block.event_count {
            let from = k;
            let decides;
            (k, decides) = if block.is_of_one_symbol {
                self.run_quiet_of_one(&quotes, &calm, from)
            } else {
                self.run_quiet(&quotes, &calm, from)
            };
            self.counters.events += (k - from) as u64;
            if decides {
                let last = k - 1;
                self.event_index = self.counters.events - 1;
                self.now = i64::from_le_bytes(quotes.ts_init[last]);
                self.ts_event = i64::from_le_bytes(quotes.ts_event[last]);
                let (symbol, order_id) = (quotes.symbols[last] as usize, self.last_order_id);
                self.take_verdict(symbol, EventKind::Quote, &block.judged(last));
                // Without open orders a decision that creates none moves nothing of it.
                if self.last_order_id != order_id {
                    calm = self.calm();
                }
            } else if k < block.event_count {
                self.begin_event();
                self.step_quote(batch, block, block.first + k, k, &block.judged(k));
                k += 1;
                calm = self.calm();
            }
        }
    }

    /// Takes quiet quotes from place `from` on; the place behind the last, and whether that one has a decision left.
    #[inline]
    fn run_quiet(&mut self, quotes: &Quotes<'_>, calm: &Calm, from: usize) -> (usize, bool) {
        let Quotes { ts_init, ts_event, flags, symbols, marks, scores, confidences, tops } = *quotes;
        let count = symbols.len();
        let tops = tops.first(count);
        let (mut above, mut drift) =
            (self.ledger.equity.wrapping_sub(calm.base) as u128, self.exposures.drift);
        let (mut k, mut decides) = (from, false);
        while k < count && !decides {
            let s = &mut self.symbols[symbols[k] as usize];
            let mark = if marks[k] == NO_MARK { s.market.mark } else { marks[k] };
            let value = notional(s.holding.position, mark.wrapping_sub(s.market.mark), s.multiplier());
            let moved = above.wrapping_add(value as u128);
            let is_resting = s.open.count != 0 || !s.market.has_mark;
            if is_resting || moved >= calm.span || !calm.holds_at(ts_init[k], ts_event[k]) {
                break;
            }
            above = moved;
            drift = drift.wrapping_add(value.wrapping_abs());
            s.market.mark = mark;
            let now = i64::from_le_bytes(ts_init[k]);
            s.market.quote(&tops.at(k), now, u32::from_le_bytes(flags[k]));
            if s.listed.note_move() {
                self.exposures.add_moved(symbols[k]);
            }
            // A verdict that it has settled on is VALID, or was not given anew.
            decides = !s.is_settled(scores[k], confidences[k]);
            k += 1;
        }
        self.ledger.equity = (above as Money).wrapping_add(calm.base);
        self.exposures.drift = drift;
        (k, decides)
    }

    /// The same where all quotes are of one symbol: only the last one's market view is seen.
    #[inline]
    fn run_quiet_of_one(&mut self, quotes: &Quotes<'_>, calm: &Calm, from: usize) -> (usize, bool) {
        let Quotes { ts_init, ts_event, marks, scores, confidences, .. } = *quotes;
        let count = marks.len();
        let symbol = quotes.symbols[0] as usize;
        let s = &mut self.symbols[symbol];
        if s.open.count != 0 || !s.market.has_mark {
            return (from, false);
        }
        let (position, multiplier, settled_by) = (s.holding.position, s.multiplier(), s.decision.settled_by);
        let is_there = s.decision.target == position;
        let before = self.ledger.equity.wrapping_sub(calm.base);
        let (mark_before, mut mark, mut value) = (s.market.mark, s.market.mark, 0);
        // How far the mark has gone, to and fro.
        let mut path = 0u64;
        let (mut k, mut decides) = (from, false);
        while k < count && !decides {
            let next = if marks[k] == NO_MARK { mark } else { marks[k] };
            let moved = notional(position, next.wrapping_sub(mark_before), multiplier);
            if before.wrapping_add(moved) as u128 >= calm.span || !calm.holds_at(ts_init[k], ts_event[k]) {
                break;
            }
            path = path.saturating_add(next.abs_diff(mark));
            (mark, value) = (next, moved);
            decides = !(is_there && settled_by == (scores[k], confidences[k]));
            k += 1;
        }
        if k > from {
            let now = i64::from_le_bytes(ts_init[k - 1]);
            s.market.mark = mark;
            s.market.quote(&quotes.tops.at(k - 1), now, u32::from_le_bytes(quotes.flags[k - 1]));
            self.ledger.equity = self.ledger.equity.wrapping_add(value);
            self.exposure_drifted(symbol, path);
        }
        (k, decides)
    }
}
