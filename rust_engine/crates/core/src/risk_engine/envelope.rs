//! Bounds that prove the rows measured by equity: an order inside needs none of their limits worked out (spec 9.3).
//!
//! Every limit of these rows rises with equity. The bounds are those of an equity a little below the present one, and
//! hold until equity leaves a range around it.
use crate::core::contract::AccountType;
use crate::core::fixed::{Money, SCALE, rough_magnitude};
use crate::state::State;

/// Beyond this, products with a share could leave 128 bits.
const EQUITY_MAX: Money = 1 << 89;
/// More than every rounding of the two values at risk together.
const ROUNDING_SLACK: f64 = 1.000_001;

/// Largest values that surely pass; below zero: none does.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Least equity for which the bounds hold, and how far above it wider ones are worth working out.
    low: Money,
    span: u128,
    /// Value of an order at the mark: rows 8.
    pub order_value: Money,
    /// Worst-side value of its symbol: rows 14 and 16.
    pub position_value: Money,
    /// Gross of all symbols: rows 13 (MARGIN) and 17.
    pub gross: Money,
    /// Gross at risk prices: rows 18 and 19 with a valid model.
    pub risk_gross: Money,
    /// The least of these four.
    pub least: Money,
}

impl Envelope {
    /// Proves nothing, for a range of equity.
    fn nothing(low: Money, high: Money) -> Self {
        let span = high.wrapping_sub(low) as u128;
        Self { low, span, order_value: -1, position_value: -1, gross: -1, risk_gross: -1, least: -1 }
    }
}

impl Default for Envelope {
    /// For no equity at all: the first order works it out.
    fn default() -> Self {
        Self::nothing(0, 0)
    }
}

impl State {
    /// Works the bounds out anew where equity has left their range.
    #[inline]
    pub fn refresh_envelope(&mut self) {
        if self.ledger.equity.wrapping_sub(self.envelope.low) as u128 >= self.envelope.span {
            self.envelope = self.new_envelope();
        }
    }

    #[cold]
    fn new_envelope(&self) -> Envelope {
        let equity = self.ledger.equity;
        if equity <= 0 {
            return Envelope::nothing(Money::MIN, 1);
        }
        if equity >= EQUITY_MAX {
            return Envelope::nothing(EQUITY_MAX, Money::MAX);
        }
        let low = equity - equity / 64;
        // Rounded down: never above the true limit of any equity from `low` on.
        let share =
            |ppb: Option<i64>| ppb.map_or(Money::MAX, |ppb| i128::from(ppb) * low / i128::from(SCALE));
        let limits = &self.limits;
        let weights = self.terms.iter().filter_map(|terms| terms.limits.max_position_weight_ppb);
        let order_value =
            share(limits.max_order_weight_ppb).min(limits.max_order_notional.unwrap_or(Money::MAX));
        let position_value = share(limits.max_concentration_ppb).min(share(weights.min()));
        let gross = share(limits.max_leverage_ppb)
            .min(share(limits.max_net_leverage_ppb))
            .min(self.margin_gross(low));
        let risk_gross = self.var_gross(low);
        let least = order_value.min(position_value).min(gross).min(risk_gross);
        let span = (equity + equity / 8 + 1 - low) as u128;
        Envelope { low, span, order_value, position_value, gross, risk_gross, least }
    }

    /// Gross whose margin is surely there: no symbol's margin exceeds the largest rate on its value by more than its
    /// rounding.
    fn margin_gross(&self, equity: Money) -> Money {
        let rate = i128::from(self.exposures.margin_ppb_max);
        if rate == 0 || self.config.account_type == AccountType::Cash {
            return Money::MAX;
        }
        (equity - self.symbols.len() as i128 - 1) * i128::from(SCALE) / rate
    }

    /// Gross at risk prices whose value at risk surely passes: |Σ_ij| is at most its maximum, so that the deviation of
    /// the whole is at most the root of that times the gross.
    pub(super) fn var_gross(&self, equity: Money) -> Money {
        let limits = [self.limits.max_position_var_ppb, self.limits.max_portfolio_var_ppb];
        let Some(smallest) = limits.into_iter().flatten().min() else { return Money::MAX };
        let inside = self.risk_model.as_ref().map_or(0.0, |model| model.covariance_max.sqrt());
        let per_unit = self.var_of_deviation(inside.max(self.default_volatility()));
        let most = smallest as f64 / 1e9 * rough_magnitude(equity);
        (most / (per_unit * ROUNDING_SLACK)) as Money
    }
}
