//! The price collar, and the limit of a MARKET order at its edge (spec 9.4).
use super::ticket::{Refusal, Ticket};
use crate::core::contract::{Code, Side};
use crate::core::fixed::{cap, ceil_to, floor_to};
use crate::core::instruments::Instrument;
use crate::state::State;

/// A market order never leaves without a collar.
const DEFAULT_COLLAR_PPB: i64 = 50_000_000;
/// Past every price by more than a tick, and inside i64 with one.
const EDGE: i128 = (1 << 62) + (1 << 41);

/// How far from the mark an order's price may be on its dear side.
#[inline]
fn band(instrument: &Instrument, mark: i128, collar_ppb: i64) -> i128 {
    cap(collar_ppb, mark.abs()).max(2 * i128::from(instrument.tick))
}

impl State {
    /// Limit of a MARKET order with the given collar; the symbol has a mark.
    fn collar_price_at(&self, symbol: usize, side: Side, collar_ppb: i64) -> i64 {
        let instrument = self.instrument_of(symbol);
        let mark = i128::from(self.symbols[symbol].market.mark);
        let band = band(instrument, mark, collar_ppb);
        let price = match side {
            Side::Buy => floor_to((mark + band).min(EDGE) as i64, instrument.tick),
            Side::Sell => ceil_to((mark - band).max(-EDGE) as i64, instrument.tick),
        };
        if price < instrument.price_min {
            ceil_to(instrument.price_min, instrument.tick)
        } else if price > instrument.price_max {
            floor_to(instrument.price_max, instrument.tick)
        } else {
            price
        }
    }

    /// Limit of a MARKET order; none where there is no mark.
    pub fn collar_price(&self, symbol: usize, side: Side) -> Option<i64> {
        let collar_ppb = self.limits_of(symbol).price_collar_ppb.unwrap_or(DEFAULT_COLLAR_PPB);
        self.symbols[symbol].market.has_mark.then(|| self.collar_price_at(symbol, side, collar_ppb))
    }

    /// The price that the LULD row tests a MARKET order with, if a mark and a collar exist.
    pub fn band_test_price(&self, ticket: &Ticket) -> Option<i64> {
        if !ticket.is_market() {
            return Some(ticket.price);
        }
        self.limits_of(ticket.symbol)
            .price_collar_ppb
            .and_then(|_| self.collar_price(ticket.symbol, ticket.side))
    }

    /// A MARKET order takes its collar limit; NO_REFERENCE without a mark.
    pub fn collar_market_order(&self, ticket: &mut Ticket) -> Result<(), Refusal> {
        let price = self.collar_price(ticket.symbol, ticket.side).ok_or(Refusal::plain(Code::NoReference))?;
        ticket.price = price;
        Ok(())
    }

    /// Row 6.
    pub fn row_collar(&self, ticket: &mut Ticket) -> Result<(), Refusal> {
        if ticket.is_market() {
            return self.collar_market_order(ticket);
        }
        let (limits, market) = (self.limits_of(ticket.symbol), &self.symbols[ticket.symbol].market);
        let Some(collar_ppb) = limits.price_collar_ppb else { return Ok(()) };
        if !market.has_mark {
            return Err(Refusal::plain(Code::NoReference));
        }
        let mark = i128::from(market.mark);
        let band = band(self.instrument_of(ticket.symbol), mark, collar_ppb);
        let far = cap(limits.price_collar_far_ppb.unwrap_or(collar_ppb), mark.abs()).max(band);
        let (low, high) = match ticket.side {
            Side::Buy => (mark - far, mark + band),
            Side::Sell => (mark - band, mark + far),
        };
        let price = i128::from(ticket.price);
        let crossed = if price < low {
            low
        } else if price > high {
            high
        } else {
            return Ok(());
        };
        Err(Refusal { code: Code::PriceCollar, limit: crossed, value: price })
    }
}
