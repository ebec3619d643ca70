//! The market view of phase two, one symbol (spec 6).
use super::columns::Columns;
use super::quote::Top;
use super::validation::LEVELS;
use crate::core::contract::{Side, flag, status};
use crate::core::fixed;

/// Price and size of one book level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BookLevel {
    pub price: i64,
    pub size: i64,
}

/// One side of the book, best level first; the count lies beside the best level.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct BookSide {
    pub count: u8,
    pub levels: [BookLevel; LEVELS],
}

impl BookSide {
    /// The counted levels, best first.
    #[inline]
    pub fn levels(&self) -> &[BookLevel] {
        &self.levels[..usize::from(self.count).min(LEVELS)]
    }

    #[inline]
    pub fn is_present(&self) -> bool {
        self.count > 0
    }

    /// The best price, if there is one.
    #[inline]
    pub fn best(&self) -> Option<i64> {
        self.is_present().then_some(self.levels[0].price)
    }

    /// One level, or none where the size is zero.
    #[inline]
    fn set_top(&mut self, price: i64, size: i64) {
        self.count = u8::from(size > 0);
        self.levels[0] = BookLevel { price, size };
    }
}

/// What phase two knows of a symbol's market.
#[derive(Clone, Debug, Default)]
pub struct Market {
    pub mark: i64,
    pub risk_price: i64,
    /// ts_init of the last accepted QUOTE, TRADE, BOOK or BAR.
    pub last_ts: i64,
    /// Displayed size that our orders have taken since the last QUOTE or BOOK.
    pub taken_bid: i64,
    pub taken_ask: i64,
    pub has_mark: bool,
    pub has_risk_price: bool,
    pub has_data: bool,
    /// The latest QUOTE or BOOK had both sides.
    pub has_quote: bool,
    pub stale: bool,
    pub halted: bool,
    /// Status bits.
    pub status: u8,
    pub bids: BookSide,
    pub asks: BookSide,
    pub band: Option<(i64, i64)>,
}

impl Market {
    /// The side that an order of `side` would take.
    #[inline]
    pub fn opposite(&self, side: Side) -> &BookSide {
        match side {
            Side::Buy => &self.asks,
            Side::Sell => &self.bids,
        }
    }

    /// The side where an order of `side` rests.
    #[inline]
    pub fn own(&self, side: Side) -> &BookSide {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    /// What has been taken of the side that an order of `side` would take.
    #[inline]
    pub fn taken_mut(&mut self, side: Side) -> &mut i64 {
        match side {
            Side::Buy => &mut self.taken_ask,
            Side::Sell => &mut self.taken_bid,
        }
    }

    #[inline]
    pub fn has_status(&self, bit: u32) -> bool {
        u32::from(self.status) & bit != 0
    }

    /// The venue does not match (spec 7.5).
    #[inline]
    pub fn is_frozen(&self) -> bool {
        self.halted || self.has_status(status::HALTED | status::CLOSED)
    }

    /// Time and halt flag of a record of the market (spec 2.6, 6.1).
    #[inline]
    pub fn touch(&mut self, now: i64, flags: u32) {
        self.last_ts = now;
        self.has_data = true;
        self.halted = flags & flag::HALT != 0;
    }

    /// The mark that the book now gives, where both sides are present (spec 6.3).
    #[inline]
    fn book_replaced(&mut self, flags: u32) -> Option<i64> {
        self.taken_bid = 0;
        self.taken_ask = 0;
        self.stale = flags & (flag::STALE | flag::GAP) != 0;
        self.has_quote = self.bids.is_present() && self.asks.is_present();
        self.has_quote.then(|| fixed::half_even_2(self.bids.levels[0].price + self.asks.levels[0].price))
    }

    /// A QUOTE replaces the book; returns the new mark, if it gives one (spec 6.2).
    #[inline]
    pub fn quote(&mut self, quote: &Top, now: i64, flags: u32) -> Option<i64> {
        self.touch(now, flags);
        self.bids.set_top(quote.bid, quote.bid_size);
        self.asks.set_top(quote.ask, quote.ask_size);
        self.book_replaced(flags)
    }

    /// A BOOK replaces the book; returns the new mark, if it gives one (spec 6.2).
    pub fn book(&mut self, columns: &Columns<'_>, row: usize, now: i64, flags: u32) -> Option<i64> {
        self.touch(now, flags);
        self.bids.count = columns.book_bid_levels.u8(row);
        self.asks.count = columns.book_ask_levels.u8(row);
        for level in 0..LEVELS {
            let at = row * LEVELS + level;
            self.bids.levels[level] =
                BookLevel { price: columns.book_bid_prices.i64(at), size: columns.book_bid_sizes.i64(at) };
            self.asks.levels[level] =
                BookLevel { price: columns.book_ask_prices.i64(at), size: columns.book_ask_sizes.i64(at) };
        }
        self.book_replaced(flags)
    }

    /// Whether a trade's price or a bar's close sets the mark (spec 6.3).
    #[inline]
    pub fn takes_last_price(&self) -> bool {
        !self.has_quote
    }
}
