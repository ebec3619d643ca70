//! Phase one over a block: tests, market data, program (spec 3).
use std::sync::Arc;

use super::block::{Block, TestedEvent, bits_of};
use super::external::{self, ExternalSignal};
use super::node_run;
use super::node_state::NodeState;
use super::node_step;
use super::program::Program;
use super::symbol_data::SymbolData;
use super::verdicts;
use crate::core::config::Config;
use crate::core::contract::{Code, EventKind, Op};
use crate::core::fixed::price_float;
use crate::core::options::{Mode, Options};
use crate::core::session;
use crate::core::simd::SimdLevel;
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::data_engine::quote::Top;
use crate::data_engine::quote_run::{CommonBounds, QuoteRun};
use crate::data_engine::validation::{Intake, LEVELS, quote_code};

/// Fewer events are done before a wide function is called.
const WIDE_EVENTS_MIN: usize = 8;

/// The place in a batch: the next event, and the next row of every kind.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    pub event: usize,
    rows: [usize; 9],
    /// event_index of the batch's first event.
    first_index: u64,
}

impl Cursor {
    pub fn new(first_index: u64) -> Self {
        Self { event: 0, rows: [0; 9], first_index }
    }
}

/// The state of phase one; phase two never touches it.
#[derive(Debug)]
pub struct PhaseOne {
    pub(super) config: Arc<Config>,
    pub intake: Intake,
    pub symbols: Vec<SymbolData>,
    pub program: Program,
    pub nodes: NodeState,
    /// Values of every node at every tick of the present block, node by node.
    pub columns: Vec<f64>,
    pub(super) bounds: CommonBounds,
    /// A quote that comes alone need not be made a block; scratch for the nodes' values then.
    pub(super) steps_with_quotes: bool,
    pub(super) now: Vec<f64>,
    block_events: usize,
    simd: SimdLevel,
    /// Which block a symbol last ticked in; scratch of `last_ticks`.
    seen: Vec<u64>,
    block_number: u64,
}

impl PhaseOne {
    pub fn new(config: Arc<Config>, program: Program, options: Options) -> Self {
        let symbols = config.instruments.len();
        Self {
            intake: Intake::new(config.source_count),
            symbols: vec![SymbolData::default(); symbols],
            nodes: NodeState::new(&program, symbols),
            columns: program.columns(),
            steps_with_quotes: program.steps_with_quotes(),
            now: node_step::constants(&program),
            program,
            bounds: CommonBounds::of(config.instruments.kinds()),
            block_events: match options.mode {
                Mode::Block => BLOCK_EVENTS,
                Mode::Event => 1,
            },
            simd: options.simd,
            seen: vec![0; symbols],
            block_number: 0,
            config,
        }
    }

    /// The same market data under another configuration that reads alike, with empty values and state of a program, to
    /// be looked at, not run.
    pub fn with_program(&self, config: Arc<Config>, program: Program) -> Self {
        Self {
            intake: self.intake.clone(),
            symbols: self.symbols.clone(),
            nodes: NodeState::new(&program, self.symbols.len()),
            columns: Vec::new(),
            steps_with_quotes: program.steps_with_quotes(),
            now: node_step::constants(&program),
            program,
            seen: vec![0; self.symbols.len()],
            block_number: 0,
            config,
            ..*self
        }
    }

    /// Replaces the program; values and state start empty, market data stays (spec 11.3).
    pub fn set_program(&mut self, program: Program) {
        self.nodes = NodeState::new(&program, self.symbols.len());
        self.columns = program.columns();
        self.steps_with_quotes = program.steps_with_quotes();
        self.now = node_step::constants(&program);
        self.program = program;
    }

    /// Runs the next block of the batch.
    pub fn run(&mut self, batch: &Batch<'_>, cursor: &mut Cursor, block: &mut Block) {
        self.run_nodes(batch, cursor, block);
        if block.tick_count > 0 {
            let column = |node: usize| &self.columns[node * BLOCK_EVENTS..];
            let min_confidence = self.config.signals.min_confidence;
            verdicts::judge(self.level(block.event_count), &self.program, block, column, min_confidence);
        }
    }

    /// The level that so many events are worth.
    pub fn level(&self, events: usize) -> SimdLevel {
        if events < WIDE_EVENTS_MIN { SimdLevel::SCALAR } else { self.simd }
    }

