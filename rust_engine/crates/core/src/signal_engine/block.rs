//! What phase one makes of a block of events: codes, rows and node values, which phase two reads in order.
use super::program::Program;
use crate::core::contract::{Code, EventKind, Op, Verdict, clock};
use crate::core::float::NAN;
use crate::data_engine::columns::BLOCK_EVENTS;
use crate::data_engine::quote::Top;

const NO_TICK: u32 = u32::MAX;

/// What the tests made of one event.
#[derive(Clone, Copy, Debug)]
pub struct TestedEvent {
    pub kind: Option<EventKind>,
    /// `Code::None`: accepted.
    pub code: Code,
    pub gap: bool,
    /// The event's row in the columns of its kind.
    pub row: usize,
    tick: u32,
}

impl TestedEvent {
    pub fn new(kind: Option<EventKind>, code: Code, gap: bool, row: usize) -> Self {
        Self { kind, code, gap, row, tick: NO_TICK }
    }

    /// The event is the block's tick `k`.
    #[inline]
    pub fn ticked(self, k: usize) -> Self {
        Self { tick: k as u32, ..self }
    }

    /// Its tick, where it is an accepted event of kinds 1-5.
    #[inline]
    pub fn tick(&self) -> Option<usize> {
        (self.tick != NO_TICK).then_some(self.tick as usize)
    }
}

/// An accepted event of kinds 1-5.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tick {
    pub symbol: u32,
    /// Place in the block.
    pub place: u32,
    pub row: usize,
}

/// What phase one says of an event (spec 3.8).
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub verdict: Verdict,
    pub score: f64,
    pub confidence: f64,
    pub fair_value: f64,
}

impl Judged {
    pub const NOTHING: Self = Self { verdict: Verdict::None, score: NAN, confidence: NAN, fair_value: NAN };
}

/// The arrays of a block, allocated once.
#[derive(Debug)]
pub struct Block {
    /// Place of the block's first event in its batch.
    pub first: usize,
    pub events: Vec<TestedEvent>,
    pub tick_count: usize,
    pub ticks: Box<[Tick; BLOCK_EVENTS]>,
    /// Clock bits of every tick.
    pub tick_bits: Box<[u8; BLOCK_EVENTS]>,
    /// Bits of the kinds that ticked, by number.
    kinds: u32,
    /// The quote after a tick of a QUOTE or BOOK.
    pub tops: Box<[Top; BLOCK_EVENTS]>,
    pub trade_signs: Box<[f64; BLOCK_EVENTS]>,
    pub vwaps: Box<[f64; BLOCK_EVENTS]>,
    /// The last tick of every symbol that ticked: (symbol, tick).
    pub last_ticks: Vec<(u32, u32)>,
    /// Values of every node at every tick, node by node.
    pub columns: Vec<f64>,
}

/// Clock bits that an event of kinds 1-5 ticks (spec 3.3).
pub const fn bits_of(kind: EventKind) -> u8 {
    let bits = match kind {
        EventKind::Quote => clock::QUOTE,
        EventKind::Trade => clock::TRADE,
        EventKind::Book => clock::BOOK | clock::QUOTE,
        EventKind::Bar => clock::BAR,
        EventKind::ExternalSignal => clock::EXTERNAL,
        EventKind::ExecutionReport | EventKind::Clock | EventKind::Control => 0,
    };
    bits as u8
}

impl Block {
    pub fn new(program: &Program) -> Self {
        let mut block = Self {
            first: 0,
            events: Vec::with_capacity(BLOCK_EVENTS),
            tick_count: 0,
            ticks: Box::new([Tick::default(); BLOCK_EVENTS]),
            tick_bits: Box::new([0; BLOCK_EVENTS]),
            kinds: 0,
            tops: Box::new([Top::default(); BLOCK_EVENTS]),
            trade_signs: Box::new([NAN; BLOCK_EVENTS]),
            vwaps: Box::new([NAN; BLOCK_EVENTS]),
            last_ticks: Vec::with_capacity(BLOCK_EVENTS),
            columns: Vec::new(),
        };
        block.fit(program);
        block
    }

    /// Makes room for a program's nodes; a constant's column never changes.
    pub fn fit(&mut self, program: &Program) {
        self.columns.clear();
        self.columns.resize(program.nodes.len() * BLOCK_EVENTS, NAN);
        for (node, column) in program.nodes.iter().zip(self.columns.chunks_exact_mut(BLOCK_EVENTS)) {
            if node.op == Op::Const {
                column.fill(program.params(node)[0]);
            }
        }
    }

    pub(super) fn start(&mut self, first: usize) {
        self.first = first;
        self.events.clear();
        self.tick_count = 0;
        self.kinds = 0;
    }

    pub(super) fn note_kind(&mut self, kind: EventKind) {
        self.kinds |= 1 << kind as u32;
    }

    /// How many kinds ticked, and how many of them tick a clock.
    pub(super) fn kinds_ticking(&self, clock: u8) -> (u32, u32) {
        let of = |clock: u8| {
            let ticked = EventKind::ALL.iter().filter(|&&kind| self.kinds & (1 << kind as u32) != 0);
            ticked.filter(|&&kind| bits_of(kind) & clock != 0).count() as u32
        };
        (of(u8::MAX), of(clock))
    }

    /// Value of a node at a tick.
    #[inline]
    pub fn value(&self, node: usize, tick: usize) -> f64 {
        self.columns[node * BLOCK_EVENTS + tick]
    }

    #[inline]
    pub fn set_value(&mut self, node: usize, tick: usize, value: f64) {
        self.columns[node * BLOCK_EVENTS + tick] = value;
    }

    /// The verdict of a tick (spec 3.8).
    #[inline]
    pub fn judge(&self, program: &Program, k: usize, min_confidence: f64) -> Judged {
        if u32::from(self.tick_bits[k]) & program.score_clock == 0 {
            return Judged::NOTHING;
        }
        let score = self.value(program.score, k);
        let confidence = program.confidence.map_or(1.0, |node| self.value(node, k));
        let fair_value = program.fair_value.map_or(NAN, |node| self.value(node, k));
        let verdict = if !score.is_finite() {
            Verdict::NonFinite
        } else if confidence >= min_confidence {
            Verdict::Valid
        } else {
            Verdict::LowConfidence
        };
        Judged { verdict, score, confidence: if confidence > 1.0 { 1.0 } else { confidence }, fair_value }
    }
}
