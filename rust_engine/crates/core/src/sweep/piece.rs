//! What a block of one symbol's whole quotes looks like to every member, worked out once.
use crate::core::simd::{SimdLevel, at_every_level};
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::data_engine::quote_run::NO_MARK;
use crate::signal_engine::block::{Block, PerTick};

#[derive(Debug)]
pub struct Piece {
    /// The block is plain, of one symbol, and every quote has both sides: what follows holds.
    pub is_whole: bool,
    pub symbol: usize,
    times: PerTick<i64>,
    pub count: usize,
    /// Extremes of the whole block.
    pub mark_min: i64,
    pub mark_max: i64,
    pub ts_event_max: i64,
}

impl Default for Piece {
    fn default() -> Self {
        Self {
            is_whole: false,
            symbol: 0,
            times: Box::new([0; BLOCK_EVENTS]),
            count: 0,
            mark_min: 0,
            mark_max: 0,
            ts_event_max: 0,
        }
    }
}

impl Piece {
    /// Takes the block that phase one has just made.
    pub fn record(&mut self, level: SimdLevel, batch: &Batch<'_>, block: &Block) {
        self.is_whole = block.is_plain && block.is_of_one_symbol;
        if !self.is_whole {
            return;
        }
        let (columns, first, count) = (&batch.columns, block.first, block.event_count);
        (self.mark_min, self.mark_max) = extremes(level, &block.marks[..count]);
        self.is_whole = self.mark_min != NO_MARK;
        self.symbol = block.tick_symbols[0] as usize;
        self.count = count;
        columns.ts_init.cut(first, count).copy_to(&mut self.times[..count]);
        let ts_events = columns.ts_event.cut(first, count).values().iter();
        self.ts_event_max = ts_events.map(|bytes| i64::from_le_bytes(*bytes)).max().unwrap_or(i64::MIN);
    }

    /// ts_init of each quote; they never fall.
    #[inline]
    pub fn times(&self) -> &[i64] {
        &self.times[..self.count]
    }
}

at_every_level! {
    /// The smallest and the largest.
    pub fn extremes(values: &[i64]) -> (i64, i64) {
        values.iter().fold((i64::MAX, i64::MIN), |(low, high), &value| (low.min(value), high.max(value)))
    }
}
