//! Kill levels, resuming, new limits and risk models, market status (spec 11.1-11.3, 11.6).
use crate::core::contract::{AccountCause, Code, HaltAction, Level};
use crate::core::limits::{Limits, RiskModel};
use crate::risk_engine::envelope::Envelope;
use crate::state::{Scope, State, Terms};

impl State {
    /// SET_LEVEL of the engine or of one symbol.
    pub fn set_level(&mut self, symbol: Option<usize>, level: Level, flatten: bool) {
        let next = Scope { level, flatten: flatten && level == Level::Killed };
        let before = match symbol {
            Some(symbol) => {
                let before = std::mem::replace(&mut self.symbols[symbol].scope, next);
                self.flattened_symbols =
                    self.flattened_symbols + usize::from(next.flatten) - usize::from(before.flatten);
                before
            }
            None => std::mem::replace(&mut self.scope, next),
        };
        if before.level != level {
            let (action, told) = if level == Level::Run {
                (HaltAction::Cleared, before.level)
            } else {
                (HaltAction::Latched, level)
            };
            let code = if told == Level::Killed { Code::Killed } else { Code::ReduceOnly };
            self.record_halt(action, code, symbol, 0, 0);
        }
        if level == Level::Killed {
            self.cancel_working(symbol);
        }
    }

    /// RESUME: losses are measured anew from here.
    pub fn resume(&mut self) {
        let halts = std::mem::take(&mut self.halts);
        self.ledger.high = self.ledger.equity;
        self.ledger.open = self.ledger.equity;
        if halts.drawdown_latched {
            self.record_halt_cleared(Code::Drawdown);
        }
        if halts.daily_loss_latched {
            self.record_halt_cleared(Code::DailyLoss);
        }
        self.record_account(AccountCause::Resume, None);
    }

    /// SET_LIMITS: latches and tokens stay.
    pub fn set_limits(&mut self, limits: Limits) {
        self.bucket.hold_to(limits.max_orders_per_second);
        for symbol in &mut self.symbols {
            symbol.bucket.hold_to(limits.max_orders_per_second_symbol);
        }
        self.terms = Terms::of(&self.config, &limits);
        self.limits = limits;
        self.halts.unsettle();
        self.clocks.unsettle();
        self.rebuild_exposures();
        self.envelope = Envelope::default();
        self.renew_sure_quantities();
    }

    /// SET_RISK_MODEL.
    pub fn set_risk_model(&mut self, model: RiskModel) {
        self.risk_model = Some(model);
        self.envelope = Envelope::default();
    }

    /// SET_STATUS: a band is set when its low end is below its high end.
    pub fn set_status(&mut self, symbol: usize, status: u8, band_low: i64, band_high: i64) {
        let s = &mut self.symbols[symbol];
        s.market.status = status;
        s.set_band((band_low < band_high).then_some((band_low, band_high)));
    }
}
