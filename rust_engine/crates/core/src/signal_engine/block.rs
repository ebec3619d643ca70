//! What phase one makes of a block of events: codes, rows, node values and verdicts, which phase two reads in order.
use crate::core::contract::{Code, EventKind, Verdict, clock};
use crate::core::float::NAN;
use crate::data_engine::columns::{BLOCK_EVENTS, Columns};
use crate::data_engine::quote::{Top, TopColumns, Tops};

const NO_TICK: u32 = u32::MAX;

/// What the tests made of one event.
#[derive(Clone, Copy, Debug)]
pub struct TestedEvent {
    pub kind: Option<EventKind>,
    /// `Code::None`: accepted.
    pub code: Code,
    /// The event's row in the columns of its kind.
    pub row: usize,
    tick: u32,
}

impl TestedEvent {
    pub fn new(kind: Option<EventKind>, code: Code, row: usize) -> Self {
        Self { kind, code, row, tick: NO_TICK }
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

/// An array of a block, allocated once.
pub type PerTick<T> = Box<[T; BLOCK_EVENTS]>;

/// The arrays of a block. A tick is an accepted event of kinds 1-5.
#[derive(Debug)]
pub struct Block {
    /// Place of the block's first event in its batch.
    pub first: usize,
    pub event_count: usize,
    /// Every event is an accepted QUOTE: event j is tick j, its row follows `first_row`, and `events` is empty.
    pub is_plain: bool,
    pub first_row: usize,
    /// Of a plain block: all its quotes are of one symbol.
    pub is_of_one_symbol: bool,
    /// Gaps in the sequences of the block's events.
    pub gaps: u64,
    pub ends_with_control: bool,
    pub events: Vec<TestedEvent>,
    pub tick_count: usize,
    pub tick_symbols: PerTick<u32>,
    /// A tick's place in the block and its row; a plain block does without.
    pub tick_places: PerTick<u32>,
    pub tick_rows: PerTick<usize>,
    /// Clock bits of every tick; a plain block has one kind and does without.
    pub tick_bits: PerTick<u8>,
    /// Bits of the kinds that ticked, by number.
    kinds: u32,
    /// The quote after a tick of a QUOTE or BOOK; a plain block's are in the batch.
    pub(super) own_tops: Tops,
    /// The marks that a plain block's quotes give, `NO_MARK` where they give none.
    pub marks: PerTick<i64>,
    pub trade_signs: PerTick<f64>,
    pub vwaps: PerTick<f64>,
    /// The last tick of every symbol that ticked: (symbol, tick).
    pub last_ticks: Vec<(u32, u32)>,
    pub verdicts: PerTick<Verdict>,
    pub scores: PerTick<f64>,
    /// As clipped; one where the program has no confidence.
    pub confidences: PerTick<f64>,
    /// NaN where the program has no fair value.
    pub fair_values: PerTick<f64>,
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

/// Bits of the kinds, by number, that tick any of a clock's bits.
const KINDS_OF_CLOCK: [u32; 32] = {
    let mut kinds = [0; 32];
    let mut clock = 0;
    while clock < kinds.len() {
        let mut kind = 0;
        while kind < EventKind::ALL.len() {
            if bits_of(EventKind::ALL[kind]) & clock as u8 != 0 {
                kinds[clock] |= 1 << EventKind::ALL[kind] as u32;
            }
            kind += 1;
        }
        clock += 1;
    }
    kinds
};

/// Which ticks of a block a clock has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    All,
    Some,
    None,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            first: 0,
            event_count: 0,
            is_plain: false,
            first_row: 0,
            is_of_one_symbol: false,
            gaps: 0,
            ends_with_control: false,
            events: Vec::with_capacity(BLOCK_EVENTS),
            tick_count: 0,
            tick_symbols: Box::new([0; BLOCK_EVENTS]),
            tick_places: Box::new([0; BLOCK_EVENTS]),
            tick_rows: Box::new([0; BLOCK_EVENTS]),
            tick_bits: Box::new([0; BLOCK_EVENTS]),
            kinds: 0,
            own_tops: Tops::default(),
            marks: Box::new([0; BLOCK_EVENTS]),
            trade_signs: Box::new([NAN; BLOCK_EVENTS]),
            vwaps: Box::new([NAN; BLOCK_EVENTS]),
            last_ticks: Vec::with_capacity(BLOCK_EVENTS),
            verdicts: Box::new([Verdict::None; BLOCK_EVENTS]),
            scores: Box::new([NAN; BLOCK_EVENTS]),
            confidences: Box::new([1.0; BLOCK_EVENTS]),
            fair_values: Box::new([NAN; BLOCK_EVENTS]),
        }
    }
}

impl Block {
    /// Confidences and fair values as a program without them has them.
    pub fn forget_verdicts(&mut self) {
        self.confidences.fill(1.0);
        self.fair_values.fill(NAN);
    }

    pub(super) fn start(&mut self, first: usize) {
        self.first = first;
        self.event_count = 0;
        self.is_plain = false;
        self.gaps = 0;
        self.ends_with_control = false;
        self.events.clear();
        self.tick_count = 0;
        self.kinds = 0;
    }

    pub(super) fn note_kind(&mut self, kind: EventKind) {
        self.kinds |= 1 << kind as u32;
    }

    /// Adds a tick; returns its number.
    #[inline]
    pub(super) fn add_tick(&mut self, symbol: u32, place: usize, row: usize, bits: u8) -> usize {
        let k = self.tick_count;
        self.tick_symbols[k] = symbol;
        self.tick_places[k] = place as u32;
        self.tick_rows[k] = row;
        self.tick_bits[k] = bits;
        self.tick_count = k + 1;
        k
    }

    /// Which of the block's ticks a clock has.
    #[inline]
    pub(super) fn pace(&self, clock: u32) -> Pace {
        match self.kinds & KINDS_OF_CLOCK[clock as usize & 31] {
            0 => Pace::None,
            ticking if ticking == self.kinds => Pace::All,
            _ => Pace::Some,
        }
    }

    /// The best bid and ask after each tick.
    #[inline]
    pub fn tops<'a>(&'a self, columns: &Columns<'a>) -> TopColumns<'a> {
        if self.is_plain {
            TopColumns::cut(columns, self.first_row, self.tick_count)
        } else {
            self.own_tops.columns(self.tick_count)
        }
    }

    /// The same after one tick.
    #[inline]
    pub fn top(&self, columns: &Columns<'_>, k: usize) -> Top {
        if self.is_plain {
            let row = self.first_row + k;
            let (bid, ask) = (columns.bid_price.i64(row), columns.ask_price.i64(row));
            Top { bid, ask, bid_size: columns.bid_size.i64(row), ask_size: columns.ask_size.i64(row) }
        } else {
            self.own_tops.at(k)
        }
    }

    /// The verdict of a tick (spec 3.8).
    #[inline]
    pub fn judged(&self, k: usize) -> Judged {
        if self.verdicts[k] == Verdict::None {
            return Judged::NOTHING;
        }
        Judged {
            verdict: self.verdicts[k],
            score: self.scores[k],
            confidence: self.confidences[k],
            fair_value: self.fair_values[k],
        }
    }
}
