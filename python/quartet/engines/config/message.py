"""From settings to the EngineConfig message: exact integers, and the bounds of spec 1.8 that join several keys."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from quartet.core import contract
from quartet.core.fixed import money_to_bytes
from quartet.core.pb import config_pb2, risk_pb2
from quartet.engines.config.blocks import Capacity, Performance, Session, SignalGeneration
from quartet.engines.config.complaints import Complaint, refuse
from quartet.engines.config.configuration import Configuration
from quartet.engines.config.latest import Latest
from quartet.engines.config.layers import Layer
from quartet.engines.config.numbers import money, nano
from quartet.engines.config.risk import RiskManagement, RiskModelBlock
from quartet.engines.config.trading import Account, InstrumentBlock, Policy, Reconciler, Venue, instrument_of
from quartet.graph import Graph

PRICE_MAX_DEFAULT = 2**50 - 1
QUANTITY_MAX_DEFAULT = 2**54
STATE_WORDS_MAX = 2**31
_MONEY_MAX = 2**118


class EngineMessages:
    """EngineConfig messages for these symbols; the parts whose blocks are those of the message before are kept."""

    def __init__(self, symbols: Iterable[str]) -> None:
        self._names = tuple(sorted(set(symbols), key=lambda name: name.encode()))
        self._latest = Latest()

    def serialised(self, settings: Configuration, graph: Graph, layer: Layer) -> bytes:
        """Return the message's bytes; ConfigError where settings, graph and symbols do not fit together."""
        latest, names = self._latest, self._names
        risk, account = settings.risk_management, settings.account
        instruments = latest(_instruments, settings.instruments, account, names)
        misfits = (
            *latest(_unknown, settings.instruments, names),
            *latest(_instrument_misfits, instruments, account, names),
            *latest(_slice_misfits, settings.reconciler, instruments),
            *latest(_graph_misfits, graph, settings.capacity, names),
        )
        refuse(Complaint(layer.origin((block,)), (block,), rule) for block, rule in misfits)
        # In the order of the fields' numbers, so that the parts together are the serialised message.
        parts = (
            latest(_instruments_part, instruments),
            latest(_program_part, graph),
            latest(_signals_part, settings.signal_generation),
            latest(_policy_part, settings.policy),
            latest(_reconciler_part, settings.reconciler),
            latest(_risk_part, risk, settings.performance, settings.session),
            latest(_risk_model_part, settings.risk_model, names),
            latest(_venue_part, settings.venue),
            latest(_account_part, account),
            latest(_capacity_part, settings.capacity),
            latest(_session_part, settings.session),
            latest(_check_risk_part, risk),
        )
        return b"".join(parts)


def risk_limits(risk: RiskManagement, performance: Performance, session: Session) -> risk_pb2.RiskLimits:
    """Return the limits alone, as SET_LIMITS takes them; null keys stay absent."""
    shares = {
        "price_collar": risk.price_collar,
        "price_collar_far": risk.price_collar_far,
        "max_order_weight": risk.max_order_weight,
        "max_adv_share": risk.max_adv_share,
        "initial_margin": risk.initial_margin,
        "max_position_weight": risk.max_position_weight,
        "max_concentration": risk.max_concentration,
        "max_leverage": risk.max_leverage,
        "max_net_leverage": risk.max_net_leverage,
        "max_position_var": risk.max_position_var,
        "max_portfolio_var": risk.max_portfolio_var,
        "max_drawdown": risk.max_drawdown,
        "max_daily_loss": risk.max_daily_loss,
        "var_default_daily_vol": risk.var_default_daily_vol,
        "var_multiplier": risk.var_multiplier,
    }
    notional = risk.max_order_notional
    values: dict[str, Any] = {f"{name}_ppb": _nano(value) for name, value in shares.items()}
    values |= {
        "max_quote_age_ns": _nano(risk.max_quote_age_seconds, "s"),
        "max_order_quantity": _nano(risk.max_order_quantity),
        "max_order_notional": None if notional is None else money_to_bytes(money(notional)),
        "duplicate_window_ns": _nano(risk.duplicate_window_ms, "ms"),
        "max_orders_per_second": performance.max_orders_per_second,
        "max_orders_per_second_symbol": risk.max_orders_per_second_symbol,
        "self_trade": contract.SelfTrade[risk.self_trade.upper()],
        "max_open_orders": risk.max_open_orders,
        "max_open_orders_symbol": risk.max_open_orders_symbol,
        "max_position_quantity": _nano(risk.max_position_quantity),
        "max_positions": risk.max_positions,
        "risk_clock_ns": nano(session.risk_clock_seconds, "s"),
    }
    return risk_pb2.RiskLimits(**values)


