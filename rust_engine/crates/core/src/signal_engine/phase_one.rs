//! Phase one over a block: tests, market data, program (spec 3).
use super::block::{Block, TestedEvent, Tick, bits_of};
use super::external::{self, ExternalSignal};
use super::node_run::{self, NodeState};
use super::program::Program;
use super::symbol_data::SymbolData;
use crate::core::config::Config;
use crate::core::contract::{Code, EventKind, Op};
use crate::core::fixed::price_float;
use crate::core::session;
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::data_engine::quote::Top;
use crate::data_engine::validation::{Intake, LEVELS, quote_code};

/// The place in a batch: the next event, and the next row of every kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    pub event: usize,
    rows: [usize; 9],
}

/// The state of phase one.
#[derive(Debug)]
pub struct PhaseOne {
    pub intake: Intake,
    pub symbols: Vec<SymbolData>,
    pub program: Program,
    pub nodes: NodeState,
    /// Which block a symbol last ticked in; scratch of `last_ticks`.
    seen: Vec<u64>,
    block_number: u64,
}

impl PhaseOne {
    pub fn new(config: &Config, program: Program) -> Self {
        let symbols = config.instruments.len();
        Self {
            intake: Intake::new(config.source_count),
            symbols: vec![SymbolData::default(); symbols],
            nodes: NodeState::new(&program, symbols),
            program,
            seen: vec![0; symbols],
            block_number: 0,
        }
    }

    /// Replaces the program; values and state start empty, market data stays (spec 11.3).
    pub fn set_program(&mut self, program: Program) {
        self.nodes = NodeState::new(&program, self.symbols.len());
        self.program = program;
    }

    /// Runs the next block of the batch; `event_index` is that of its first event.
    pub fn run(
        &mut self,
        config: &Config,
        batch: &Batch<'_>,
        cursor: &mut Cursor,
        block: &mut Block,
        event_index: u64,
    ) {
        block.start(cursor.event);
        let end = batch.len().min(cursor.event + BLOCK_EVENTS);
        while cursor.event < end {
            let quotes = batch.columns.kind.count_of(EventKind::Quote as u8, cursor.event, end);
            if quotes > 0 {
                self.take_quotes(config, batch, cursor, quotes, block);
            } else if self.take_event(config, batch, cursor, block, event_index) == Some(EventKind::Control) {
                break;
            }
        }
        if block.tick_count > 0 {
            self.find_last_ticks(block);
            node_run::run(&self.program, block, &mut self.nodes, batch, config.session_roll_ns);
        }
    }

    /// Takes in `count` QUOTE events in a row: what `take_event` does, with the columns cut once.
    fn take_quotes(
        &mut self,
        config: &Config,
        batch: &Batch<'_>,
        cursor: &mut Cursor,
        count: usize,
        block: &mut Block,
    ) {
        let columns = &batch.columns;
        let (first, first_row) = (cursor.event, cursor.rows[EventKind::Quote as usize]);
        cursor.event += count;
        cursor.rows[EventKind::Quote as usize] += count;
        let [symbol, source] = [columns.symbol, columns.source].map(|column| column.cut(first, count));
        let [ts_event, ts_init, sequence] =
            [columns.ts_event, columns.ts_init, columns.sequence].map(|column| column.cut(first, count));
        let [bid, ask, bid_size, ask_size] =
            [columns.bid_price, columns.ask_price, columns.bid_size, columns.ask_size]
                .map(|column| column.cut(first_row, count));
        let base = first - block.first;
        for j in 0..count {
            let tested =
                self.intake.test_frame(source.u32(j), ts_init.i64(j), ts_event.i64(j), sequence.u64(j));
            let (mut code, number) = (tested.code, symbol.u32(j) as usize);
            let top = Top {
                bid: bid.i64(j),
                ask: ask.i64(j),
                bid_size: bid_size.i64(j),
                ask_size: ask_size.i64(j),
            };
            if code == Code::None {
                code = match config.instruments.get(number) {
                    Some(instrument) => quote_code(instrument, &top),
                    None => Code::UnknownSymbol,
                };
            }
            let row = first_row + j;
            let event = TestedEvent::new(Some(EventKind::Quote), code, tested.gap, row);
            if code != Code::None {
                block.events.push(event);
                continue;
            }
            self.intake.last_ts_init = ts_init.i64(j);
            let k = block.tick_count;
            block.events.push(event.ticked(k));
            block.tops[k] = top;
            self.symbols[number].quote = top;
            block.ticks[k] = Tick { symbol: number as u32, place: (base + j) as u32, row };
            block.tick_bits[k] = const { bits_of(EventKind::Quote) };
            block.tick_count = k + 1;
            if !self.program.external_nodes.is_empty() {
                self.read_external(ts_init.i64(j), config.signals.max_age_ns, k, block);
            }
        }
        if block.tick_count > 0 {
            block.note_kind(EventKind::Quote);
        }
    }

