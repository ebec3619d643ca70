//! Verdicts of bars wait for the CLOCK that closes their stamp (spec 10.1).
use super::policy::{Decision, PendingVerdict};
use crate::state::State;

impl State {
    /// Keeps a bar's verdict; a later one replaces it.
    pub fn keep_verdict(&mut self, symbol: usize, verdict: PendingVerdict) {
        if self.symbols[symbol].rare_mut().pending.replace(verdict).is_none() {
            self.pending_bars.push(symbol as u32);
        }
    }

    /// S6 of a CLOCK: the pending verdicts decide, ascending symbol id.
    pub fn decide_pending(&mut self) {
        let mut waiting = std::mem::take(&mut self.pending_bars);
        waiting.sort_unstable();
        for &symbol in &waiting {
            let symbol = symbol as usize;
            let rare = self.symbols[symbol].rare.as_mut();
            let Some(verdict) = rare.and_then(|rare| rare.pending.take()) else { continue };
            if self.now - verdict.ts_init > self.config.signals.max_age_ns {
                self.counters.expired_signals += 1;
            } else {
                self.decide(symbol, &verdict);
            }
        }
        waiting.clear();
        self.pending_bars = waiting;
    }

    /// A new program forgets targets and pending verdicts (spec 11.3).
    pub fn forget_targets(&mut self) {
        for symbol in &mut self.symbols {
            if let Some(rare) = &mut symbol.rare {
                rare.pending = None;
            }
            let Decision { direction, signal_id, .. } = symbol.decision;
            symbol.decision = Decision { direction, signal_id, ..Decision::default() };
        }
        self.pending_bars.clear();
    }
}
