"""Paragraphs 1.8, 2.2 and 3.9: calls that are refused before anything changes."""

from __future__ import annotations

from collections.abc import Callable

from quartet.core.pb import config_pb2, market_data_pb2, program_pb2
from tests.conformance.authored.case import Case
from tests.conformance.configs import QUOTE, Nodes, base, program, quoting
from tests.conformance.stream import Stream, money, to_batch

Config = config_pb2.EngineConfig


def cases() -> list[Case]:
    made = [Case(f"config_{name}", ["1.8"], base(change, symbols=2)) for name, change in config_changes().items()]
    made += [Case(f"program_{name}", ["3.9"], base(program(built))) for name, built in programs().items()]
    made += [
        Case(f"batch_{name}", ["2.2"], base(), Stream().quote(100, 101).signal(1.0), broken_batch=batch)
        for name, batch in batches().items()
    ]
    made.append(Case("config_unreadable", ["1.8"], b"\x0a\x7f\x01"))
    made.append(Case("config_empty", ["1.8"], b""))
    return made


def put(path: str, value) -> Callable[[Config], None]:
    """Sets a field by its dotted path; numbers index repeated fields."""

    def change(config: Config) -> None:
        parts = path.split(".")
        item = config
        for part in parts[:-1]:
            item = item[int(part)] if part.isdigit() else getattr(item, part)
        setattr(item, parts[-1], value)

    return change


def config_changes() -> dict[str, Callable[[Config], None]]:
    def no_instruments(config: Config) -> None:
        del config.instruments[:]

    def quotes_without_size(config: Config) -> None:
        quoting(quote_quantity=0)(config)

    def large_inventory(config: Config) -> None:
        quoting(max_inventory=2**60)(config)
        config.instruments[0].price_max = 2**60

    first = "instruments.0."
    return {
        "no_instruments": no_instruments,
        "unsorted_symbols": put(first + "symbol", "ZZZ"),
        "same_symbol": put(first + "symbol", "BBB"),
        "zero_tick": put(first + "tick", 0),
        "large_tick": put(first + "tick", 2**41),
        "zero_lot": put(first + "lot", 0),
        "zero_multiplier": put(first + "multiplier", 0),
        "large_multiplier": put(first + "multiplier", 1_000_001),
        "two_currencies": put(first + "currency", "EUR"),
        "other_account_currency": put("account.currency", "EUR"),
        "fill_model": put(first + "fill_model", 3),
        "price_range": put(first + "price_max", 5),
        "price_max": put(first + "price_max", 2**62),
        "quantity_max": put(first + "quantity_max", 0),
        "money_bound": put(first + "multiplier", 40_000),
        "collar_negative": put(first + "price_collar_ppb", -1),
        "cash_short": put("account.initial_cash", b"123"),
        "cash_too_much": put("account.initial_cash", (2**119).to_bytes(16, "little")),
        "account_type": put("account.account_type", 0),
        "policy_kind": put("policy.kind", 0),
        "sizing": put("policy.target.sizing", 9),
        "max_quantity": put("policy.target.max_quantity", 0),
        "order_type": put("policy.target.order_type", 6),
        "price_reference": put("policy.target.price_reference", 0),
        "rebalance": put("policy.target.rebalance", 0),
        "offset": put("policy.target.offset_ticks", 1_000_001),
        "threshold_nan": put("policy.direction_threshold", float("nan")),
        "threshold_negative": put("policy.direction_threshold", -0.5),
        "quoting_without_size": quotes_without_size,
        "inventory_bound": large_inventory,
        "retry_negative": put("reconciler.retry_after_ns", -1),
        "slice_below_lot": put("reconciler.slice_quantity", 5),
        "life_negative": put("reconciler.order_ttl_ns", -1),
        "venue_mode": put("venue.mode", 0),
        "latency_negative": put("venue.order_latency_ns", -1),
        "response_negative": put("venue.response_latency_ns", -1),
        "fee": put("venue.taker_fee_ppb", 10**9 + 1),
        "queue_model": put("venue.queue_model", 0),
        "participation": put("venue.max_participation_ppb", 10**9 + 1),
        "slippage": put("venue.bar_slippage_ppb", 10**8 + 1),
        "signals_max": put("signals.max_signals_per_symbol", 0),
        "confidence": put("signals.min_confidence", 1.5),
        "confidence_nan": put("signals.min_confidence", float("nan")),
        "age_negative": put("signals.max_age_ns", -1),
        "risk_clock": put("risk.risk_clock_ns", 0),
        "self_trade": put("risk.self_trade", 0),
        "limit_negative": put("risk.max_leverage_ppb", -1),
        "limit_large": put("risk.max_drawdown_ppb", 10**11 + 1),
        "notional_short": put("risk.max_order_notional", b"\x01"),
        "notional_negative": put("risk.max_order_notional", money(-1)),
        "rate_zero": put("risk.max_orders_per_second", 0),
        "rate_symbol_large": put("risk.max_orders_per_second_symbol", 10**9 + 1),
        "open_orders_above_capacity": put("risk.max_open_orders", 65),
        "capacity_zero": put("capacity.open_orders", 0),
        "sources_zero": put("capacity.source_count", 0),
        "session_roll": put("session_roll_ns", 86_400 * 10**9),
        "model_symbols": lambda config: config.risk_model.symbols.append(7),
        "model_covariance": lambda config: config.risk_model.covariance.append(1.0),
    }


