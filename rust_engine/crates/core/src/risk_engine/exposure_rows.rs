//! Rows 13 to 17, 20 and 21: buying power, positions, leverage and the latches (spec 9.3).
use super::exposure::magnitude;
use super::ticket::{Refusal, Stance, Ticket};
use crate::core::contract::{AccountType, Code, Side};
use crate::core::fixed::{Money, cap, notional};
use crate::state::State;

type Row = Result<(), Refusal>;

/// The sums with the order under test in them; net and gross up to `drift`.
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
        let mut sums = self.sums(ticket.symbol, stance);
        let is_proved = self.is_inside_envelope(ticket.symbol, stance.worst, &sums);
        if !is_proved {
            self.settle_marks();
            sums = self.sums(ticket.symbol, stance);
        }
        match self.config.account_type {
            AccountType::Cash => self.row_cash(ticket, stance)?,
            AccountType::Margin if !is_proved => self.row_margin(ticket, &sums)?,
            AccountType::Margin => {}
        }
        self.rows_position(ticket.symbol, stance, &sums, is_proved)?;
        if !is_proved {
            self.rows_leverage(&sums)?;
        }
        self.rows_var(ticket.symbol, stance.worst, is_proved)?;
        self.rows_latched()
    }

    /// Proves rows 13 (MARGIN), 14 to 17 by value, 18 and 19 but for the model's age.
    fn is_inside_envelope(&self, symbol: usize, worst: i64, sums: &Sums) -> bool {
        let envelope = &self.envelope;
        magnitude(sums.value) <= envelope.position_value
            && sums.gross.saturating_add(self.exposures.drift) <= envelope.gross
            && self.risk_gross(symbol, worst) <= envelope.risk_gross
    }

    fn sums(&self, symbol: usize, stance: &Stance) -> Sums {
        let (s, sums) = (&self.symbols[symbol], &self.exposures);
        let value = notional(stance.worst, s.market.mark, s.multiplier);
        Sums {
            value,
            gross: sums.gross - magnitude(s.exposure.value) + magnitude(value),
            net: sums.net - s.exposure.value + value,
            count: sums.count - i64::from(s.exposure.worst != 0) + i64::from(stance.worst != 0),
        }
    }

    /// Row 13, MARGIN.
    fn row_margin(&mut self, ticket: &Ticket, sums: &Sums) -> Row {
        let symbol = &self.symbols[ticket.symbol];
        let Some(margin_ppb) = symbol.limits.initial_margin_ppb else { return Ok(()) };
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
    fn rows_position(&self, symbol: usize, stance: &Stance, sums: &Sums, is_proved: bool) -> Row {
        let limits = &self.symbols[symbol].limits;
        let value = magnitude(sums.value);
        if let Some(weight_ppb) = limits.max_position_weight_ppb
            && !is_proved
        {
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
            Some(share_ppb) if !is_proved => self.within_equity(Code::Concentration, share_ppb, value),
            _ => Ok(()),
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
