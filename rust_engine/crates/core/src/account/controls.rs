//! Positions loaded and cash moved by a control (spec 11.4, 11.5).
use super::fills::Holding;
use crate::core::contract::{AccountCause, Code};
use crate::core::fixed::{Money, notional};
use crate::state::State;

impl State {
    /// LOAD_POSITION: the highs move with equity, so that a load is neither profit nor loss.
    pub fn load_position(&mut self, symbol: usize, quantity: i64, price: i64) -> Result<(), Code> {
        let s = &mut self.symbols[symbol];
        let mark = if s.market.has_mark { s.market.mark } else { price };
        let before = notional(s.holding.position, s.market.mark, s.multiplier());
        let change = notional(quantity, mark, s.multiplier()).saturating_sub(before);
        if !self.ledger.can_move(change) {
            return Err(Code::BadControl);
        }
        let was_held = s.holding.position != 0;
        s.holding = Holding { position: 0, cost: notional(quantity, price, s.multiplier()) };
        self.set_mark(symbol, mark);
        self.symbols[symbol].holding.position = quantity;
        self.held_symbols = self.held_symbols + usize::from(quantity != 0) - usize::from(was_held);
        self.exposure_changed(symbol);
        self.ledger.equity += change;
        self.shift_highs(change);
        self.record_account(AccountCause::Position, Some(symbol));
        Ok(())
    }

    /// CASH_FLOW.
    pub fn move_cash(&mut self, cash: Money) -> Result<(), Code> {
        if !self.ledger.can_move_cash(cash) {
            return Err(Code::BadControl);
        }
        self.ledger.cash += cash;
        self.ledger.equity += cash;
        self.shift_highs(cash);
        self.record_account(AccountCause::Cash, None);
        Ok(())
    }

    fn shift_highs(&mut self, change: Money) {
        self.ledger.high += change;
        self.ledger.open += change;
        self.halts.unsettle();
    }
}