def programs() -> dict[str, program_pb2.Program]:
    def node(**values) -> program_pb2.Program:
        return program_pb2.Program(nodes=[program_pb2.Node(op=5, clock=QUOTE), program_pb2.Node(**values)], score=1)

    def mid(score: int = 0, **names: int) -> program_pb2.Program:
        return program_pb2.Program(nodes=[program_pb2.Node(op=5, clock=QUOTE)], score=score, **names)

    constant = Nodes()
    return {
        "empty": program_pb2.Program(),
        "unknown_operator": node(op=63, clock=QUOTE),
        "operator_zero": node(op=0, clock=QUOTE),
        "too_few_inputs": node(op=32, inputs=[0], clock=QUOTE),
        "too_many_inputs": node(op=36, inputs=[0, 0], clock=QUOTE),
        "reads_itself": node(op=36, inputs=[1], clock=QUOTE),
        "reads_ahead": node(op=36, inputs=[2], clock=QUOTE),
        "no_clock": node(op=36, inputs=[0], clock=0),
        "unknown_clock": node(op=36, inputs=[0], clock=33),
        "source_clock": node(op=13, clock=QUOTE),
        "constant_clock": node(op=25, clock=QUOTE, params=[1.0]),
        "constant_without_value": node(op=25),
        "constant_score": constant.score(constant.const(1.0)),
        "missing_param": node(op=40, inputs=[0], clock=QUOTE, params=[1.0]),
        "nan_param": node(op=40, inputs=[0], clock=QUOTE, params=[float("nan"), 1.0]),
        "clip_upside_down": node(op=40, inputs=[0], clock=QUOTE, params=[2.0, 1.0]),
        "alpha_zero": node(op=81, inputs=[0], clock=QUOTE, n=3, params=[0.0]),
        "alpha_large": node(op=81, inputs=[0], clock=QUOTE, n=3, params=[1.5]),
        "window_zero": node(op=66, inputs=[0], clock=QUOTE),
        "window_deep": node(op=66, inputs=[0], clock=QUOTE, n=65_537),
        "window_not_wanted": node(op=32, inputs=[0, 0], clock=QUOTE, n=1),
        "ddof": node(op=68, inputs=[0], clock=QUOTE, n=5, params=[2.0]),
        "ddof_too_large": node(op=68, inputs=[0], clock=QUOTE, n=1, params=[1.0]),
        "level": node(op=9, clock=4, n=10),
        "source_number": node(op=22, clock=16, n=16),
        "weights": node(op=96, inputs=[0, 0], clock=QUOTE, params=[1.0, 2.0]),
        "no_inputs": node(op=96, clock=QUOTE, params=[1.0]),
        "score_out_of_range": mid(1),
        "confidence_out_of_range": mid(0, confidence=4),
        "fair_value_out_of_range": mid(0, fair_value=4),
    }


def batches() -> dict[str, market_data_pb2.EventBatch]:
    good = (
        Stream()
        .quote(100, 101)
        .trade(100, 1)
        .book([(1, 1)], [(2, 1)])
        .bar(1, 1, 1, 1)
        .signal(1.0)
        .report(1, 3)
        .clock()
        .control(9)
        .events
    )

    def broken(name: str, change: Callable[[bytes], bytes]) -> market_data_pb2.EventBatch:
        batch = to_batch(good)
        setattr(batch, name, change(getattr(batch, name)))
        return batch

    made = {
        f"short_{name}": broken(name, lambda column: column[:-1])
        for name in (
            "symbol",
            "ts_init",
            "sequence",
            "ask_size",
            "aggressor",
            "book_ask_prices",
            "bar_low",
            "signal_score",
            "report_code",
        )
    }
    made |= {
        f"long_{name}": broken(name, lambda column: column * 2)
        for name in ("kind", "ts_event", "bid_price", "book_bid_levels", "report_quantity")
    }
    made["missing_column"] = broken("trade_price", lambda column: b"")
    extra = to_batch(good)
    extra.controls.append(b"")
    made["extra_control"] = extra
    return made
