//! Rows 18 and 19: value at risk from the risk model, in exactly the spec's order (spec 9.10).
use super::exposure::magnitude;
use super::ticket::Refusal;
use crate::core::contract::Code;
use crate::core::fixed::notional;
use crate::core::float::{self, canonical};
use crate::core::limits::RiskModel;
use crate::state::State;

/// Quantile of 99 percent.
const Z: f64 = 2.3263478740408408;
/// More than every rounding of the exact sum together.
const ROUNDING_SLACK: f64 = 1.000_001;

fn bits(x: f64) -> i128 {
    i128::from(canonical(x).to_bits())
}

fn test(code: Code, left: f64, right: f64) -> Result<(), Refusal> {
    if left <= right { Ok(()) } else { Err(Refusal { code, limit: bits(right), value: bits(left) }) }
}

impl State {
    /// Rows 18 and 19 for a symbol with worst-side quantity `worst`.
    pub fn rows_var(&self, symbol: usize, worst: i64) -> Result<(), Refusal> {
        if let Some(limit_ppb) = self.limits.max_position_var_ppb {
            self.row_model_valid()?;
            self.row_position_var(symbol, worst, limit_ppb)?;
        }
        if let Some(limit_ppb) = self.limits.max_portfolio_var_ppb {
            self.row_model_valid()?;
            self.row_portfolio_var(symbol, worst, limit_ppb)?;
        }
        Ok(())
    }

    fn row_model_valid(&self) -> Result<(), Refusal> {
        match &self.risk_model {
            Some(model) => {
                Refusal::above(Code::VarStale, i128::from(model.valid_until_ns), i128::from(self.now))
            }
            None => Ok(()),
        }
    }

    /// n_j: value at the risk price in currency.
    fn risk_amount(&self, symbol: usize, worst: i64) -> f64 {
        let s = &self.symbols[symbol];
        notional(worst, s.market.risk_price, s.multiplier) as f64 / 1e18
    }

    fn var_right(&self, limit_ppb: i64) -> f64 {
        (limit_ppb as f64 / 1e9) * (self.ledger.equity as f64 / 1e18)
    }

    fn kappa(&self) -> f64 {
        self.limits.var_multiplier_ppb as f64 / 1e9
    }

    fn default_volatility(&self) -> f64 {
        self.limits.var_default_daily_vol_ppb as f64 / 1e9
    }

    fn row_of(&self, symbol: usize) -> Option<(&RiskModel, usize)> {
        let model = self.risk_model.as_ref()?;
        model.row(symbol).map(|row| (model, row))
    }

    fn row_position_var(&self, symbol: usize, worst: i64, limit_ppb: i64) -> Result<(), Refusal> {
        let deviation = match self.row_of(symbol) {
            Some((model, row)) => model.covariance(row, row).sqrt(),
            None => self.default_volatility(),
        };
        let left = self.kappa() * (Z * (deviation * self.risk_amount(symbol, worst).abs()));
        test(Code::PositionVar, left, self.var_right(limit_ppb))
    }

    fn row_portfolio_var(&self, symbol: usize, worst: i64, limit_ppb: i64) -> Result<(), Refusal> {
        let right = self.var_right(limit_ppb);
        if self.portfolio_var_bound(symbol, worst) <= right {
            return Ok(());
        }
        test(Code::PortfolioVar, self.portfolio_var(symbol, worst), right)
    }

    /// At least the exact left side: |Σ_ij| is at most its maximum, so v is at most that times the squared gross.
    fn portfolio_var_bound(&self, symbol: usize, worst: i64) -> f64 {
        let s = &self.symbols[symbol];
        let change =
            magnitude(notional(worst, s.market.risk_price, s.multiplier)) - magnitude(s.exposure.risk_value);
        let (mut inside, mut outside) = (self.exposures.risk_inside, self.exposures.risk_outside);
        let mut largest = 0.0;
        if let Some(model) = &self.risk_model {
            largest = model.covariance_max;
        }
        match self.row_of(symbol) {
            Some(_) => inside += change,
            None => outside += change,
        }
        let inside = Z * (largest.sqrt() * (inside as f64 / 1e18));
        let outside = Z * (self.default_volatility() * (outside as f64 / 1e18));
        self.kappa() * (inside + outside) * ROUNDING_SLACK
    }

    /// The left side, symbols in ascending id.
    fn portfolio_var(&self, symbol: usize, worst: i64) -> f64 {
        let worst_of = |j: usize| if j == symbol { worst } else { self.symbols[j].exposure.worst };
        let exposed = (0..self.symbols.len()).filter(|&j| worst_of(j) != 0);
        let (mut inside, mut outside) = (Vec::new(), 0.0);
        for j in exposed {
            let amount = self.risk_amount(j, worst_of(j));
            match self.row_of(j) {
                Some((_, row)) => inside.push((row, amount)),
                None => outside += amount.abs(),
            }
        }
        let mut v = 0.0;
        if let Some(model) = &self.risk_model {
            for &(i, amount) in &inside {
                let mut row = 0.0;
                for &(j, other) in &inside {
                    row += model.covariance(i, j) * other;
                }
                v += amount * row;
            }
        }
        self.kappa() * (Z * float::max(v, 0.0).sqrt() + Z * (self.default_volatility() * outside))
    }
}