def _nano(value: Decimal | None, unit: str = "") -> int | None:
    return None if value is None else nano(value, unit)


def _instrument(entry: InstrumentBlock, currency: str) -> config_pb2.Instrument:
    return config_pb2.Instrument(
        symbol=entry.symbol,
        tick=nano(entry.tick),
        lot=nano(entry.lot),
        multiplier=entry.multiplier,
        currency=entry.currency or currency,
        venue=entry.venue,
        price_min=_nano(entry.price_min),
        size_unit=entry.size_unit,
        default_size=_nano(entry.default_size) or 0,
        reference_price=_nano(entry.reference_price),
        adv=_nano(entry.adv),
        fill_model=contract.FillModel[entry.fill_model.upper()],
        price_collar_ppb=_nano(entry.price_collar),
        price_collar_far_ppb=_nano(entry.price_collar_far),
        max_order_quantity=_nano(entry.max_order_quantity),
        max_position_weight_ppb=_nano(entry.max_position_weight),
        max_position_quantity=_nano(entry.max_position_quantity),
        initial_margin_ppb=_nano(entry.initial_margin),
        price_max=_nano(entry.price_max),
        quantity_max=_nano(entry.quantity_max),
    )


def _instruments(
    entries: Sequence[InstrumentBlock], account: Account, names: Sequence[str]
) -> list[config_pb2.Instrument]:
    found = [instrument_of(entries, name) for name in names]
    return [_instrument(entry, account.currency) for entry in found if entry is not None]


def _part(**fields: Any) -> bytes:
    return config_pb2.EngineConfig(**fields).SerializeToString(deterministic=True)


def _instruments_part(instruments: Sequence[config_pb2.Instrument]) -> bytes:
    return _part(instruments=instruments)


def _program_part(graph: Graph) -> bytes:
    return _part(program=graph.to_proto())


def _signals_part(signals: SignalGeneration) -> bytes:
    return _part(
        signals=config_pb2.SignalLimits(
            max_signals_per_symbol=signals.max_signals_per_symbol,
            min_confidence=signals.min_signal_confidence,
            max_age_ns=nano(signals.max_signal_age_seconds, "s"),
        )
    )


def _policy_part(policy: Policy) -> bytes:
    target, quoting = policy.target, policy.quoting
    message = config_pb2.PolicyConfig(
        kind=contract.PolicyKind[policy.kind.upper()], direction_threshold=float(policy.direction_threshold)
    )
    # Only the policy that acts: what the other would say must not change the configuration's bytes.
    if policy.kind == "target":
        message.target.CopyFrom(
            config_pb2.TargetPolicy(
                sizing=contract.Sizing[target.sizing.upper()],
                max_quantity=nano(target.max_quantity),
                max_weight_ppb=nano(target.max_weight),
                rebalance=contract.Rebalance[target.rebalance.upper()],
                order_type=contract.OrderType[target.order_type.upper()],
                price_reference=contract.PriceReference[target.price_reference.upper()],
                offset_ticks=target.offset_ticks,
            )
        )
    else:
        message.quoting.CopyFrom(
            config_pb2.QuotingPolicy(
                half_spread=nano(quoting.half_spread),
                inventory_skew=nano(quoting.inventory_skew),
                quote_quantity=nano(quoting.quote_quantity),
                max_inventory=nano(quoting.max_inventory),
                requote_ticks=quoting.requote_ticks,
            )
        )
    return _part(policy=message)


def _reconciler_part(reconciler: Reconciler) -> bytes:
    return _part(
        reconciler=config_pb2.ReconcilerConfig(
            use_replace=reconciler.use_replace,
            retry_after_ns=nano(reconciler.retry_after_ms, "ms"),
            slice_quantity=_nano(reconciler.slice_quantity) or 0,
            order_ttl_ns=_nano(reconciler.order_ttl_seconds, "s") or 0,
        )
    )


def _risk_part(risk: RiskManagement, performance: Performance, session: Session) -> bytes:
    return _part(risk=risk_limits(risk, performance, session))


