//! What phase one keeps of a symbol's market data: last quote, last trade, session VWAP (spec 3.2, 3.5, 3.6).
use super::external::ExternalSignal;
use crate::data_engine::quote::Top;

#[derive(Clone, Debug, Default)]
pub struct SymbolData {
    pub quote: Top,
    /// Of symbols that have more than quotes.
    pub more: Option<Box<MoreData>>,
}

#[derive(Clone, Debug, Default)]
pub struct MoreData {
    pub last_trade_price: i64,
    pub has_trade: bool,
    pub last_sign: i8,
    pub vwap_session: i64,
    /// Sums of price times size, and of size.
    pub vwap_pq: f64,
    pub vwap_q: f64,
    pub external: Vec<ExternalSignal>,
}

impl SymbolData {
    pub fn more_mut(&mut self) -> &mut MoreData {
        self.more.get_or_insert_default()
    }

    /// The live external signals.
    pub fn external(&self) -> &[ExternalSignal] {
        self.more.as_ref().map_or(&[], |more| &more.external)
    }

    /// Sign of a trade; remembers price and sign (spec 3.5).
    pub fn trade_sign(&mut self, price: i64, aggressor: i8) -> i8 {
        let Top { bid, ask, bid_size, ask_size } = self.quote;
        let against_quote = if bid_size > 0 && ask_size > 0 {
            (2 * i128::from(price)).cmp(&(i128::from(bid) + i128::from(ask))) as i8
        } else {
            0
        };
        let more = self.more_mut();
        let sign = if aggressor != 0 {
            aggressor
        } else if against_quote != 0 {
            against_quote
        } else if !more.has_trade {
            0
        } else if price == more.last_trade_price {
            more.last_sign
        } else {
            price.cmp(&more.last_trade_price) as i8
        };
        more.has_trade = true;
        more.last_trade_price = price;
        more.last_sign = sign;
        sign
    }
}

impl MoreData {
    /// As of a symbol that has none; a zero with a sign is something.
    pub fn is_empty(&self) -> bool {
        let bits = [
            self.last_trade_price as u64,
            self.vwap_session as u64,
            self.vwap_pq.to_bits(),
            self.vwap_q.to_bits(),
        ];
        bits == [0; 4] && !self.has_trade && self.last_sign == 0 && self.external.is_empty()
    }

    /// Volume-weighted average price of the session, this trade included (spec 3.6).
    pub fn vwap(&mut self, price: f64, size: f64, session: i64) -> f64 {
        if self.vwap_session != session {
            self.vwap_session = session;
            self.vwap_pq = 0.0;
            self.vwap_q = 0.0;
        }
        self.vwap_pq += price * size;
        self.vwap_q += size;
        self.vwap_pq / self.vwap_q
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_falls_back_from_aggressor_to_quote_to_last_trade() {
        let mut data =
            SymbolData { quote: Top { bid: 10, ask: 20, bid_size: 1, ask_size: 1 }, ..SymbolData::default() };
        assert_eq!(data.trade_sign(15, 0), 0);
        assert_eq!(data.trade_sign(16, 0), 1);
        assert_eq!(data.trade_sign(14, 0), -1);
        assert_eq!(data.trade_sign(14, 1), 1);
        assert_eq!(data.trade_sign(15, 0), 1);
        data.quote.bid_size = 0;
        assert_eq!([data.trade_sign(15, 0), data.trade_sign(12, 0), data.trade_sign(12, 0)], [1, -1, -1]);
    }

    #[test]
    fn vwap_restarts_with_the_session() {
        let mut data = MoreData::default();
        assert_eq!(data.vwap(10.0, 1.0, 3), 10.0);
        assert_eq!(data.vwap(20.0, 1.0, 3), 15.0);
        assert_eq!(data.vwap(20.0, 2.0, 4), 20.0);
    }
}
