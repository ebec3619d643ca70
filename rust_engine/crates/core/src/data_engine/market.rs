//! The market view of phase two, one symbol (spec 6).
use super::columns::Columns;
use super::quote::Top;
use super::validation::LEVELS;
use crate::core::contract::{Side, flag, status};
use crate::core::fixed;
use crate::state::side_place;

/// Price and size of one book level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BookLevel {
    pub price: i64,
    pub size: i64,
}

/// All levels of either side, bid first.
pub type Depth = [[BookLevel; LEVELS]; 2];

/// What phase two knows of a symbol's market. What every quote writes lies together.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub struct Market {
    /// The best level of either side, bid first; what it holds without a size is no level.
    pub best: [BookLevel; 2],
    pub mark: i64,
    /// ts_init of the last accepted QUOTE, TRADE, BOOK or BAR.
    pub last_ts: i64,
    /// Displayed size that our orders have taken since the last QUOTE or BOOK.
    pub taken_bid: i64,
    pub taken_ask: i64,
    /// Levels of either side.
    pub counts: [u8; 2],
    pub has_mark: bool,
    pub has_risk_price: bool,
    pub has_data: bool,
    /// The latest QUOTE or BOOK had both sides.
    pub has_quote: bool,
    pub stale: bool,
    pub halted: bool,
    /// Status bits.
    pub status: u8,
    /// Which of the distinct instruments it is of.
    pub kind: u16,
    pub risk_price: i64,
    /// All levels of a side that has more than one; made for the first such side.
    pub deep: Option<Box<Depth>>,
}

impl Market {
    /// The levels of the side where an order of `side` rests, best first.
    #[inline]
    pub fn own(&self, side: Side) -> &[BookLevel] {
        let (place, count) = (side_place(side), usize::from(self.counts[side_place(side)]));
        if count <= 1 {
            return &self.best[place..place + count];
        }
        self.deep.as_ref().map_or(&[], |deep| &deep[place][..count.min(LEVELS)])
    }

    /// The levels of the side that an order of `side` would take, best first.
    #[inline]
    pub fn opposite(&self, side: Side) -> &[BookLevel] {
        self.own(match side {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        })
    }

    /// The best price of the side where an order of `side` rests, if there is one.
    #[inline]
    pub fn best(&self, side: Side) -> Option<i64> {
        let place = side_place(side);
        (self.counts[place] > 0).then_some(self.best[place].price)
    }

    /// The best level that an order of `side` would take, if there is one.
    #[inline]
    pub fn best_to_take(&self, side: Side) -> Option<BookLevel> {
        let place = 1 - side_place(side);
        (self.counts[place] > 0).then_some(self.best[place])
    }

    /// Replaces a side.
    pub fn set_side(&mut self, side: Side, levels: &[BookLevel]) {
        let place = side_place(side);
        self.counts[place] = levels.len() as u8;
        self.best[place] = levels.first().copied().unwrap_or_default();
        if levels.len() > 1 {
            self.deep.get_or_insert_default()[place][..levels.len()].copy_from_slice(levels);
        }
    }

    /// What has been taken of the side that an order of `side` would take.
    #[inline]
    pub fn taken(&self, side: Side) -> i64 {
        match side {
            Side::Buy => self.taken_ask,
            Side::Sell => self.taken_bid,
        }
    }

    /// The same, to be changed.
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
        self.has_quote = self.counts[0] > 0 && self.counts[1] > 0;
        self.has_quote.then(|| fixed::half_even_2(self.best[0].price + self.best[1].price))
    }

    /// A QUOTE replaces the book; returns the new mark, if it gives one (spec 6.2).
    #[inline]
    pub fn quote(&mut self, quote: &Top, now: i64, flags: u32) -> Option<i64> {
        self.touch(now, flags);
        self.best = [
            BookLevel { price: quote.bid, size: quote.bid_size },
            BookLevel { price: quote.ask, size: quote.ask_size },
        ];
        self.counts = [u8::from(quote.bid_size > 0), u8::from(quote.ask_size > 0)];
        self.book_replaced(flags)
    }

    /// A BOOK replaces the book; returns the new mark, if it gives one (spec 6.2).
    pub fn book(&mut self, columns: &Columns<'_>, row: usize, now: i64, flags: u32) -> Option<i64> {
        self.touch(now, flags);
        self.counts = [columns.book_bid_levels.u8(row), columns.book_ask_levels.u8(row)];
        let deep = self.deep.get_or_insert_default();
        for level in 0..LEVELS {
            let at = row * LEVELS + level;
            deep[0][level] =
                BookLevel { price: columns.book_bid_prices.i64(at), size: columns.book_bid_sizes.i64(at) };
            deep[1][level] =
                BookLevel { price: columns.book_ask_prices.i64(at), size: columns.book_ask_sizes.i64(at) };
        }
        self.best = [deep[0][0], deep[1][0]];
        self.book_replaced(flags)
    }

    /// Whether a trade's price or a bar's close sets the mark (spec 6.3).
    #[inline]
    pub fn takes_last_price(&self) -> bool {
        !self.has_quote
    }
}
