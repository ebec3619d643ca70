//! The session clock and the risk clock (spec 8.2, 8.3).
use crate::core::contract::Code;
use crate::core::session::{DAY_NS, session_number};
use crate::state::State;

/// Present numbers, and the times at which the next ones begin.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    /// An event was accepted.
    pub started: bool,
    pub session: i64,
    pub risk_number: i64,
    session_end: i64,
    risk_end: i64,
}

impl Clocks {
    /// When the next session or period of the risk clock begins.
    #[inline]
    pub fn next_turn(&self) -> i64 {
        if self.started { self.session_end.min(self.risk_end) } else { i64::MIN }
    }

    /// Forgets the cached ends: the next event computes both numbers.
    pub fn unsettle(&mut self) {
        self.session_end = i64::MIN;
        self.risk_end = i64::MIN;
    }
}

impl State {
    /// S1: session roll, risk clock.
    #[inline]
    pub fn advance_clocks(&mut self) {
        if self.now >= self.clocks.next_turn() {
            self.turn_clocks();
        }
    }

    #[cold]
    fn turn_clocks(&mut self) {
        let first = !self.clocks.started;
        self.clocks.started = true;
        let session = session_number(self.now, self.config.session_roll_ns);
        if first {
            self.clocks.session = session;
        } else if session > self.clocks.session {
            self.clocks.session = session;
            self.ledger.open = self.ledger.equity;
            self.halts.unsettle();
            if self.halts.daily_loss_latched {
                self.halts.daily_loss_latched = false;
                self.record_halt_cleared(Code::DailyLoss);
            }
        }
        self.clocks.session_end = (session + 1)
            .checked_mul(DAY_NS)
            .and_then(|end| end.checked_add(self.config.session_roll_ns))
            .unwrap_or(i64::MAX);
        let period = self.limits.risk_clock_ns;
        let risk_number = self.now.div_euclid(period);
        if first || risk_number > self.clocks.risk_number {
            self.clocks.risk_number = risk_number;
            self.renew_risk_prices();
        }
        self.clocks.risk_end = (risk_number + 1).checked_mul(period).unwrap_or(i64::MAX);
    }

    fn renew_risk_prices(&mut self) {
        for symbol in 0..self.symbols.len() {
            let market = &mut self.symbols[symbol].market;
            if market.has_mark {
                market.has_risk_price = true;
                if market.risk_price != market.mark {
                    market.risk_price = market.mark;
                    self.exposure_changed(symbol);
                }
            }
        }
    }
}
