//! Drawdown, daily loss, flattening and canceling all (spec 8.4-8.7).
use crate::core::contract::{Code, HaltAction, HaltRecord, OrderType, Side};
use crate::core::fixed::{Money, cap};
use crate::order_engine::retry::Desire;
use crate::state::{State, symbol_number};

/// No guard is known: the next event computes the test itself.
const UNSETTLED: Money = 1 << 126;
/// Nothing can trigger.
const NEVER: Money = Money::MIN;

/// The two latches. Equity above a guard proves that its halt does not trigger, without a division.
#[derive(Clone, Debug)]
pub struct Halts {
    pub drawdown_latched: bool,
    pub daily_loss_latched: bool,
    drawdown_guard: Money,
    daily_loss_guard: Money,
}

impl Default for Halts {
    fn default() -> Self {
        Self {
            drawdown_latched: false,
            daily_loss_latched: false,
            drawdown_guard: UNSETTLED,
            daily_loss_guard: UNSETTLED,
        }
    }
}

impl Halts {
    /// Equity above it triggers neither halt.
    #[inline]
    pub fn guard(&self) -> Money {
        self.drawdown_guard.max(self.daily_loss_guard)
    }

    /// The guard after the high has risen: the true bound H - cap(f, H) rises by no more than H does.
    #[inline]
    pub fn guard_after(&self, gain: Money) -> Money {
        (self.drawdown_guard + gain).max(self.daily_loss_guard)
    }

    /// The high has risen.
    #[inline]
    pub fn rise(&mut self, gain: Money) {
        self.drawdown_guard += gain;
    }

    /// Limits, latches or the levels that losses are measured from have changed.
    pub fn unsettle(&mut self) {
        self.drawdown_guard = UNSETTLED;
        self.daily_loss_guard = UNSETTLED;
    }
}

impl State {
    /// S5: drawdown, then daily loss, then flattening.
    #[inline]
    pub fn run_halts(&mut self) {
        let (ledger, halts) = (&mut self.ledger, &mut self.halts);
        let gain = ledger.equity - ledger.high;
        if gain > 0 {
            ledger.high = ledger.equity;
            // The true bound H - cap(f, H) rises by no more than H does.
            halts.drawdown_guard += gain;
        }
        if ledger.equity <= halts.drawdown_guard {
            self.test_drawdown();
        }
        if self.ledger.equity <= self.halts.daily_loss_guard {
            self.test_daily_loss();
        }
        if self.may_flatten() {
            self.flatten();
        }
    }

    /// A scope with a position may be being flattened.
    #[inline]
    pub fn may_flatten(&self) -> bool {
        self.flattened_symbols > 0 || (self.scope.flatten && self.held_symbols > 0)
    }

    #[cold]
    fn test_drawdown(&mut self) {
        let (high, equity) = (self.ledger.high, self.ledger.equity);
        self.halts.drawdown_guard = NEVER;
        let Some(share_ppb) = self.limits.max_drawdown_ppb.filter(|_| !self.halts.drawdown_latched) else {
            return;
        };
        let limit = cap(share_ppb, high);
        if high - equity < limit && equity > 0 {
            self.halts.drawdown_guard = (high - limit).max(0);
            return;
        }
        self.halts.drawdown_latched = true;
        self.record_halt(HaltAction::Latched, Code::Drawdown, None, limit, high - equity);
        self.cancel_working(None);
    }

    #[cold]
    fn test_daily_loss(&mut self) {
        let (open, equity) = (self.ledger.open, self.ledger.equity);
        self.halts.daily_loss_guard = NEVER;
        let Some(share_ppb) = self.limits.max_daily_loss_ppb.filter(|_| !self.halts.daily_loss_latched)
        else {
            return;
        };
        let limit = cap(share_ppb, open);
        if open - equity < limit && open > 0 {
            self.halts.daily_loss_guard = open - limit;
            return;
        }
        self.halts.daily_loss_latched = true;
        self.record_halt(HaltAction::Latched, Code::DailyLoss, None, limit, open - equity);
        self.cancel_working(None);
    }

    /// Closes positions of scopes that are being flattened (spec 8.6).
    #[cold]
    fn flatten(&mut self) {
        for symbol in 0..self.symbols.len() {
            let s = &self.symbols[symbol];
            let position = s.holding.position;
            if !(self.scope.flatten || s.scope.flatten) || position == 0 || s.open.count != 0 {
                continue;
            }
            let side = if position > 0 { Side::Sell } else { Side::Buy };
            let desire =
                Desire { order_type: OrderType::Market, price: 0, quantity: position.saturating_abs() };
            if !self.is_held_back(symbol, side, &desire) {
                self.create(symbol, side, desire, true);
            }
        }
    }

    /// Cancels the working orders of a symbol, or all of them (spec 8.7).
    pub fn cancel_working(&mut self, symbol: Option<usize>) {
        let mut ids = std::mem::take(&mut self.scratch);
        ids.clear();
        let concerned = self.orders.iter().filter(|order| symbol.is_none_or(|symbol| order.symbol == symbol));
        ids.extend(concerned.filter(|order| order.can_be_canceled()).map(|order| order.id));
        for &id in &ids {
            if let Some(place) = self.orders.find(id) {
                self.request_cancel(place);
            }
        }
        self.scratch = ids;
    }

    pub fn record_halt(
        &mut self,
        action: HaltAction,
        code: Code,
        symbol: Option<usize>,
        limit: Money,
        value: Money,
    ) {
        let record = HaltRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: symbol_number(symbol),
            action: action as u8,
            code: code as u16,
            limit,
            value,
        };
        self.output.push(record.to_bytes());
    }

    /// HALT CLEARED of the engine's latches.
    pub fn record_halt_cleared(&mut self, code: Code) {
        self.record_halt(HaltAction::Cleared, code, None, 0, 0);
    }
}
