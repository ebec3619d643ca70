//! Decodes and validates an EngineConfig (spec 1.8).
use prost::Message;

use super::message_form::{self, MessageForm, test_form};
use super::{limits, pb};
use crate::core::config::{
    Config, Overrides, Policy, QuotingPolicy, ReconcilerConfig, SignalLimits, TargetPolicy, VenueConfig,
};
use crate::core::contract::{self, AccountType, FillModel, OrderType, PolicyKind, PriceReference};
use crate::core::contract::{QueueModel, Rebalance, Sizing, VenueMode};
use crate::core::error::{EngineError, Result};
use crate::core::fixed::{self, SCALE};
use crate::core::instruments::{Instrument, Instruments};
use crate::core::session::DAY_NS;

const TIME_MAX: i64 = 1 << 60;
pub(super) const PPB_MAX: i64 = 100 * SCALE;

/// Refuses a value outside a closed range, naming its key.
pub(super) fn within(key: &str, value: i64, low: i64, high: i64) -> Result<i64> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(EngineError::config(format!("{key} is {value}, must be in [{low}, {high}]")))
    }
}

pub(super) fn optional(key: &str, value: Option<i64>, low: i64, high: i64) -> Result<Option<i64>> {
    value.map(|value| within(key, value, low, high)).transpose()
}

pub(super) fn ppb(key: &str, value: Option<i64>) -> Result<Option<i64>> {
    optional(key, value, 0, PPB_MAX)
}

pub(super) fn time(key: &str, value: i64) -> Result<i64> {
    within(key, value, 0, TIME_MAX)
}

pub(super) fn in_table<T>(key: &str, number: u32, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| EngineError::config(format!("{key} is {number}, which is not in its table")))
}

/// A message whose form was tested.
pub(super) fn decoded<M: Message + Default>(bytes: &[u8], form: &MessageForm) -> Result<M> {
    test_form(bytes, form)?;
    M::decode(bytes).map_err(|error| EngineError::config(format!("the message cannot be read: {error}")))
}

/// The message as sent.
pub fn decode(bytes: &[u8]) -> Result<pb::EngineConfig> {
    decoded(bytes, &message_form::ENGINE_CONFIG)
}

/// The validated configuration; limits, risk model and program have their own functions.
pub fn validate(message: &pb::EngineConfig) -> Result<Config> {
    let account = message.account.clone().unwrap_or_default();
    let capacity = message.capacity.unwrap_or_default();
    let initial_cash = fixed::money_from_bytes(&account.initial_cash)
        .ok_or_else(|| EngineError::config("account.initial_cash must have 16 bytes"))?;
    let instruments = instruments(&message.instruments, &account.currency)?;
    let policy_message = message.policy.unwrap_or_default();
    let threshold = policy_message.direction_threshold;
    if !(threshold.is_finite() && threshold >= 0.0) {
        return Err(EngineError::config("policy.direction_threshold must be finite and not negative"));
    }
    let policy = policy(&policy_message, &instruments)?;
    money_bound(&instruments, &policy, initial_cash)?;
    Ok(Config {
        signals: signals(&message.signals.unwrap_or_default())?,
        direction_threshold: threshold,
        policy,
        reconciler: reconciler(&message.reconciler.unwrap_or_default(), &instruments)?,
        venue: venue(&message.venue.unwrap_or_default())?,
        initial_cash,
        account_type: in_table(
            "account.account_type",
            account.account_type,
            AccountType::from_number(account.account_type),
        )?,
        open_orders: within("capacity.open_orders", i64::from(capacity.open_orders), 1, 65536)? as u32,
        source_count: within(
            "capacity.source_count",
            i64::from(capacity.source_count),
            1,
            contract::SOURCES_MAX,
        )? as u32,
        session_roll_ns: within("session_roll_ns", message.session_roll_ns, 0, DAY_NS - 1)?,
        check_risk: message.check_risk,
        instruments,
    })
}

fn instruments(messages: &[pb::Instrument], currency: &str) -> Result<Instruments> {
    if messages.is_empty() || messages.len() as i64 > contract::SYMBOLS_MAX {
        return Err(EngineError::config(format!(
            "instruments: {} of them, must be 1 to 65536",
            messages.len()
        )));
    }
    if let Some(pair) =
        messages.windows(2).find(|pair| pair[0].symbol.as_bytes() >= pair[1].symbol.as_bytes())
    {
        return Err(EngineError::config(format!(
            "instruments: {:?} must come before {:?}",
            pair[1].symbol, pair[0].symbol
        )));
    }
    messages.iter().map(|message| instrument(message, currency)).collect()
}

