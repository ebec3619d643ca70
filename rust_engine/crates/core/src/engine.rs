//! The step order of an event, S1 to S6, and nothing else (spec 5).
use crate::core::blobs::Blobs;
use crate::core::contract::{Code, EventKind, InputRejectRecord, Verdict};
use crate::data_engine::columns::Batch;
use crate::execution_engine::bar_fills::Bar;
use crate::order_engine::policy::PendingVerdict;
use crate::performance::statistics::Performance;
use crate::signal_engine::block::{Block, Judged, TestedEvent};
use crate::signal_engine::phase_one::{Cursor, PhaseOne};
use crate::signal_engine::program::Program;
use crate::state::{State, symbol_number};

/// The engine: phase one, phase two, and the block that passes between them.
#[derive(Debug)]
pub struct Engine {
    pub(crate) blobs: Blobs,
    pub(crate) phase_one: PhaseOne,
    pub(crate) state: State,
    pub(crate) performance: Performance,
    block: Block,
}

/// Code of a late reject, and the symbol that it concerns.
type Rejected = (Code, Option<usize>);

impl Engine {
    pub(crate) fn assemble(blobs: Blobs, phase_one: PhaseOne, state: State) -> Self {
        let block = Block::new(&phase_one.program);
        Self { blobs, phase_one, state, performance: Performance::default(), block }
    }

    /// Runs a batch; its records are in `output`.
    pub fn process(&mut self, batch: &Batch<'_>) {
        self.state.output.clear();
        let mut cursor = Cursor::default();
        let mut controls = batch.controls.iter();
        while cursor.event < batch.len() && self.state.fault.is_none() {
            let started = self.performance.start_block();
            let event_index = self.state.counters.events;
            self.phase_one.run(&self.state.config, batch, &mut cursor, &mut self.block, event_index);
            for place in 0..self.block.events.len() {
                let event = self.block.events[place];
                let control = match event.kind {
                    Some(EventKind::Control) => controls.next().copied(),
                    _ => None,
                };
                self.step(batch, self.block.first + place, &event, control);
            }
            self.performance.end_block(started, self.block.events.len());
        }
    }

    /// Phase one alone; calls `each` with every event's verdict (spec 3.1).
    pub fn evaluate(&mut self, batch: &Batch<'_>, mut each: impl FnMut(&Judged)) {
        let mut cursor = Cursor::default();
        while cursor.event < batch.len() {
            let event_index = self.state.counters.events;
            self.phase_one.run(&self.state.config, batch, &mut cursor, &mut self.block, event_index);
            for place in 0..self.block.events.len() {
                let event = self.block.events[place];
                self.state.counters.events += 1;
                self.state.counters.gaps += u64::from(event.gap);
                each(&self.judge(&event));
            }
        }
    }

    /// The canonical records of the last batch.
    pub fn output(&self) -> &[u8] {
        self.state.output.bytes()
    }

    #[inline]
    fn judge(&self, event: &TestedEvent) -> Judged {
        match event.tick() {
            Some(k) => self.block.judge(&self.phase_one.program, k, self.state.config.signals.min_confidence),
            None => Judged::NOTHING,
        }
    }

    /// Phase two of one event.
    #[inline]
    fn step(&mut self, batch: &Batch<'_>, i: usize, event: &TestedEvent, control: Option<&[u8]>) {
        let columns = &batch.columns;
        let state = &mut self.state;
        state.event_index = state.counters.events;
        state.counters.events += 1;
        state.counters.gaps += u64::from(event.gap);
        let symbol = columns.symbol.u32(i) as usize;
        if event.code != Code::None {
            if event.code == Code::Crossed {
                state.symbols[symbol].market.stale = true;
            }
            let reads_symbol = event.kind.is_none_or(|kind| kind as u8 <= EventKind::ExternalSignal as u8);
            self.reject(batch, i, event.code, reads_symbol.then_some(symbol));
            return;
        }
        state.now = columns.ts_init.i64(i);
        state.ts_event = columns.ts_event.i64(i);
        state.advance_clocks();
        state.run_arrivals();
        if let Err((code, symbol)) = self.take_effect(batch, i, event, symbol, control) {
            self.reject(batch, i, code, symbol);
        }
        self.state.apply_due_reports();
        self.state.run_halts();
        match event.kind {
            Some(EventKind::Clock) => self.state.decide_pending(),
            Some(EventKind::ExecutionReport | EventKind::Control) | None => {}
            Some(kind) => {
                let judged = self.judge(event);
                self.state.take_verdict(symbol, kind, &judged);
            }
        }
    }