    /// The next block of the batch but for its verdicts.
    pub fn run_nodes(&mut self, batch: &Batch<'_>, cursor: &mut Cursor, block: &mut Block) {
        block.start(cursor.event);
        let end = batch.len().min(cursor.event + self.block_events);
        let level = self.level(end - cursor.event);
        if !self.take_plain(level, batch, cursor, end, block) {
            while cursor.event < end && !block.ends_with_control {
                let quotes = batch.columns.kind.count_of(EventKind::Quote as u8, cursor.event, end);
                if quotes > 0 {
                    self.take_quotes(batch, cursor, quotes, block);
                } else {
                    self.take_event(batch, cursor, block);
                }
            }
            block.event_count = block.events.len();
        }
        if block.tick_count > 0 {
            self.find_last_ticks(batch, block);
            node_run::run(
                level,
                &self.program,
                block,
                &[],
                &mut self.columns,
                &mut self.nodes,
                batch,
                self.config.session_roll_ns,
            );
        }
    }

    /// Takes in a block of quotes that pass every test; false where that is not sure, and nothing has changed.
    fn take_plain(
        &mut self,
        level: SimdLevel,
        batch: &Batch<'_>,
        cursor: &mut Cursor,
        end: usize,
        block: &mut Block,
    ) -> bool {
        let columns = &batch.columns;
        let (first, count) = (cursor.event, end - cursor.event);
        if !columns.kind.are_all(EventKind::Quote as u8, first, end)
            || !self.program.external_nodes.is_empty()
        {
            return false;
        }
        let first_row = cursor.rows[EventKind::Quote as usize];
        let run = QuoteRun::cut(columns, first, first_row, count);
        let is_short = count < WIDE_EVENTS_MIN;
        let gaps = if is_short {
            self.intake.take_few(&run, self.symbols.len(), self.bounds)
        } else {
            self.intake.take_whole(level, &run, self.symbols.len(), self.bounds)
        };
        let Some(gaps) = gaps else { return false };
        cursor.event = end;
        cursor.rows[EventKind::Quote as usize] += count;
        block.is_plain = true;
        block.first_row = first_row;
        block.event_count = count;
        block.tick_count = count;
        block.gaps = gaps;
        block.note_kind(EventKind::Quote);
        let (symbols, marks) = (&mut block.tick_symbols[..count], &mut block.marks[..count]);
        if is_short {
            run.copy_few(marks, symbols);
        } else {
            run.symbol.copy_to(symbols);
            run.copy_marks(level, marks);
        }
        block.is_of_one_symbol = run.is_of_one_symbol(level);
        true
    }

    /// Takes in `count` QUOTE events in a row: what `take_event` does, with the columns cut once.
    fn take_quotes(&mut self, batch: &Batch<'_>, cursor: &mut Cursor, count: usize, block: &mut Block) {
        let (first, first_row) = (cursor.event, cursor.rows[EventKind::Quote as usize]);
        cursor.event += count;
        cursor.rows[EventKind::Quote as usize] += count;
        let run = QuoteRun::cut(&batch.columns, first, first_row, count);
        for j in 0..count {
            let (ts_init, ts_event) = (run.ts_init.i64(j), run.ts_event.i64(j));
            let tested = self.intake.test_frame(run.source.u32(j), ts_init, ts_event, run.sequence.u64(j));
            let (mut code, number, top) = (tested.code, run.symbol.u32(j) as usize, run.tops.at(j));
            if code == Code::None {
                code = match self.config.instruments.get(number) {
                    Some(instrument) => quote_code(instrument, &top),
                    None => Code::UnknownSymbol,
                };
            }
            block.gaps += u64::from(tested.gap);
            let row = first_row + j;
            let event = TestedEvent::new(Some(EventKind::Quote), code, row);
            if code != Code::None {
                block.events.push(event);
                continue;
            }
            self.intake.last_ts_init = ts_init;
            let place = block.events.len();
            let k = block.add_tick(number as u32, place, row, const { bits_of(EventKind::Quote) });
            block.events.push(event.ticked(k));
            block.own_tops.set(k, top);
            self.symbols[number].quote = top;
            block.note_kind(EventKind::Quote);
            self.read_external(ts_init, k, block);
        }
    }

