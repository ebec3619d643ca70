//! Quiet quotes: nothing is due, nothing rests, no halt is near, nothing is to be decided. Of the steps of spec 5 only
//! the market view and equity are left.
use crate::core::fixed::{self, notional};
use crate::data_engine::columns::Batch;
use crate::data_engine::quote::Top;
use crate::signal_engine::block::Block;
use crate::state::State;

impl State {
    /// Takes the quiet quotes of a plain block from place `from` on; the place of the first one that may not be quiet.
    #[inline]
    pub fn run_quiet(&mut self, batch: &Batch<'_>, block: &Block, from: usize) -> usize {
        let (columns, first, count) = (&batch.columns, block.first, block.event_count);
        let [ts_init, ts_event] =
            [columns.ts_init, columns.ts_event].map(|times| times.cut(first, count).values());
        let flags = columns.flags.cut(first, count).values();
        let (symbols, scores, confidences) =
            (&block.tick_symbols[..count], &block.scores[..count], &block.confidences[..count]);
        let (bids, asks) = (&block.tops.bids[..count], &block.tops.asks[..count]);
        let (bid_sizes, ask_sizes) = (&block.tops.bid_sizes[..count], &block.tops.ask_sizes[..count]);
        // Nothing that a quiet quote does moves these.
        let (quiet_before, quiet_to) =
            (self.clocks.next_turn().min(self.venue.next_report()), self.venue.next_arrival());
        let (high, guard) = (self.ledger.high, self.halts.guard());
        let (mut equity, mut drift) = (self.ledger.equity, self.exposures.drift);
        let end = if self.may_flatten() { from } else { count };
        let mut k = from;
        while k < end {
            let (now, ts_event) = (i64::from_le_bytes(ts_init[k]), i64::from_le_bytes(ts_event[k]));
            let s = &mut self.symbols[symbols[k] as usize];
            // A verdict that it has settled on is VALID, or was not given anew.
            let is_quiet = s.is_settled(scores[k], confidences[k]) && s.market.has_mark;
            if now >= quiet_before || ts_event > quiet_to || !is_quiet {
                break;
            }
            let top = Top { bid: bids[k], ask: asks[k], bid_size: bid_sizes[k], ask_size: ask_sizes[k] };
            let has_both = (top.bid_size > 0) & (top.ask_size > 0);
            let middle = fixed::half_even_2(top.bid.wrapping_add(top.ask));
            let mark = if has_both { middle } else { s.market.mark };
            let value = notional(s.holding.position, mark.wrapping_sub(s.market.mark), s.multiplier);
            let moved = equity.wrapping_add(value);
            if moved > high || moved <= guard {
                break;
            }
            equity = moved;
            drift = drift.wrapping_add(value.wrapping_abs());
            s.market.mark = mark;
            s.market.quote(&top, now, u32::from_le_bytes(flags[k]));
            if s.exposure.note_move() {
                self.exposures.add_moved(symbols[k]);
            }
            k += 1;
        }
        self.counters.events += (k - from) as u64;
        self.ledger.equity = equity;
        self.exposures.drift = drift;
        k
    }
}