fn instrument(message: &pb::Instrument, currency: &str) -> Result<Instrument> {
    let key = |name: &str| format!("instruments[{}].{name}", message.symbol);
    if message.currency != currency {
        return Err(EngineError::config(format!(
            "{} is {:?}, not the account's {currency:?}",
            key("currency"),
            message.currency
        )));
    }
    let tick = within(&key("tick"), message.tick, 1, 1 << 40)?;
    let price_max =
        within(&key("price_max"), message.price_max.unwrap_or((1 << 50) - 1), i64::MIN, contract::PRICE_MAX)?;
    let price_min =
        within(&key("price_min"), message.price_min.unwrap_or(tick), -contract::PRICE_MAX, price_max)?;
    Ok(Instrument {
        tick,
        lot: within(&key("lot"), message.lot, 1, 1 << 50)?,
        multiplier: within(&key("multiplier"), message.multiplier, 1, 1_000_000)?,
        price_min,
        price_max,
        quantity_max: within(&key("quantity_max"), message.quantity_max.unwrap_or(1 << 54), 1, 1 << 60)?,
        reference_price: optional(&key("reference_price"), message.reference_price, price_min, price_max)?,
        adv: optional(&key("adv"), message.adv, 0, i64::MAX)?,
        fill_model: in_table(
            &key("fill_model"),
            message.fill_model,
            FillModel::from_number(message.fill_model),
        )?,
        overrides: Overrides {
            price_collar_ppb: ppb(&key("price_collar_ppb"), message.price_collar_ppb)?,
            price_collar_far_ppb: ppb(&key("price_collar_far_ppb"), message.price_collar_far_ppb)?,
            max_order_quantity: message.max_order_quantity,
            max_position_weight_ppb: ppb(&key("max_position_weight_ppb"), message.max_position_weight_ppb)?,
            max_position_quantity: message.max_position_quantity,
            initial_margin_ppb: ppb(&key("initial_margin_ppb"), message.initial_margin_ppb)?,
        },
    })
}

/// The bound that keeps money below 2^126; quotes may fill up to max_inventory.
fn money_bound(instruments: &Instruments, policy: &Policy, initial_cash: i128) -> Result<()> {
    let inventory = match policy {
        Policy::Target(_) => 0,
        Policy::Quoting(quoting) => quoting.max_inventory,
    };
    // A negative price can be the larger one.
    let largest = |i: &Instrument| {
        let price = i.price_max.abs().max(i.price_min.abs());
        let quantity = i.quantity_max.max(inventory);
        (i128::from(price) * i128::from(quantity)).checked_mul(i128::from(i.multiplier))
    };
    let mut sum = initial_cash.checked_abs();
    for instrument in instruments.iter() {
        sum = sum.and_then(|sum| sum.checked_add(largest(instrument)?));
    }
    match sum {
        Some(sum) if sum <= 1 << 118 => Ok(()),
        _ => Err(EngineError::config(
            "instruments: price_max * quantity_max * multiplier and initial_cash sum to more than 2^118",
        )),
    }
}

fn signals(message: &pb::SignalLimits) -> Result<SignalLimits> {
    if !(0.0..=1.0).contains(&message.min_confidence) {
        return Err(EngineError::config(format!(
            "signals.min_confidence is {}, must be in [0, 1]",
            message.min_confidence
        )));
    }
    let most = within("signals.max_signals_per_symbol", i64::from(message.max_signals_per_symbol), 1, 1000)?;
    Ok(SignalLimits {
        max_signals_per_symbol: most as usize,
        min_confidence: message.min_confidence,
        max_age_ns: time("signals.max_age_ns", message.max_age_ns)?,
    })
}

fn policy(message: &pb::PolicyConfig, instruments: &Instruments) -> Result<Policy> {
    let (target_message, quoting_message) =
        (message.target.unwrap_or_default(), message.quoting.unwrap_or_default());
    let offset = i64::from(target_message.offset_ticks);
    within("policy.target.offset_ticks", offset, -1_000_000, 1_000_000)?;
    if instruments.iter().any(|instrument| instrument.tick * offset.abs() >= 1 << 61) {
        return Err(EngineError::config("policy.target.offset_ticks: as a price it reaches 2^61"));
    }
    within("policy.quoting.requote_ticks", i64::from(quoting_message.requote_ticks), 0, 1_000_000)?;
    match in_table("policy.kind", message.kind, PolicyKind::from_number(message.kind))? {
        PolicyKind::Target => target(&target_message).map(Policy::Target),
        PolicyKind::Quoting => quoting(&quoting_message).map(Policy::Quoting),
    }
}