    /// S3: what the event does to market, orders or engine.
    #[inline]
    fn take_effect(
        &mut self,
        batch: &Batch<'_>,
        i: usize,
        event: &TestedEvent,
        symbol: usize,
        control: Option<&[u8]>,
    ) -> Result<(), Rejected> {
        let columns = &batch.columns;
        let (state, row) = (&mut self.state, event.row);
        let flags = columns.flags.u32_or_zero(i);
        match event.kind {
            Some(EventKind::Quote) => {
                let top = &self.block.tops[event.tick().unwrap_or_default()];
                let mark = state.symbols[symbol].market.quote(top, state.now, flags);
                state.book_changed(symbol, mark);
            }
            Some(EventKind::Book) => {
                let mark = state.symbols[symbol].market.book(columns, row, state.now, flags);
                state.book_changed(symbol, mark);
            }
            Some(EventKind::Trade) => {
                let (price, size) = (columns.trade_price.i64(row), columns.trade_size.i64(row));
                state.trade_happened(symbol, flags, price, size, columns.aggressor.i8(row));
            }
            Some(EventKind::Bar) => {
                let bar = Bar {
                    open: columns.bar_open.i64(row),
                    high: columns.bar_high.i64(row),
                    low: columns.bar_low.i64(row),
                    volume: columns.bar_volume.i64(row),
                };
                state.bar_closed(symbol, flags, &bar, columns.bar_close.i64(row));
            }
            Some(EventKind::ExecutionReport) => state.external_report(columns, row)?,
            Some(EventKind::Control) => {
                self.command(control.unwrap_or_default()).map_err(|code| (code, None))?;
            }
            Some(EventKind::Clock | EventKind::ExternalSignal) | None => {}
        }
        Ok(())
    }

    /// INPUT_REJECT record (spec 2.5).
    #[cold]
    fn reject(&mut self, batch: &Batch<'_>, i: usize, code: Code, symbol: Option<usize>) {
        let columns = &batch.columns;
        self.state.counters.rejected += 1;
        let record = InputRejectRecord {
            event_index: self.state.event_index,
            ts_init: columns.ts_init.i64(i),
            symbol: symbol_number(symbol),
            input_kind: columns.kind.u8(i),
            code: code as u16,
            source: columns.source.u32_or_zero(i),
            sequence: columns.sequence.u64_or_zero(i),
            ts_event: columns.ts_event.i64(i),
        };
        self.state.output.push(record.to_bytes());
    }

    /// Replaces the program between two blocks (spec 11.3).
    pub(crate) fn replace_program(&mut self, program: Program) {
        self.phase_one.set_program(program);
        self.block.fit(&self.phase_one.program);
        self.state.forget_targets();
    }
}

impl State {
    /// S6 of a market or signal event (spec 5.1, 10.1).
    #[inline]
    fn take_verdict(&mut self, symbol: usize, kind: EventKind, judged: &Judged) {
        match judged.verdict {
            Verdict::None => {}
            Verdict::NonFinite => self.counters.non_finite += 1,
            Verdict::LowConfidence => self.counters.low_confidence += 1,
            Verdict::Valid => {
                let Judged { score, confidence, fair_value, .. } = *judged;
                let verdict = PendingVerdict { score, confidence, fair_value, ts_init: self.now };
                if kind == EventKind::Bar {
                    self.keep_verdict(symbol, verdict);
                } else if !self.is_settled(symbol, score, confidence) {
                    self.decide(symbol, &verdict);
                }
            }
        }
    }
}
