//! The step order of an event in phase two, S1 to S6, and nothing else (spec 5).
use std::slice::Iter;

use crate::core::contract::{Code, EventKind, InputRejectRecord, Verdict};
use crate::data_engine::columns::Batch;
use crate::data_engine::quote::Quote;
use crate::execution_engine::bar_fills::Bar;
use crate::order_engine::policy::PendingVerdict;
use crate::signal_engine::block::{Block, Judged, TestedEvent};
use crate::state::{State, symbol_number};

/// Code of a late reject, and the symbol that it concerns.
type Rejected = (Code, Option<usize>);

impl State {
    /// Phase two of a block.
    pub fn run_block<'a>(&mut self, batch: &Batch<'_>, block: &Block, controls: &mut Iter<'a, &'a [u8]>) {
        self.counters.gaps += block.gaps;
        if block.is_plain {
            return self.run_plain(batch, block);
        }
        for (place, event) in block.events.iter().enumerate() {
            let control = match event.kind {
                Some(EventKind::Control) => controls.next().copied(),
                _ => None,
            };
            self.step(batch, block, block.first + place, event, control);
        }
    }

    #[inline]
    pub(crate) fn begin_event(&mut self) {
        self.event_index = self.counters.events;
        self.counters.events += 1;
    }

    /// S1 and S2 of an accepted event.
    #[inline]
    fn begin_steps(&mut self, now: i64, ts_event: i64) {
        self.now = now;
        self.ts_event = ts_event;
        self.advance_clocks();
        self.run_arrivals();
    }

    /// An accepted QUOTE, which is tick `k` of its block.
    pub(crate) fn step_quote(
        &mut self,
        batch: &Batch<'_>,
        block: &Block,
        i: usize,
        k: usize,
        judged: &Judged,
    ) {
        let columns = &batch.columns;
        let quote = Quote {
            symbol: block.tick_symbols[k] as usize,
            ts_init: columns.ts_init.i64(i),
            ts_event: columns.ts_event.i64(i),
            flags: columns.flags.u32_or_zero(i),
            top: block.top(columns, k),
        };
        self.take_quote(&quote, judged);
    }

    /// S1 to S6 of an accepted QUOTE.
    #[inline]
    pub(crate) fn take_quote(&mut self, quote: &Quote, judged: &Judged) {
        self.begin_steps(quote.ts_init, quote.ts_event);
        let mark = self.symbols[quote.symbol].market.quote(&quote.top, self.now, quote.flags);
        self.book_changed(quote.symbol, mark);
        self.apply_due_reports();
        self.run_halts();
        self.take_verdict(quote.symbol, EventKind::Quote, judged);
    }

    /// Phase two of one event.
    fn step(
        &mut self,
        batch: &Batch<'_>,
        block: &Block,
        i: usize,
        event: &TestedEvent,
        control: Option<&[u8]>,
    ) {
        let columns = &batch.columns;
        self.begin_event();
        let symbol = columns.symbol.u32(i) as usize;
        if event.code != Code::None {
            if event.code == Code::Crossed {
                self.symbols[symbol].market.stale = true;
            }
            let reads_symbol = event.kind.is_none_or(|kind| kind as u8 <= EventKind::ExternalSignal as u8);
            self.reject(batch, i, event.code, reads_symbol.then_some(symbol));
            return;
        }
        if let (Some(EventKind::Quote), Some(k)) = (event.kind, event.tick()) {
            return self.step_quote(batch, block, i, k, &block.judged(k));
        }
        self.begin_steps(columns.ts_init.i64(i), columns.ts_event.i64(i));
        if let Err((code, symbol)) = self.take_effect(batch, i, event, symbol, control) {
            self.reject(batch, i, code, symbol);
        }
        self.apply_due_reports();
        self.run_halts();
        match event.kind {
            Some(EventKind::Clock) => self.decide_pending(),
            Some(EventKind::ExecutionReport | EventKind::Control) | None => {}
            Some(kind) => {
                let judged = event.tick().map_or(Judged::NOTHING, |k| block.judged(k));
                self.take_verdict(symbol, kind, &judged);
            }
        }
    }

    /// S3: what the event, not a QUOTE, does to market, orders or engine.
    fn take_effect(
        &mut self,
        batch: &Batch<'_>,
        i: usize,
        event: &TestedEvent,
        symbol: usize,
        control: Option<&[u8]>,
    ) -> Result<(), Rejected> {
        let (columns, row) = (&batch.columns, event.row);
        let flags = columns.flags.u32_or_zero(i);
        match event.kind {
            Some(EventKind::Book) => {
                let mark = self.symbols[symbol].market.book(columns, row, self.now, flags);
                self.book_changed(symbol, mark);
            }
            Some(EventKind::Trade) => {
                let (price, size) = (columns.trade_price.i64(row), columns.trade_size.i64(row));
                self.trade_happened(symbol, flags, price, size, columns.aggressor.i8(row));
            }
            Some(EventKind::Bar) => {
                let bar = Bar {
                    open: columns.bar_open.i64(row),
                    high: columns.bar_high.i64(row),
                    low: columns.bar_low.i64(row),
                    volume: columns.bar_volume.i64(row),
                };
                self.bar_closed(symbol, flags, &bar, columns.bar_close.i64(row));
            }
            Some(EventKind::ExecutionReport) => self.external_report(columns, row)?,
            Some(EventKind::Control) => {
                self.command(control.unwrap_or_default()).map_err(|code| (code, None))?;
            }
            Some(EventKind::Quote | EventKind::Clock | EventKind::ExternalSignal) | None => {}
        }
        Ok(())
    }

    /// S6 of a market or signal event (spec 5.1, 10.1).
    #[inline]
    pub fn take_verdict(&mut self, symbol: usize, kind: EventKind, judged: &Judged) {
        match judged.verdict {
            Verdict::None => {}
            Verdict::NonFinite => self.counters.non_finite += 1,
            Verdict::LowConfidence => self.counters.low_confidence += 1,
            Verdict::Valid => {
                let Judged { score, confidence, fair_value, .. } = *judged;
                let verdict = PendingVerdict { score, confidence, fair_value, ts_init: self.now };
                if kind == EventKind::Bar {
                    self.keep_verdict(symbol, verdict);
                } else if !self.symbols[symbol].is_settled(score, confidence) {
                    self.decide(symbol, &verdict);
                }
            }
        }
    }

    /// INPUT_REJECT record (spec 2.5).
    #[cold]
    fn reject(&mut self, batch: &Batch<'_>, i: usize, code: Code, symbol: Option<usize>) {
        let columns = &batch.columns;
        self.counters.rejected += 1;
        let record = InputRejectRecord {
            event_index: self.event_index,
            ts_init: columns.ts_init.i64(i),
            symbol: symbol_number(symbol),
            input_kind: columns.kind.u8(i),
            code: code as u16,
            source: columns.source.u32_or_zero(i),
            sequence: columns.sequence.u64_or_zero(i),
            ts_event: columns.ts_event.i64(i),
        };
        self.output.push(record.to_bytes());
    }
}
