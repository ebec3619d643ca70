//! Risk limits and the risk model, after validation; controls replace them whole (spec 11.3).
use super::config::Overrides;
use super::contract::SelfTrade;
use super::fixed::Money;
use super::instruments::Instrument;

/// Limits of the whole engine. An absent limit switches its row off (spec 9.3).
#[derive(Clone, Debug)]
pub struct Limits {
    pub max_quote_age_ns: Option<i64>,
    pub engine: Overrides,
    pub max_order_notional: Option<Money>,
    pub max_order_weight_ppb: Option<i64>,
    pub max_adv_share_ppb: Option<i64>,
    pub duplicate_window_ns: Option<i64>,
    pub max_orders_per_second: Option<i64>,
    pub max_orders_per_second_symbol: Option<i64>,
    pub self_trade: SelfTrade,
    pub max_open_orders: Option<i64>,
    pub max_open_orders_symbol: Option<i64>,
    pub max_positions: Option<i64>,
    pub max_concentration_ppb: Option<i64>,
    pub max_leverage_ppb: Option<i64>,
    pub max_net_leverage_ppb: Option<i64>,
    pub max_position_var_ppb: Option<i64>,
    pub max_portfolio_var_ppb: Option<i64>,
    pub max_drawdown_ppb: Option<i64>,
    pub max_daily_loss_ppb: Option<i64>,
    pub risk_clock_ns: i64,
    pub var_default_daily_vol_ppb: i64,
    pub var_multiplier_ppb: i64,
}

impl Limits {
    /// The limits in force for an instrument: its own first, else the engine's.
    pub fn of(&self, instrument: &Instrument) -> Overrides {
        let (own, engine) = (&instrument.overrides, &self.engine);
        Overrides {
            price_collar_ppb: own.price_collar_ppb.or(engine.price_collar_ppb),
            price_collar_far_ppb: own.price_collar_far_ppb.or(engine.price_collar_far_ppb),
            max_order_quantity: own.max_order_quantity.or(engine.max_order_quantity),
            max_position_weight_ppb: own.max_position_weight_ppb.or(engine.max_position_weight_ppb),
            max_position_quantity: own.max_position_quantity.or(engine.max_position_quantity),
            initial_margin_ppb: own.initial_margin_ppb.or(engine.initial_margin_ppb),
        }
    }
}

const OUTSIDE: u32 = u32::MAX;

/// One-day covariance of simple returns (spec 9.10).
#[derive(Clone, Debug)]
pub struct RiskModel {
    row_of_symbol: Vec<u32>,
    size: usize,
    covariance: Vec<f64>,
    /// Square roots of the diagonal.
    deviations: Vec<f64>,
    pub valid_until_ns: i64,
    /// The largest magnitude in the covariance.
    pub covariance_max: f64,
}

impl RiskModel {
    /// A model over `symbols`, which are known and ascending; `covariance` is row-major and complete.
    pub fn new(symbols: &[u32], covariance: Vec<f64>, valid_until_ns: i64, symbol_count: usize) -> Self {
        let mut row_of_symbol = vec![OUTSIDE; symbol_count];
        for (row, &symbol) in symbols.iter().enumerate() {
            row_of_symbol[symbol as usize] = row as u32;
        }
        let covariance_max = covariance.iter().fold(0.0, |largest: f64, c| largest.max(c.abs()));
        let size = symbols.len();
        let deviations = covariance.iter().step_by(size + 1).map(|variance| variance.sqrt()).collect();
        Self { row_of_symbol, size, covariance, deviations, valid_until_ns, covariance_max }
    }

    /// The symbol's row, if it is in the model.
    #[inline]
    pub fn row(&self, symbol: usize) -> Option<usize> {
        let row = self.row_of_symbol[symbol];
        (row != OUTSIDE).then_some(row as usize)
    }

    #[inline]
    pub fn deviation(&self, row: usize) -> f64 {
        self.deviations[row]
    }

    #[inline]
    pub fn covariance(&self, row: usize, column: usize) -> f64 {
        self.covariance[row * self.size + column]
    }
}
