//! The best bid and ask of a symbol.
use super::columns::BLOCK_EVENTS;

/// Bid, ask and their sizes at an event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Top {
    pub bid: i64,
    pub ask: i64,
    pub bid_size: i64,
    pub ask_size: i64,
}

/// The tops of a block's ticks, a column for each part.
#[derive(Clone, Debug)]
pub struct Tops {
    pub bids: Box<[i64; BLOCK_EVENTS]>,
    pub asks: Box<[i64; BLOCK_EVENTS]>,
    pub bid_sizes: Box<[i64; BLOCK_EVENTS]>,
    pub ask_sizes: Box<[i64; BLOCK_EVENTS]>,
}

impl Default for Tops {
    fn default() -> Self {
        let column = || Box::new([0; BLOCK_EVENTS]);
        Self { bids: column(), asks: column(), bid_sizes: column(), ask_sizes: column() }
    }
}

impl Tops {
    #[inline]
    pub fn at(&self, k: usize) -> Top {
        Top { bid: self.bids[k], ask: self.asks[k], bid_size: self.bid_sizes[k], ask_size: self.ask_sizes[k] }
    }

    #[inline]
    pub fn set(&mut self, k: usize, top: Top) {
        self.bids[k] = top.bid;
        self.asks[k] = top.ask;
        self.bid_sizes[k] = top.bid_size;
        self.ask_sizes[k] = top.ask_size;
    }
}
