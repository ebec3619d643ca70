//! Rows 13 to 17, 20 and 21: buying power, positions, leverage and the latches (spec 9.3).
use super::exposure::magnitude;
use super::ticket::{Refusal, Stance, Ticket};
use crate::core::contract::{AccountType, Code, Side};
use crate::core::fixed::{Money, cap, is_above_share, notional};
use crate::state::State;

type Row = Result<(), Refusal>;

/// The sums with the order under test in them.
struct Sums {
    value: Money,
    gross: Money,
    net: Money,
    count: i64,
}

impl State {
    /// Rows 13 to 21; all are skipped for a reducing order.
    pub fn rows_exposure(&mut self, ticket: &Ticket, stance: &Stance) -> Row {
        if stance.is_reducing {
            return Ok(());
        }
        self.settle_exposures();
        let s = &self.symbols[ticket.symbol];
        let value = notional(stance.worst, s.market.mark, s.multiplier);
        let sums = Sums {
            value,
            gross: self.exposures.gross - magnitude(s.exposure.value) + magnitude(value),
            net: self.exposures.net - s.exposure.value + value,
            count: self.exposures.count - i64::from(s.exposure.worst != 0) + i64::from(stance.worst != 0),
        };
        match self.config.account_type {
            AccountType::Margin => self.row_margin(ticket, &sums)?,
            AccountType::Cash => self.row_cash(ticket, stance)?,
        }
        self.rows_position(ticket, stance, &sums)?;
        self.rows_leverage(&sums)?;
        self.rows_var(ticket.symbol, stance.worst)?;
        self.rows_latched()
    }

    /// Row 13, MARGIN.
    fn row_margin(&mut self, ticket: &Ticket, sums: &Sums) -> Row {
        let symbol = &self.symbols[ticket.symbol];
        let Some(margin_ppb) = symbol.limits.initial_margin_ppb else { return Ok(()) };
        // No symbol's margin exceeds the largest rate on its value by more than its rounding.
        let at_most = self.ledger.equity - i128::from(sums.count) - 1;
        if at_most >= 0 && is_above_share(at_most, self.exposures.margin_ppb_max, sums.gross) {
            return Ok(());
        }
        let all = self.settled_margin();
        let own = self.symbols[ticket.symbol].exposure.margin;
        let sum = all - own + cap(margin_ppb, magnitude(sums.value));
        Refusal::above(Code::BuyingPower, self.ledger.equity, sum)
    }

    /// Row 13, CASH.
    fn row_cash(&self, ticket: &Ticket, stance: &Stance) -> Row {
        if ticket.side == Side::Sell {
            let available = i128::from(stance.position) - i128::from(stance.sell_without);
            return Refusal::above(Code::BuyingPower, available, i128::from(ticket.quantity));
        }
        let value = notional(ticket.quantity, ticket.price, self.symbols[ticket.symbol].multiplier);
        let need = value + cap(self.config.venue.taker_fee_ppb, value);
        let own = ticket.replaces.map_or(0, |place| self.orders.get(place).reserved);
        Refusal::above(Code::BuyingPower, self.ledger.cash - (self.exposures.reserved - own), need)
    }

    /// Rows 14 to 16.
    fn rows_position(&self, ticket: &Ticket, stance: &Stance, sums: &Sums) -> Row {
        let limits = &self.symbols[ticket.symbol].limits;
        let value = magnitude(sums.value);
        if let Some(weight_ppb) = limits.max_position_weight_ppb {
            self.within_equity(Code::MaxPosition, weight_ppb, value)?;
        }
        if let Some(most) = limits.max_position_quantity {
            Refusal::above(Code::MaxPosition, i128::from(most), i128::from(stance.worst).abs())?;
        }
        if let Some(most) = self.limits.max_positions
            && stance.worst_without == 0
        {
            Refusal::above(Code::MaxPositions, i128::from(most), i128::from(sums.count))?;
        }
        match self.limits.max_concentration_ppb {
            Some(share_ppb) => self.within_equity(Code::Concentration, share_ppb, value),
            None => Ok(()),
        }
    }

    /// Row 17.
    fn rows_leverage(&self, sums: &Sums) -> Row {
        if let Some(leverage_ppb) = self.limits.max_leverage_ppb {
            self.within_equity(Code::Leverage, leverage_ppb, sums.gross)?;
        }
        match self.limits.max_net_leverage_ppb {
            Some(leverage_ppb) => self.within_equity(Code::Leverage, leverage_ppb, magnitude(sums.net)),
            None => Ok(()),
        }
    }

    /// Rows 20 and 21; a latch holds even where its limit is gone.
    fn rows_latched(&self) -> Row {
        let ledger = &self.ledger;
        if self.halts.drawdown_latched {
            let limit = self.limits.max_drawdown_ppb.map_or(0, |f| cap(f, ledger.high));
            return Err(Refusal { code: Code::Drawdown, limit, value: ledger.high - ledger.equity });
        }
        if self.halts.daily_loss_latched {
            let limit = self.limits.max_daily_loss_ppb.map_or(0, |f| cap(f, ledger.open));
            return Err(Refusal { code: Code::DailyLoss, limit, value: ledger.open - ledger.equity });
        }
        Ok(())
    }
}