    /// Takes in one event of any kind.
    fn take_event(&mut self, batch: &Batch<'_>, cursor: &mut Cursor, block: &mut Block) {
        let i = cursor.event;
        cursor.event += 1;
        let kind = EventKind::from_number(u32::from(batch.columns.kind.u8(i)));
        let mut row = 0;
        if let Some(kind) = kind {
            row = cursor.rows[kind as usize];
            cursor.rows[kind as usize] += 1;
        }
        let tested = self.intake.test(&self.config, batch, i, kind, row);
        let mut event = TestedEvent::new(kind, tested.code, row);
        if let Some(kind) = kind
            && tested.code == Code::None
            && bits_of(kind) != 0
        {
            event = event.ticked(self.tick(batch, i, row, kind, block, cursor.first_index));
        }
        block.gaps += u64::from(tested.gap);
        block.events.push(event);
        block.ends_with_control = kind == Some(EventKind::Control);
    }

    /// Takes in one accepted event of kinds 1-5.
    fn tick(
        &mut self,
        batch: &Batch<'_>,
        i: usize,
        row: usize,
        kind: EventKind,
        block: &mut Block,
        first_index: u64,
    ) -> usize {
        let (columns, config) = (&batch.columns, &self.config);
        let symbol = columns.symbol.u32(i);
        let data = &mut self.symbols[symbol as usize];
        let k = block.add_tick(symbol, i - block.first, row, bits_of(kind));
        block.note_kind(kind);
        match kind {
            EventKind::Quote => {
                data.quote = Top {
                    bid: columns.bid_price.i64(row),
                    ask: columns.ask_price.i64(row),
                    bid_size: columns.bid_size.i64(row),
                    ask_size: columns.ask_size.i64(row),
                };
                block.own_tops.set(k, data.quote);
            }
            EventKind::Book => {
                let (bid, ask) = (columns.book_bid_levels.u8(row) > 0, columns.book_ask_levels.u8(row) > 0);
                let best = |there: bool, value: i64| if there { value } else { 0 };
                let at = row * LEVELS;
                data.quote = Top {
                    bid: best(bid, columns.book_bid_prices.i64(at)),
                    ask: best(ask, columns.book_ask_prices.i64(at)),
                    bid_size: best(bid, columns.book_bid_sizes.i64(at)),
                    ask_size: best(ask, columns.book_ask_sizes.i64(at)),
                };
                block.own_tops.set(k, data.quote);
            }
            EventKind::Trade => {
                let (price, size) = (columns.trade_price.i64(row), columns.trade_size.i64(row));
                block.trade_signs[k] = f64::from(data.trade_sign(price, columns.aggressor.i8(row)));
                let session = session::session_number(columns.ts_init.i64(i), config.session_roll_ns);
                block.vwaps[k] = data.more_mut().vwap(price_float(price), price_float(size), session);
            }
            EventKind::ExternalSignal => {
                let signal = ExternalSignal {
                    source: columns.source.u32_or_zero(i),
                    score: columns.signal_score.f64(row),
                    confidence: columns.signal_confidence.f64(row),
                    ts_event: columns.ts_event.i64(i),
                    event_index: first_index + i as u64,
                };
                external::accept(
                    &mut data.more_mut().external,
                    signal,
                    config.signals.max_signals_per_symbol,
                );
            }
            EventKind::Bar | EventKind::ExecutionReport | EventKind::Clock | EventKind::Control => {}
        }
        self.read_external(columns.ts_init.i64(i), k, block);
        k
    }

    /// Values of the nodes that read live external signals, as of tick `k`.
    #[inline]
    fn read_external(&mut self, now: i64, k: usize, block: &Block) {
        for &index in &self.program.external_nodes {
            let node = &self.program.nodes[index];
            if node.clock & u32::from(block.tick_bits[k]) != 0 {
                let live = self.symbols[block.tick_symbols[k] as usize].external();
                let (score, confidence) = external::read(live, node.n, now, self.config.signals.max_age_ns);
                self.columns[index * BLOCK_EVENTS + k] =
                    if node.op == Op::ExternalScore { score } else { confidence };
            }
        }
    }

    /// The last tick of every symbol; in a plain block it leaves the symbol's quote.
    fn find_last_ticks(&mut self, batch: &Batch<'_>, block: &mut Block) {
        self.block_number += 1;
        block.last_ticks.clear();
        for (k, &symbol) in block.tick_symbols[..block.tick_count].iter().enumerate().rev() {
            let seen = &mut self.seen[symbol as usize];
            if *seen != self.block_number {
                *seen = self.block_number;
                block.last_ticks.push((symbol, k as u32));
                if block.last_ticks.len() == self.symbols.len() {
                    break;
                }
            }
        }
        if block.is_plain {
            let tops = block.tops(&batch.columns);
            for &(symbol, k) in &block.last_ticks {
                self.symbols[symbol as usize].quote = tops.at(k as usize);
            }
        }
    }
}
