//! What a block of one symbol's whole quotes looks like to every member: marks and times, worked out once.
use crate::core::fixed::half_even_2;
use crate::core::simd::{SimdLevel, at_every_level};
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::signal_engine::block::{Block, PerTick};

#[derive(Debug)]
pub struct Piece {
    /// The block is plain, of one symbol, and every quote has both sides: what follows holds.
    pub is_whole: bool,
    pub symbol: usize,
    /// The mark after each quote (spec 6.3).
    marks: PerTick<i64>,
    times: PerTick<i64>,
    pub count: usize,
    /// Extremes of the whole block.
    pub mark_min: i64,
    pub mark_max: i64,
    pub ts_event_max: i64,
}

impl Default for Piece {
    fn default() -> Self {
        let column = || Box::new([0; BLOCK_EVENTS]);
        Self {
            is_whole: false,
            symbol: 0,
            marks: column(),
            times: column(),
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
        self.is_whole = block.is_plain && are_whole(level, block);
        if !self.is_whole {
            return;
        }
        let (columns, first, count) = (&batch.columns, block.first, block.event_count);
        self.symbol = block.tick_symbols[0] as usize;
        self.count = count;
        middles(level, &mut self.marks[..count], &block.tops.bids[..count], &block.tops.asks[..count]);
        columns.ts_init.cut(first, count).copy_to(&mut self.times[..count]);
        (self.mark_min, self.mark_max) = extremes(level, &self.marks[..count]);
        let ts_events = columns.ts_event.cut(first, count).values().iter();
        self.ts_event_max = ts_events.map(|bytes| i64::from_le_bytes(*bytes)).max().unwrap_or(i64::MIN);
    }

    #[inline]
    pub fn marks(&self) -> &[i64] {
        &self.marks[..self.count]
    }

    /// ts_init of each quote; they never fall.
    #[inline]
    pub fn times(&self) -> &[i64] {
        &self.times[..self.count]
    }
}

at_every_level! {
    /// One symbol, and both sides at every quote.
    fn are_whole(block: &Block) -> bool {
        let (count, symbol) = (block.tick_count, block.tick_symbols[0]);
        let differing = block.tick_symbols[..count].iter().fold(0, |bits, &other| bits | (other ^ symbol));
        let mut absent = false;
        for (&bid_size, &ask_size) in block.tops.bid_sizes[..count].iter().zip(&block.tops.ask_sizes[..count]) {
            absent |= (bid_size == 0) | (ask_size == 0);
        }
        differing == 0 && !absent
    }
}

at_every_level! {
    fn middles(marks: &mut [i64], bids: &[i64], asks: &[i64]) {
        for ((mark, &bid), &ask) in marks.iter_mut().zip(bids).zip(asks) {
            *mark = half_even_2(bid.wrapping_add(ask));
        }
    }
}

at_every_level! {
    /// The smallest and the largest.
    pub fn extremes(values: &[i64]) -> (i64, i64) {
        values.iter().fold((i64::MAX, i64::MIN), |(low, high), &value| (low.min(value), high.max(value)))
    }
}
