//! Rows 13 to 17, 20 and 21: buying power, positions, leverage and the latches (spec 9.3).
use super::exposure::magnitude;
use super::ticket::{Refusal, Stance, Ticket};
use crate::core::contract::{AccountType, Code, Side};
use crate::core::fixed::{Money, cap, notional};
use crate::state::State;

type Row = Result<(), Refusal>;

/// The settled sums with the order under test in them.
struct Sums {
    value: Money,
    gross: Money,
    net: Money,
}

impl State {
    /// Rows 13 to 21; all are skipped for a reducing order.
    pub fn rows_exposure(&mut self, ticket: &Ticket, stance: &Stance) -> Row {
        if stance.is_reducing {
            return Ok(());
        }
        self.settle_exposures();
        let is_proved = self.is_inside_envelope(ticket.symbol, stance.worst);
        let sums = if is_proved { None } else { Some(self.sums(ticket.symbol, stance)) };
        match (self.config.account_type, &sums) {
            (AccountType::Cash, _) => self.row_cash(ticket, stance)?,
            (AccountType::Margin, Some(sums)) => self.row_margin(ticket, sums)?,
            (AccountType::Margin, None) => {}
        }
        self.rows_position(ticket.symbol, stance, sums.as_ref())?;
        if let Some(sums) = &sums {
            self.rows_leverage(sums)?;
        }
        self.rows_var(ticket.symbol, stance.worst, is_proved)?;
        self.rows_latched()
    }

    /// Proves rows 13 (MARGIN), 14 to 17 by value, 18 and 19 but for the model's age.
    #[inline]
    fn is_inside_envelope(&self, symbol: usize, worst: i64) -> bool {
        let (s, sums, envelope) = (&self.symbols[symbol], &self.exposures, &self.envelope);
        let value = magnitude(notional(worst, s.market.mark, s.multiplier()));
        let risk_value = magnitude(notional(worst, s.market.risk_price, s.multiplier()));
        // Mostly even what is held may count twice.
        let room = envelope.gross - (sums.gross + value);
        let risk_room = envelope.risk_gross - (sums.risk_gross + risk_value);
        value <= envelope.position_value
            && (sums.drift <= room || sums.drift <= room + magnitude(s.held_value()))
            && (sums.risk_drift <= risk_room || sums.risk_drift <= risk_room + magnitude(s.held_risk_value()))
    }

    /// Works every sum out exactly.
    #[cold]
    fn sums(&mut self, symbol: usize, stance: &Stance) -> Sums {
        self.settle_marks();
        let (s, sums) = (&self.symbols[symbol], &self.exposures);
        let value = notional(stance.worst, s.market.mark, s.multiplier());
        Sums {
            value,
            gross: sums.gross - magnitude(s.held_value()) + magnitude(value),
            net: sums.net - s.held_value() + value,
        }
    }

    /// Row 13, MARGIN.
    fn row_margin(&mut self, ticket: &Ticket, sums: &Sums) -> Row {
        let Some(margin_ppb) = self.limits_of(ticket.symbol).initial_margin_ppb else { return Ok(()) };
        let others = self.settled_margin_without(ticket.symbol);
        let sum = others + cap(margin_ppb, magnitude(sums.value));
        Refusal::above(Code::BuyingPower, self.ledger.equity, sum)
    }

    /// Row 13, CASH.
    fn row_cash(&self, ticket: &Ticket, stance: &Stance) -> Row {
        if ticket.side == Side::Sell {
            let available = i128::from(stance.position) - i128::from(stance.sell_without);
            return Refusal::above(Code::BuyingPower, available, i128::from(ticket.quantity));
        }
        let value = notional(ticket.quantity, ticket.price, self.symbols[ticket.symbol].multiplier());
        let need = value + cap(self.config.venue.taker_fee_ppb, value);
        let own = ticket.replaces.map_or(0, |place| self.orders.get(place).reserved);
        Refusal::above(Code::BuyingPower, self.ledger.cash - (self.exposures.reserved - own), need)
    }

    /// Rows 14 to 16; those by value are proved where there are no sums.
    #[inline]
    fn rows_position(&self, symbol: usize, stance: &Stance, sums: Option<&Sums>) -> Row {
        let limits = self.limits_of(symbol);
        if let (Some(sums), Some(weight_ppb)) = (sums, limits.max_position_weight_ppb) {
            self.within_equity(Code::MaxPosition, weight_ppb, magnitude(sums.value))?;
        }
        if let Some(most) = limits.max_position_quantity {
            Refusal::above(Code::MaxPosition, i128::from(most), i128::from(stance.worst).abs())?;
        }
        if let Some(most) = self.limits.max_positions
            && stance.worst_without == 0
        {
            let others = self.exposures.count - i64::from(self.symbols[symbol].exposure.worst != 0);
            let count = others + i64::from(stance.worst != 0);
            Refusal::above(Code::MaxPositions, i128::from(most), i128::from(count))?;
        }
        match (sums, self.limits.max_concentration_ppb) {
            (Some(sums), Some(share_ppb)) => {
                self.within_equity(Code::Concentration, share_ppb, magnitude(sums.value))
            }
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