def _risk_model_part(model: RiskModelBlock | None, names: Sequence[str]) -> bytes:
    if model is None:
        return b""
    place = {symbol: k for k, symbol in enumerate(model.symbols)}
    kept = [(i, place[name]) for i, name in enumerate(names) if name in place]
    return _part(
        risk_model=risk_pb2.RiskModel(
            symbols=[i for i, _ in kept],
            covariance=[model.covariance[row][column] for _, row in kept for _, column in kept],
            valid_until_ns=model.valid_until,
        )
    )


def _venue_part(venue: Venue) -> bytes:
    return _part(
        venue=config_pb2.VenueConfig(
            mode=contract.VenueMode[venue.mode.upper()],
            order_latency_ns=nano(venue.order_latency_us, "us"),
            response_latency_ns=nano(venue.response_latency_us, "us"),
            maker_fee_ppb=nano(venue.maker_fee),
            taker_fee_ppb=nano(venue.taker_fee),
            queue_model=contract.QueueModel[venue.queue_model.upper()],
            bar_slippage_ppb=nano(venue.bar_slippage),
            max_participation_ppb=nano(venue.max_participation),
        )
    )


def _account_part(account: Account) -> bytes:
    return _part(
        account=config_pb2.AccountConfig(
            initial_cash=money_to_bytes(money(account.initial_cash)),
            account_type=contract.AccountType[account.type.upper()],
            currency=account.currency,
        )
    )


def _capacity_part(capacity: Capacity) -> bytes:
    return _part(capacity=config_pb2.Capacity(open_orders=capacity.open_orders, source_count=capacity.source_count))


def _session_part(session: Session) -> bytes:
    return _part(session_roll_ns=session.roll_ns)


def _check_risk_part(risk: RiskManagement) -> bytes:
    return _part(check_risk=risk.check_risk)


# A block, and what of it does not fit the rest.
_Misfits = list[tuple[str, str]]


def _unknown(entries: Sequence[InstrumentBlock], names: Sequence[str]) -> _Misfits:
    rule = 'there is no entry for symbol {!r}; add one, or a template with symbol: "*"'
    return [("instruments", rule.format(name)) for name in names if instrument_of(entries, name) is None]


def _instrument_misfits(
    instruments: Sequence[config_pb2.Instrument], account: Account, names: Sequence[str]
) -> _Misfits:
    found = []
    if not names:
        found.append("there are no symbols to trade")
    if len(names) > contract.SYMBOLS_MAX:
        found.append(f"{len(names)} symbols are more than {contract.SYMBOLS_MAX}")
    bound = abs(money(account.initial_cash))
    for each in instruments:
        low = each.price_min if each.HasField("price_min") else each.tick
        high = each.price_max if each.HasField("price_max") else PRICE_MAX_DEFAULT
        most = each.quantity_max if each.HasField("quantity_max") else QUANTITY_MAX_DEFAULT
        bound += max(abs(low), abs(high)) * most * each.multiplier
        if each.currency != account.currency:
            found.append(f"{each.symbol} settles in {each.currency}, the account in {account.currency}")
        if low > high:
            found.append(f"{each.symbol}: price_min is above price_max")
        if each.HasField("reference_price") and not low <= each.reference_price <= high:
            found.append(f"{each.symbol}: reference_price is not between price_min and price_max")
    if bound > _MONEY_MAX:
        found.append(
            "prices times quantities could exceed the range of money; lower price_max, quantity_max or multiplier"
        )
    return [("instruments", rule) for rule in found]


def _slice_misfits(reconciler: Reconciler, instruments: Sequence[config_pb2.Instrument]) -> _Misfits:
    slices = reconciler.slice_quantity
    if slices is None or nano(slices) >= max((each.lot for each in instruments), default=0):
        return []
    return [("reconciler", f"slice_quantity = {slices} is below the largest lot")]


def _graph_misfits(graph: Graph, capacity: Capacity, names: Sequence[str]) -> _Misfits:
    found = []
    if graph.state_words * len(names) > STATE_WORDS_MAX:
        found.append(f"{graph.state_words} words of state for each of {len(names)} symbols are more than 2^31")
    far = [n for n in graph.external_sources if n >= capacity.source_count]
    if far:
        found.append(f"external source {far[0]} is not below capacity.source_count = {capacity.source_count}")
    return [("signal", rule) for rule in found]