fn target(message: &pb::TargetPolicy) -> Result<TargetPolicy> {
    let sizing = in_table("policy.target.sizing", message.sizing, Sizing::from_number(message.sizing))?;
    match sizing {
        Sizing::Quantity => within("policy.target.max_quantity", message.max_quantity, 1, 1 << 60)?,
        Sizing::Weight => within("policy.target.max_weight_ppb", message.max_weight_ppb, 1, PPB_MAX)?,
    };
    let (rebalance, order_type, reference) = (message.rebalance, message.order_type, message.price_reference);
    Ok(TargetPolicy {
        sizing,
        max_quantity: message.max_quantity,
        max_weight_ppb: message.max_weight_ppb,
        rebalance: in_table("policy.target.rebalance", rebalance, Rebalance::from_number(rebalance))?,
        order_type: in_table("policy.target.order_type", order_type, OrderType::from_number(order_type))?,
        price_reference: in_table(
            "policy.target.price_reference",
            reference,
            PriceReference::from_number(reference),
        )?,
        offset_ticks: i64::from(message.offset_ticks),
    })
}

fn quoting(message: &pb::QuotingPolicy) -> Result<QuotingPolicy> {
    let max_inventory = within("policy.quoting.max_inventory", message.max_inventory, 1, 1 << 60)?;
    Ok(QuotingPolicy {
        half_spread: within("policy.quoting.half_spread", message.half_spread, 0, 1 << 50)?,
        inventory_skew: within("policy.quoting.inventory_skew", message.inventory_skew, -(1 << 50), 1 << 50)?,
        quote_quantity: within("policy.quoting.quote_quantity", message.quote_quantity, 1, max_inventory)?,
        max_inventory,
        requote_ticks: i64::from(message.requote_ticks),
    })
}

fn reconciler(message: &pb::ReconcilerConfig, instruments: &Instruments) -> Result<ReconcilerConfig> {
    let largest_lot = instruments.iter().map(|instrument| instrument.lot).max().unwrap_or(1);
    if message.slice_quantity != 0 {
        within("reconciler.slice_quantity", message.slice_quantity, largest_lot, i64::MAX)?;
    }
    Ok(ReconcilerConfig {
        use_replace: message.use_replace,
        retry_after_ns: time("reconciler.retry_after_ns", message.retry_after_ns)?,
        slice_quantity: message.slice_quantity,
        order_ttl_ns: time("reconciler.order_ttl_ns", message.order_ttl_ns)?,
    })
}

fn venue(message: &pb::VenueConfig) -> Result<VenueConfig> {
    Ok(VenueConfig {
        mode: in_table("venue.mode", message.mode, VenueMode::from_number(message.mode))?,
        order_latency_ns: time("venue.order_latency_ns", message.order_latency_ns)?,
        response_latency_ns: time("venue.response_latency_ns", message.response_latency_ns)?,
        maker_fee_ppb: within("venue.maker_fee_ppb", message.maker_fee_ppb, -SCALE, SCALE)?,
        taker_fee_ppb: within("venue.taker_fee_ppb", message.taker_fee_ppb, -SCALE, SCALE)?,
        queue_model: in_table(
            "venue.queue_model",
            message.queue_model,
            QueueModel::from_number(message.queue_model),
        )?,
        bar_slippage_ppb: within("venue.bar_slippage_ppb", message.bar_slippage_ppb, 0, 100_000_000)?,
        max_participation_ppb: within(
            "venue.max_participation_ppb",
            message.max_participation_ppb,
            0,
            SCALE,
        )?,
    })
}

/// Limits and risk model of the configuration.
pub fn risk(
    message: &pb::EngineConfig,
    config: &Config,
) -> Result<(crate::core::limits::Limits, Option<crate::core::limits::RiskModel>)> {
    let limits = limits::validate(&message.risk.clone().unwrap_or_default(), config.open_orders)?;
    let model = match &message.risk_model {
        Some(model) => Some(limits::risk_model(model, config.instruments.len())?),
        None => None,
    };
    Ok((limits, model))
}
