"""From settings to the EngineConfig message: exact integers, and the bounds of spec 1.8 that join several keys."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from quartet.core import contract
from quartet.core.fixed import money_to_bytes
from quartet.core.pb import config_pb2, risk_pb2
from quartet.engines.config.complaints import Complaint, refuse
from quartet.engines.config.configuration import Configuration
from quartet.engines.config.layers import Layer
from quartet.engines.config.numbers import money, nano
from quartet.engines.config.trading import InstrumentBlock, instrument_of
from quartet.graph import Graph

PRICE_MAX_DEFAULT = 2**50 - 1
QUANTITY_MAX_DEFAULT = 2**54
STATE_WORDS_MAX = 2**31
_MONEY_MAX = 2**118


def engine_message(
    settings: Configuration, symbols: Iterable[str], graph: Graph, layer: Layer
) -> config_pb2.EngineConfig:
    """Return the message for these symbols; ConfigError where they do not fit together."""
    names = sorted(set(symbols), key=lambda name: name.encode())
    entries = [instrument_of(settings.instruments, name) for name in names]
    found = [entry for entry in entries if entry is not None]
    complaints = [
        Complaint(
            layer.origin(("instruments",)),
            ("instruments",),
            f'there is no entry for symbol {name!r}; add one, or a template with symbol: "*"',
        )
        for name, entry in zip(names, entries, strict=True)
        if entry is None
    ]
    instruments = [_instrument(entry, settings.account.currency) for entry in found]
    complaints += _misfits(settings, names, instruments, graph, layer)
    refuse(complaints)
    message = config_pb2.EngineConfig(
        instruments=instruments,
        program=graph.to_proto(),
        signals=config_pb2.SignalLimits(
            max_signals_per_symbol=settings.signal_generation.max_signals_per_symbol,
            min_confidence=settings.signal_generation.min_signal_confidence,
            max_age_ns=nano(settings.signal_generation.max_signal_age_seconds, "s"),
        ),
        policy=_policy(settings),
        reconciler=_reconciler(settings),
        risk=risk_limits(settings),
        venue=_venue(settings),
        account=config_pb2.AccountConfig(
            initial_cash=money_to_bytes(money(settings.account.initial_cash)),
            account_type=contract.AccountType[settings.account.type.upper()],
            currency=settings.account.currency,
        ),
        capacity=config_pb2.Capacity(
            open_orders=settings.capacity.open_orders, source_count=settings.capacity.source_count
        ),
        session_roll_ns=settings.session.roll_ns,
        check_risk=settings.risk_management.check_risk,
    )
    if settings.risk_model is not None:
        message.risk_model.CopyFrom(_risk_model(settings, names))
    return message


def risk_limits(settings: Configuration) -> risk_pb2.RiskLimits:
    """Return the limits alone, as SET_LIMITS takes them; null keys stay absent."""
    risk = settings.risk_management
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
        "max_orders_per_second": settings.performance.max_orders_per_second,
        "max_orders_per_second_symbol": risk.max_orders_per_second_symbol,
        "self_trade": contract.SelfTrade[risk.self_trade.upper()],
        "max_open_orders": risk.max_open_orders,
        "max_open_orders_symbol": risk.max_open_orders_symbol,
        "max_position_quantity": _nano(risk.max_position_quantity),
        "max_positions": risk.max_positions,
        "risk_clock_ns": nano(settings.session.risk_clock_seconds, "s"),
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


def _policy(settings: Configuration) -> config_pb2.PolicyConfig:
    policy, target, quoting = settings.policy, settings.policy.target, settings.policy.quoting
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
    return message


def _reconciler(settings: Configuration) -> config_pb2.ReconcilerConfig:
    reconciler = settings.reconciler
    return config_pb2.ReconcilerConfig(
        use_replace=reconciler.use_replace,
        retry_after_ns=nano(reconciler.retry_after_ms, "ms"),
        slice_quantity=_nano(reconciler.slice_quantity) or 0,
        order_ttl_ns=_nano(reconciler.order_ttl_seconds, "s") or 0,
    )


def _venue(settings: Configuration) -> config_pb2.VenueConfig:
    venue = settings.venue
    return config_pb2.VenueConfig(
        mode=contract.VenueMode[venue.mode.upper()],
        order_latency_ns=nano(venue.order_latency_us, "us"),
        response_latency_ns=nano(venue.response_latency_us, "us"),
        maker_fee_ppb=nano(venue.maker_fee),
        taker_fee_ppb=nano(venue.taker_fee),
        queue_model=contract.QueueModel[venue.queue_model.upper()],
        bar_slippage_ppb=nano(venue.bar_slippage),
        max_participation_ppb=nano(venue.max_participation),
    )


def _risk_model(settings: Configuration, names: Sequence[str]) -> risk_pb2.RiskModel:
    model = settings.risk_model
    assert model is not None
    place = {symbol: k for k, symbol in enumerate(model.symbols)}
    kept = [(i, place[name]) for i, name in enumerate(names) if name in place]
    return risk_pb2.RiskModel(
        symbols=[i for i, _ in kept],
        covariance=[model.covariance[row][column] for _, row in kept for _, column in kept],
        valid_until_ns=model.valid_until,
    )


def _misfits(
    settings: Configuration,
    names: Sequence[str],
    instruments: Sequence[config_pb2.Instrument],
    graph: Graph,
    layer: Layer,
) -> list[Complaint]:
    def complain(block: str, rule: str) -> None:
        found.append(Complaint(layer.origin((block,)), (block,), rule))

    found: list[Complaint] = []
    if not names:
        complain("instruments", "there are no symbols to trade")
    if len(names) > contract.SYMBOLS_MAX:
        complain("instruments", f"{len(names)} symbols are more than {contract.SYMBOLS_MAX}")
    currency = settings.account.currency
    bound = abs(money(settings.account.initial_cash))
    for each in instruments:
        low = each.price_min if each.HasField("price_min") else each.tick
        high = each.price_max if each.HasField("price_max") else PRICE_MAX_DEFAULT
        most = each.quantity_max if each.HasField("quantity_max") else QUANTITY_MAX_DEFAULT
        bound += max(abs(low), abs(high)) * most * each.multiplier
        if each.currency != currency:
            complain("instruments", f"{each.symbol} settles in {each.currency}, the account in {currency}")
        if low > high:
            complain("instruments", f"{each.symbol}: price_min is above price_max")
        if each.HasField("reference_price") and not low <= each.reference_price <= high:
            complain("instruments", f"{each.symbol}: reference_price is not between price_min and price_max")
    if bound > _MONEY_MAX:
        complain(
            "instruments",
            "prices times quantities could exceed the range of money; lower price_max, quantity_max or multiplier",
        )
    slices = settings.reconciler.slice_quantity
    if slices is not None and nano(slices) < max((each.lot for each in instruments), default=0):
        complain("reconciler", f"slice_quantity = {slices} is below the largest lot")
    if graph.state_words * len(names) > STATE_WORDS_MAX:
        complain("signal", f"{graph.state_words} words of state for each of {len(names)} symbols are more than 2^31")
    far = [n for n in graph.external_sources if n >= settings.capacity.source_count]
    if far:
        complain(
            "signal", f"external source {far[0]} is not below capacity.source_count = {settings.capacity.source_count}"
        )
    return found
