"""What an engine was told: typed and tested settings. Prices and quantities in 1e-9, money in 1e-18, rates in ppb."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instrument:
    """One tradable instrument; id is its place in the configuration."""

    id: int
    name: str
    tick: int
    lot: int
    multiplier: int
    price_min: int
    price_max: int
    quantity_max: int
    reference_price: int | None
    adv: int | None
    fill_model: int
    price_collar_ppb: int | None
    price_collar_far_ppb: int | None
    max_order_quantity: int | None
    max_position_weight_ppb: int | None
    max_position_quantity: int | None
    initial_margin_ppb: int | None


@dataclass(frozen=True, slots=True)
class SignalLimits:
    """Limits on external signals and verdicts."""

    max_signals_per_symbol: int
    min_confidence: float
    max_age_ns: int


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """From a score to a target position (spec 10.3)."""

    sizing: int
    max_quantity: int
    max_weight_ppb: int
    rebalance: int
    order_type: int
    price_reference: int
    offset_ticks: int


@dataclass(frozen=True, slots=True)
class QuotingPolicy:
    """Two quotes around fair value (spec 10.4)."""

    half_spread: int
    inventory_skew: int
    quote_quantity: int
    max_inventory: int
    requote_ticks: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy in force and both of its bodies."""

    kind: int
    direction_threshold: float
    target: TargetPolicy
    quoting: QuotingPolicy


@dataclass(frozen=True, slots=True)
class Reconciler:
    """How working orders are brought to the desired ones (spec 10.5)."""

    use_replace: bool
    retry_after_ns: int
    slice_quantity: int
    order_ttl_ns: int


@dataclass(frozen=True, slots=True)
class Venue:
    """The venue's mode, latencies, fees and models (spec 7)."""

    mode: int
    order_latency_ns: int
    response_latency_ns: int
    maker_fee_ppb: int
    taker_fee_ppb: int
    queue_model: int
    bar_slippage_ppb: int
    max_participation_ppb: int


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration but the program, the limits and the risk model, which controls may replace."""

    instruments: tuple[Instrument, ...]
    signals: SignalLimits
    policy: Policy
    reconciler: Reconciler
    venue: Venue
    initial_cash: int
    account_type: int
    open_orders_max: int
    source_count: int
    session_roll_ns: int
    check_risk: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """Risk limits; None switches a row off (spec 9.3)."""

    max_quote_age_ns: int | None
    price_collar_ppb: int | None
    price_collar_far_ppb: int | None
    max_order_quantity: int | None
    max_order_notional: int | None
    max_order_weight_ppb: int | None
    max_adv_share_ppb: int | None
    duplicate_window_ns: int | None
    max_orders_per_second: int | None
    max_orders_per_second_symbol: int | None
    self_trade: int
    max_open_orders: int | None
    max_open_orders_symbol: int | None
    initial_margin_ppb: int | None
    max_position_weight_ppb: int | None
    max_position_quantity: int | None
    max_positions: int | None
    max_concentration_ppb: int | None
    max_leverage_ppb: int | None
    max_net_leverage_ppb: int | None
    max_position_var_ppb: int | None
    max_portfolio_var_ppb: int | None
    max_drawdown_ppb: int | None
    max_daily_loss_ppb: int | None
    risk_clock_ns: int
    var_default_daily_vol_ppb: int
    var_multiplier_ppb: int


@dataclass(frozen=True, slots=True)
class RiskModel:
    """One-day covariance of simple returns; row gives a symbol id's place in it."""

    row: dict[int, int]
    covariance: tuple[tuple[float, ...], ...]
    valid_until_ns: int


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the signal program."""

    op: int
    inputs: tuple[int, ...]
    clock: int
    n: int
    params: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """The signal program: nodes in topological order and the indices of its outputs."""

    nodes: tuple[Node, ...]
    score: int
    confidence: int | None
    fair_value: int | None
