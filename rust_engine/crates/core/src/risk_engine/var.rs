//! Rows 18 and 19: value at risk from the risk model, in exactly the spec's order (spec 9.10).
use super::ticket::Refusal;
use crate::core::contract::Code;
use crate::core::fixed::notional;
use crate::core::float::{self, canonical};
use crate::core::limits::RiskModel;
use crate::state::State;

/// Quantile of 99 percent.
const Z: f64 = 2.3263478740408408;

fn bits(x: f64) -> i128 {
    i128::from(canonical(x).to_bits())
}

fn test(code: Code, left: f64, right: f64) -> Result<(), Refusal> {
    if left <= right { Ok(()) } else { Err(Refusal { code, limit: bits(right), value: bits(left) }) }
}

impl State {
    /// Rows 18 and 19 for a symbol with worst-side quantity `worst`.
    pub fn rows_var(&self, symbol: usize, worst: i64, is_proved: bool) -> Result<(), Refusal> {
        if let Some(limit_ppb) = self.limits.max_position_var_ppb {
            self.row_model_valid()?;
            if !is_proved {
                self.row_position_var(symbol, worst, limit_ppb)?;
            }
        }
        if let Some(limit_ppb) = self.limits.max_portfolio_var_ppb {
            self.row_model_valid()?;
            if !is_proved {
                self.row_portfolio_var(symbol, worst, limit_ppb)?;
            }
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
        notional(worst, s.market.risk_price, s.multiplier()) as f64 / 1e18
    }

    fn var_right(&self, limit_ppb: i64) -> f64 {
        (limit_ppb as f64 / 1e9) * (self.ledger.equity as f64 / 1e18)
    }

    fn kappa(&self) -> f64 {
        self.limits.var_multiplier_ppb as f64 / 1e9
    }

    pub(super) fn default_volatility(&self) -> f64 {
        self.limits.var_default_daily_vol_ppb as f64 / 1e9
    }

    fn row_of(&self, symbol: usize) -> Option<(&RiskModel, usize)> {
        let model = self.risk_model.as_ref()?;
        model.row(symbol).map(|row| (model, row))
    }

    fn row_position_var(&self, symbol: usize, worst: i64, limit_ppb: i64) -> Result<(), Refusal> {
        let deviation = match self.row_of(symbol) {
            Some((model, row)) => model.deviation(row),
            None => self.default_volatility(),
        };
        let left = self.kappa() * (Z * (deviation * self.risk_amount(symbol, worst).abs()));
        test(Code::PositionVar, left, self.var_right(limit_ppb))
    }

    fn row_portfolio_var(&self, symbol: usize, worst: i64, limit_ppb: i64) -> Result<(), Refusal> {
        test(Code::PortfolioVar, self.portfolio_var(symbol, worst), self.var_right(limit_ppb))
    }

    /// Value at risk of one unit of money with this deviation.
    pub(super) fn var_of_deviation(&self, deviation: f64) -> f64 {
        self.kappa() * (Z * deviation)
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

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::super::exposure::magnitude;
    use super::*;
    use crate::account::fills::Holding;
    use crate::core::blobs::Blobs;
    use crate::core::config::{
        Config, Overrides, Policy, QuotingPolicy, ReconcilerConfig, SignalLimits, VenueConfig,
    };
    use crate::core::contract::{AccountType, FillModel, QueueModel, SelfTrade, VenueMode};
    use crate::core::fixed::{Money, SCALE};
    use crate::core::instruments::Instrument;
    use crate::core::limits::Limits;

    pub fn config(symbols: usize) -> Config {
        let instrument = Instrument {
            tick: 1,
            lot: 1,
            multiplier: 3,
            price_min: 1,
            price_max: 1 << 50,
            quantity_max: 1 << 50,
            reference_price: Some(70 * SCALE),
            adv: None,
            fill_model: FillModel::Book,
            overrides: Overrides::default(),
        };
        let quoting = QuotingPolicy {
            half_spread: 0,
            inventory_skew: 0,
            quote_quantity: 1,
            max_inventory: 1,
            requote_ticks: 0,
        };
        Config {
            instruments: vec![instrument; symbols].into_iter().collect(),
            signals: SignalLimits { max_signals_per_symbol: 1, min_confidence: 0.0, max_age_ns: 0 },
            direction_threshold: 0.0,
            policy: Policy::Quoting(quoting),
            reconciler: ReconcilerConfig {
                use_replace: false,
                retry_after_ns: 0,
                slice_quantity: 0,
                order_ttl_ns: 0,
            },
            venue: VenueConfig {
                mode: VenueMode::Simulated,
                order_latency_ns: 0,
                response_latency_ns: 0,
                maker_fee_ppb: 0,
                taker_fee_ppb: 0,
                queue_model: QueueModel::RiskAverse,
                bar_slippage_ppb: 0,
                max_participation_ppb: 0,
            },
            initial_cash: 0,
            account_type: AccountType::Margin,
            open_orders: 1,
            source_count: 1,
            session_roll_ns: 0,
            check_risk: true,
        }
    }

    pub fn limits() -> Limits {
        Limits {
            max_quote_age_ns: None,
            engine: Overrides::default(),
            max_order_notional: None,
            max_order_weight_ppb: None,
            max_adv_share_ppb: None,
            duplicate_window_ns: None,
            max_orders_per_second: None,
            max_orders_per_second_symbol: None,
            self_trade: SelfTrade::CancelNewest,
            max_open_orders: None,
            max_open_orders_symbol: None,
            max_positions: None,
            max_concentration_ppb: None,
            max_leverage_ppb: None,
            max_net_leverage_ppb: None,
            max_position_var_ppb: None,
            max_portfolio_var_ppb: None,
            max_drawdown_ppb: None,
            max_daily_loss_ppb: None,
            risk_clock_ns: 1,
            var_default_daily_vol_ppb: 20_000_000,
            var_multiplier_ppb: 1_500_000_000,
        }
    }

    /// Gross at risk prices with an order that brings a symbol to `worst`.
    fn risk_gross(state: &State, symbol: usize, worst: i64) -> Money {
        let (s, sums) = (&state.symbols[symbol], &state.exposures);
        let own = magnitude(notional(worst, s.market.risk_price, s.multiplier()));
        sums.risk_gross - magnitude(s.held_risk_value()) + own
    }

    #[test]
    fn the_envelope_proves_no_order_that_the_rows_refuse() {
        let mut x: u64 = 88_172_645_463_325_252;
        let mut next = || {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x
        };
        let mut proved = 0;
        for _ in 0..300 {
            let size = next() as usize % 6;
            let mut covariance = vec![0.0; size * size];
            for i in 0..size {
                for j in 0..=i {
                    let value = (next() % 2001) as f64 * 1e-7 - if i == j { 0.0 } else { 1e-4 };
                    covariance[i * size + j] = value;
                    covariance[j * size + i] = value;
                }
            }
            let symbols: Vec<u32> = (0..size as u32).collect();
            let model = RiskModel::new(&symbols, covariance, i64::MAX, 8);
            let mut state = State::new(Arc::new(config(8)), limits(), Some(model), Blobs::default());
            for symbol in 0..8 {
                let position = (next() as i64) >> (20 + next() % 30);
                state.symbols[symbol].holding = Holding { position, cost: 0 };
                state.exposure_changed(symbol);
            }
            state.settle_exposures();
            state.limits.max_position_var_ppb = Some((next() as i64 >> 35) & (SCALE - 1));
            state.limits.max_portfolio_var_ppb = Some((next() as i64 >> 35) & (SCALE - 1));
            for symbol in 0..8 {
                let worst = (next() as i64) >> 25;
                state.ledger.equity = i128::from(next() >> 1) << (next() % 26);
                if risk_gross(&state, symbol, worst) <= state.var_gross(state.ledger.equity) {
                    proved += 1;
                    assert_eq!(state.rows_var(symbol, worst, false), Ok(()));
                }
            }
        }
        assert!(proved > 100, "{proved}");
    }
}
