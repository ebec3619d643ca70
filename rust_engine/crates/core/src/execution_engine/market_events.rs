//! S3 of market events: the market view, then the venue's matching (spec 5, 6).
use super::bar_fills::Bar;
use crate::state::State;

impl State {
    /// A QUOTE or BOOK has replaced the book.
    #[inline]
    pub fn book_changed(&mut self, symbol: usize, mark: Option<i64>) {
        let s = &self.symbols[symbol];
        if let Some(mark) = mark
            && (mark != s.market.mark || !s.market.has_mark)
        {
            self.set_mark(symbol, mark);
        }
        let s = &self.symbols[symbol];
        if s.open.count != 0 && !self.is_bar_filled(symbol) && !s.market.is_frozen() {
            self.match_quote(symbol);
        }
    }

    pub fn trade_happened(&mut self, symbol: usize, flags: u32, price: i64, size: i64, aggressor: i8) {
        self.last_price_seen(symbol, flags, price);
        let s = &self.symbols[symbol];
        if s.open.count != 0 && !self.is_bar_filled(symbol) && !s.market.is_frozen() {
            self.match_trade(symbol, price, size, aggressor);
        }
    }

    pub fn bar_closed(&mut self, symbol: usize, flags: u32, bar: &Bar, close: i64) {
        self.last_price_seen(symbol, flags, close);
        let s = &self.symbols[symbol];
        if s.open.count != 0 && self.is_bar_filled(symbol) {
            self.match_bar(symbol, bar);
        }
    }

    /// A trade's price or a bar's close is the mark while no whole quote is known (spec 6.3).
    fn last_price_seen(&mut self, symbol: usize, flags: u32, price: i64) {
        let market = &mut self.symbols[symbol].market;
        market.touch(self.now, flags);
        if market.takes_last_price() {
            self.set_mark(symbol, price);
        }
    }
}
