//! Validates RiskLimits and RiskModel, of the configuration and of controls alike (spec 1.8, 9.10, 11.3).
use super::config::{in_table, optional, ppb, time, within};
use super::pb;
use crate::core::config::Overrides;
use crate::core::contract::SelfTrade;
use crate::core::error::{EngineError, Result};
use crate::core::fixed::{self, Money, SCALE};
use crate::core::limits::{Limits, RiskModel};

/// The validated limits.
pub fn validate(message: &pb::RiskLimits, open_orders: u32) -> Result<Limits> {
    optional("risk.max_open_orders", message.max_open_orders, i64::MIN, i64::from(open_orders))?;
    Ok(Limits {
        max_quote_age_ns: message
            .max_quote_age_ns
            .map(|age| time("risk.max_quote_age_ns", age))
            .transpose()?,
        engine: Overrides {
            price_collar_ppb: ppb("risk.price_collar_ppb", message.price_collar_ppb)?,
            price_collar_far_ppb: ppb("risk.price_collar_far_ppb", message.price_collar_far_ppb)?,
            max_order_quantity: message.max_order_quantity,
            max_position_weight_ppb: ppb("risk.max_position_weight_ppb", message.max_position_weight_ppb)?,
            max_position_quantity: message.max_position_quantity,
            initial_margin_ppb: ppb("risk.initial_margin_ppb", message.initial_margin_ppb)?,
        },
        max_order_notional: message.max_order_notional.as_deref().map(order_notional).transpose()?,
        max_order_weight_ppb: ppb("risk.max_order_weight_ppb", message.max_order_weight_ppb)?,
        max_adv_share_ppb: ppb("risk.max_adv_share_ppb", message.max_adv_share_ppb)?,
        duplicate_window_ns: message
            .duplicate_window_ns
            .map(|window| time("risk.duplicate_window_ns", window))
            .transpose()?,
        max_orders_per_second: rate("risk.max_orders_per_second", message.max_orders_per_second)?,
        max_orders_per_second_symbol: rate(
            "risk.max_orders_per_second_symbol",
            message.max_orders_per_second_symbol,
        )?,
        self_trade: in_table(
            "risk.self_trade",
            message.self_trade,
            SelfTrade::from_number(message.self_trade),
        )?,
        max_open_orders: message.max_open_orders,
        max_open_orders_symbol: message.max_open_orders_symbol,
        max_positions: message.max_positions,
        max_concentration_ppb: ppb("risk.max_concentration_ppb", message.max_concentration_ppb)?,
        max_leverage_ppb: ppb("risk.max_leverage_ppb", message.max_leverage_ppb)?,
        max_net_leverage_ppb: ppb("risk.max_net_leverage_ppb", message.max_net_leverage_ppb)?,
        max_position_var_ppb: ppb("risk.max_position_var_ppb", message.max_position_var_ppb)?,
        max_portfolio_var_ppb: ppb("risk.max_portfolio_var_ppb", message.max_portfolio_var_ppb)?,
        max_drawdown_ppb: ppb("risk.max_drawdown_ppb", message.max_drawdown_ppb)?,
        max_daily_loss_ppb: ppb("risk.max_daily_loss_ppb", message.max_daily_loss_ppb)?,
        risk_clock_ns: within("risk.risk_clock_ns", message.risk_clock_ns, 1, i64::MAX)?,
        var_default_daily_vol_ppb: within(
            "risk.var_default_daily_vol_ppb",
            message.var_default_daily_vol_ppb,
            0,
            super::config::PPB_MAX,
        )?,
        var_multiplier_ppb: within(
            "risk.var_multiplier_ppb",
            message.var_multiplier_ppb,
            0,
            super::config::PPB_MAX,
        )?,
    })
}

fn rate(key: &str, value: Option<i64>) -> Result<Option<i64>> {
    optional(key, value, 1, SCALE)
}

fn order_notional(bytes: &[u8]) -> Result<Money> {
    match fixed::money_from_bytes(bytes) {
        Some(notional) if notional >= 0 => Ok(notional),
        Some(_) => Err(EngineError::config("risk.max_order_notional must not be negative")),
        None => Err(EngineError::config("risk.max_order_notional must have 16 bytes")),
    }
}

/// The validated risk model: ascending known symbols, a complete, finite, symmetric covariance (spec 9.10).
pub fn risk_model(message: &pb::RiskModel, symbol_count: usize) -> Result<RiskModel> {
    let (symbols, covariance) = (&message.symbols, &message.covariance);
    let n = symbols.len();
    if symbols.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(EngineError::config("risk_model.symbols must ascend"));
    }
    if symbols.last().is_some_and(|&symbol| symbol as usize >= symbol_count) {
        return Err(EngineError::config("risk_model.symbols names an unknown symbol"));
    }
    if n.checked_mul(n) != Some(covariance.len()) {
        return Err(EngineError::config(format!(
            "risk_model.covariance has {} values, not {n} x {n}",
            covariance.len()
        )));
    }
    if covariance.iter().any(|c| !c.is_finite()) {
        return Err(EngineError::config("risk_model.covariance must be finite"));
    }
    for i in 0..n {
        if covariance[i * n + i] < 0.0 {
            return Err(EngineError::config("risk_model.covariance has a negative variance"));
        }
        if (0..i).any(|j| covariance[i * n + j].to_bits() != covariance[j * n + i].to_bits()) {
            return Err(EngineError::config("risk_model.covariance must be symmetric, bit for bit"));
        }
    }
    Ok(RiskModel::new(symbols, covariance.clone(), message.valid_until_ns, symbol_count))
}
