//! What an engine was configured with, after validation (spec 1.8).
use super::contract::{AccountType, OrderType, PriceReference, QueueModel, Rebalance, Sizing, VenueMode};
use super::fixed::Money;
use super::instruments::Instruments;

/// An instrument's own limits; they come before the engine's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Overrides {
    pub price_collar_ppb: Option<i64>,
    pub price_collar_far_ppb: Option<i64>,
    pub max_order_quantity: Option<i64>,
    pub max_position_weight_ppb: Option<i64>,
    pub max_position_quantity: Option<i64>,
    pub initial_margin_ppb: Option<i64>,
}

/// Limits on signals.
#[derive(Clone, Copy, Debug)]
pub struct SignalLimits {
    pub max_signals_per_symbol: usize,
    pub min_confidence: f64,
    pub max_age_ns: i64,
}

/// From a score to a target position (spec 10.3).
#[derive(Clone, Copy, Debug)]
pub struct TargetPolicy {
    pub sizing: Sizing,
    pub max_quantity: i64,
    pub max_weight_ppb: i64,
    pub rebalance: Rebalance,
    pub order_type: OrderType,
    pub price_reference: PriceReference,
    pub offset_ticks: i64,
}

/// Two quotes around fair value (spec 10.4).
#[derive(Clone, Copy, Debug)]
pub struct QuotingPolicy {
    pub half_spread: i64,
    pub inventory_skew: i64,
    pub quote_quantity: i64,
    pub max_inventory: i64,
    pub requote_ticks: i64,
}

#[derive(Clone, Copy, Debug)]
pub enum Policy {
    Target(TargetPolicy),
    Quoting(QuotingPolicy),
}

#[derive(Clone, Copy, Debug)]
pub struct ReconcilerConfig {
    pub use_replace: bool,
    pub retry_after_ns: i64,
    pub slice_quantity: i64,
    pub order_ttl_ns: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct VenueConfig {
    pub mode: VenueMode,
    pub order_latency_ns: i64,
    pub response_latency_ns: i64,
    pub maker_fee_ppb: i64,
    pub taker_fee_ppb: i64,
    pub queue_model: QueueModel,
    pub bar_slippage_ppb: i64,
    pub max_participation_ppb: i64,
}

impl VenueConfig {
    /// The venue receives an order, and we its answer, in the moment in which it is sent.
    #[inline]
    pub fn answers_at_once(&self) -> bool {
        self.mode == VenueMode::Simulated && self.order_latency_ns == 0 && self.response_latency_ns == 0
    }
}

/// Everything of the configuration that no control can change.
#[derive(Clone, Debug)]
pub struct Config {
    pub instruments: Instruments,
    pub signals: SignalLimits,
    pub direction_threshold: f64,
    pub policy: Policy,
    pub reconciler: ReconcilerConfig,
    pub venue: VenueConfig,
    pub initial_cash: Money,
    pub account_type: AccountType,
    pub open_orders: u32,
    pub source_count: u32,
    pub session_roll_ns: i64,
    pub check_risk: bool,
}

impl Config {
    /// What a position or a symbol's open orders of a side never exceed (spec 14.4).
    pub fn quantity_bound(&self, symbol: usize) -> u64 {
        let inventory = match &self.policy {
            Policy::Quoting(quoting) => quoting.max_inventory,
            Policy::Target(_) => 0,
        };
        4 * self.instruments[symbol].quantity_max.max(inventory).unsigned_abs()
    }
}