    /// Takes in one event of any kind.
    fn take_event(
        &mut self,
        config: &Config,
        batch: &Batch<'_>,
        cursor: &mut Cursor,
        block: &mut Block,
        event_index: u64,
    ) -> Option<EventKind> {
        let i = cursor.event;
        cursor.event += 1;
        let kind = EventKind::from_number(u32::from(batch.columns.kind.u8(i)));
        let mut row = 0;
        if let Some(kind) = kind {
            row = cursor.rows[kind as usize];
            cursor.rows[kind as usize] += 1;
        }
        let tested = self.intake.test(config, batch, i, kind, row);
        let mut event = TestedEvent::new(kind, tested.code, tested.gap, row);
        if let Some(kind) = kind
            && tested.code == Code::None
            && bits_of(kind) != 0
        {
            event = event.ticked(block.tick_count);
            self.tick(config, batch, i, row, kind, block, event_index);
        }
        block.events.push(event);
        kind
    }

    /// Takes in one accepted event of kinds 1-5.
    fn tick(
        &mut self,
        config: &Config,
        batch: &Batch<'_>,
        i: usize,
        row: usize,
        kind: EventKind,
        block: &mut Block,
        event_index: u64,
    ) {
        let columns = &batch.columns;
        let symbol = columns.symbol.u32(i);
        let data = &mut self.symbols[symbol as usize];
        let k = block.tick_count;
        match kind {
            EventKind::Quote => {
                block.tops[k] = Top {
                    bid: columns.bid_price.i64(row),
                    ask: columns.ask_price.i64(row),
                    bid_size: columns.bid_size.i64(row),
                    ask_size: columns.ask_size.i64(row),
                };
                data.quote = block.tops[k];
            }
            EventKind::Book => {
                let (bid, ask) = (columns.book_bid_levels.u8(row) > 0, columns.book_ask_levels.u8(row) > 0);
                let best = |there: bool, value: i64| if there { value } else { 0 };
                let at = row * LEVELS;
                block.tops[k] = Top {
                    bid: best(bid, columns.book_bid_prices.i64(at)),
                    ask: best(ask, columns.book_ask_prices.i64(at)),
                    bid_size: best(bid, columns.book_bid_sizes.i64(at)),
                    ask_size: best(ask, columns.book_ask_sizes.i64(at)),
                };
                data.quote = block.tops[k];
            }
            EventKind::Trade => {
                let (price, size) = (columns.trade_price.i64(row), columns.trade_size.i64(row));
                block.trade_signs[k] = f64::from(data.trade_sign(price, columns.aggressor.i8(row)));
                let session = session::session_number(columns.ts_init.i64(i), config.session_roll_ns);
                block.vwaps[k] = data.vwap(price_float(price), price_float(size), session);
            }
            EventKind::ExternalSignal => {
                let signal = ExternalSignal {
                    source: columns.source.u32_or_zero(i),
                    score: columns.signal_score.f64(row),
                    confidence: columns.signal_confidence.f64(row),
                    ts_event: columns.ts_event.i64(i),
                    event_index: event_index + (i - block.first) as u64,
                };
                external::accept(&mut data.external, signal, config.signals.max_signals_per_symbol);
            }
            EventKind::Bar | EventKind::ExecutionReport | EventKind::Clock | EventKind::Control => {}
        }
        block.ticks[k] = Tick { symbol, place: (i - block.first) as u32, row };
        block.tick_bits[k] = bits_of(kind);
        block.note_kind(kind);
        block.tick_count = k + 1;
        if !self.program.external_nodes.is_empty() {
            self.read_external(columns.ts_init.i64(i), config.signals.max_age_ns, k, block);
        }
    }

    /// Values of the nodes that read live external signals, as of tick `k`.
    fn read_external(&self, now: i64, max_age_ns: i64, k: usize, block: &mut Block) {
        let (symbol, bits) = (block.ticks[k].symbol as usize, u32::from(block.tick_bits[k]));
        for &index in &self.program.external_nodes {
            let node = &self.program.nodes[index];
            if node.clock & bits != 0 {
                let (score, confidence) =
                    external::read(&self.symbols[symbol].external, node.n, now, max_age_ns);
                block.set_value(index, k, if node.op == Op::ExternalScore { score } else { confidence });
            }
        }
    }

    fn find_last_ticks(&mut self, block: &mut Block) {
        self.block_number += 1;
        block.last_ticks.clear();
        for (k, tick) in block.ticks[..block.tick_count].iter().enumerate().rev() {
            let seen = &mut self.seen[tick.symbol as usize];
            if *seen != self.block_number {
                *seen = self.block_number;
                block.last_ticks.push((tick.symbol, k as u32));
            }
        }
    }
}
