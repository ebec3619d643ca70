//! The best bid and ask of a symbol.
use super::columns::{BLOCK_EVENTS, Columns};

/// Bid, ask and their sizes at an event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Top {
    pub bid: i64,
    pub ask: i64,
    pub bid_size: i64,
    pub ask_size: i64,
}

impl Top {
    #[inline(always)]
    fn of(bytes: [[u8; 8]; 4]) -> Self {
        let [bid, ask, bid_size, ask_size] = bytes.map(i64::from_le_bytes);
        Self { bid, ask, bid_size, ask_size }
    }
}

/// A QUOTE event of a known symbol.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    pub symbol: usize,
    pub ts_init: i64,
    pub ts_event: i64,
    pub flags: u32,
    pub top: Top,
}

/// Tops of ticks as packed little-endian columns of one length.
#[derive(Clone, Copy, Debug)]
pub struct TopColumns<'a> {
    pub bids: &'a [[u8; 8]],
    pub asks: &'a [[u8; 8]],
    pub bid_sizes: &'a [[u8; 8]],
    pub ask_sizes: &'a [[u8; 8]],
}

impl<'a> TopColumns<'a> {
    /// Those of `count` QUOTE rows, at most a block, from `first` on.
    #[inline]
    pub fn cut(columns: &Columns<'a>, first: usize, count: usize) -> Self {
        Self {
            bids: columns.bid_price.cut(first, count).values(),
            asks: columns.ask_price.cut(first, count).values(),
            bid_sizes: columns.bid_size.cut(first, count).values(),
            ask_sizes: columns.ask_size.cut(first, count).values(),
        }
    }

    /// The first `count`.
    #[inline]
    pub fn first(self, count: usize) -> Self {
        Self {
            bids: &self.bids[..count],
            asks: &self.asks[..count],
            bid_sizes: &self.bid_sizes[..count],
            ask_sizes: &self.ask_sizes[..count],
        }
    }

    #[inline]
    pub fn at(&self, k: usize) -> Top {
        Top::of([self.bids[k], self.asks[k], self.bid_sizes[k], self.ask_sizes[k]])
    }

    #[inline(always)]
    pub fn iter(self) -> impl Iterator<Item = Top> + 'a {
        let prices = self.bids.iter().zip(self.asks);
        let sizes = self.bid_sizes.iter().zip(self.ask_sizes);
        prices
            .zip(sizes)
            .map(|((bid, ask), (bid_size, ask_size))| Top::of([*bid, *ask, *bid_size, *ask_size]))
    }

    /// Fills `out` with what follows from each.
    #[inline(always)]
    pub fn each<T>(self, out: &mut [T], value: impl Fn(&Top) -> T) {
        for (out, top) in out.iter_mut().zip(self.iter()) {
            *out = value(&top);
        }
    }
}

/// The tops of a block's ticks where they do not lie in the batch as they are.
#[derive(Clone, Debug)]
pub struct Tops {
    bids: Box<[[u8; 8]; BLOCK_EVENTS]>,
    asks: Box<[[u8; 8]; BLOCK_EVENTS]>,
    bid_sizes: Box<[[u8; 8]; BLOCK_EVENTS]>,
    ask_sizes: Box<[[u8; 8]; BLOCK_EVENTS]>,
}

impl Default for Tops {
    fn default() -> Self {
        let column = || Box::new([[0; 8]; BLOCK_EVENTS]);
        Self { bids: column(), asks: column(), bid_sizes: column(), ask_sizes: column() }
    }
}

impl Tops {
    /// The first `count`.
    pub fn columns(&self, count: usize) -> TopColumns<'_> {
        TopColumns {
            bids: &self.bids[..count],
            asks: &self.asks[..count],
            bid_sizes: &self.bid_sizes[..count],
            ask_sizes: &self.ask_sizes[..count],
        }
    }

    #[inline]
    pub fn at(&self, k: usize) -> Top {
        Top::of([self.bids[k], self.asks[k], self.bid_sizes[k], self.ask_sizes[k]])
    }

    #[inline]
    pub fn set(&mut self, k: usize, top: Top) {
        self.bids[k] = top.bid.to_le_bytes();
        self.asks[k] = top.ask.to_le_bytes();
        self.bid_sizes[k] = top.bid_size.to_le_bytes();
        self.ask_sizes[k] = top.ask_size.to_le_bytes();
    }
}
