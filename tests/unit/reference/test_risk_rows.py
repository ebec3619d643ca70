"""Every row of the gate at its limit and one beyond, with the limit and the value that its record shows (spec 9.3).

The order is a buy of 10 at the market: quote 100 at 100.02, mark 100.01, notional 1000.10, equity 100 000.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quartet.core.contract import AccountType, Code, ControlKind, Level, OrderType, Status, Trigger
from quartet.core.elementary import float_bits
from quartet.core.pb import config_pb2, risk_pb2
from tests.conformance import stream as streams
from tests.conformance.configs import account, base, risk, target, venue
from tests.conformance.stream import SECOND, units
from tests.unit.reference.harness import Run, money

Change = Callable[[config_pb2.EngineConfig], object]
NOTIONAL = money("1000.10")
EQUITY = money(100_000)


def first_order(run: Run) -> tuple[int, int, int]:
    """Code, limit and value of the first order's first record."""
    order = run.orders()[0]
    assert (order.trigger == Trigger.RISK_REJECT) == (order.code != 0)
    assert order.order_id == 1
    return order.code, order.limit, order.value


def bought(*changes: Change, score: float = 1.0, **instrument: Any) -> tuple[int, int, int]:
    run = Run(base(*changes, **instrument))
    run.stream.quote(100, "100.02").signal(score)
    return first_order(run)


PASSED = (0, 0, 0)
# 1000.10 of 100 000 is 1.0001 percent.
SHARE = 10_001_000
LIMITS: list[tuple[str, int, Code, int, int]] = [
    ("max_order_quantity", units(10), Code.ORDER_SIZE, units(10) - 1, units(10)),
    ("max_order_weight_ppb", SHARE, Code.ORDER_NOTIONAL, NOTIONAL - 10**14, NOTIONAL),
    ("max_position_weight_ppb", SHARE, Code.MAX_POSITION, NOTIONAL - 10**14, NOTIONAL),
    ("max_position_quantity", units(10), Code.MAX_POSITION, units(10) - 1, units(10)),
    ("max_positions", 1, Code.MAX_POSITIONS, 0, 1),
    ("max_concentration_ppb", SHARE, Code.CONCENTRATION, NOTIONAL - 10**14, NOTIONAL),
    ("max_leverage_ppb", SHARE, Code.LEVERAGE, NOTIONAL - 10**14, NOTIONAL),
    ("max_net_leverage_ppb", SHARE, Code.LEVERAGE, NOTIONAL - 10**14, NOTIONAL),
    ("max_open_orders", 1, Code.OPEN_ORDERS, 0, 1),
    ("max_open_orders_symbol", 1, Code.OPEN_ORDERS, 0, 1),
]


@pytest.mark.parametrize(("key", "limit", "code", "shown", "value"), LIMITS)
def test_limits(key: str, limit: int, code: Code, shown: int, value: int) -> None:
    assert bought(risk(**{key: limit})) == PASSED
    assert bought(risk(**{key: limit - 1})) == (code, shown, value)
    # A limit that is absent switches its row off, check_risk false does so for all; capacity holds all the same.
    assert bought() == PASSED
    assert bought(risk(**{key: limit - 1}), unchecked) == PASSED


def unchecked(config: config_pb2.EngineConfig) -> None:
    config.check_risk = False


def test_order_notional() -> None:
    assert bought(risk(max_order_notional=streams.money("1000.10"))) == PASSED
    below = (NOTIONAL - 1).to_bytes(16, "little")
    assert bought(risk(max_order_notional=below)) == (Code.ORDER_NOTIONAL, NOTIONAL - 1, NOTIONAL)


def test_the_instruments_limit_comes_first() -> None:
    assert bought(risk(max_order_quantity=1), max_order_quantity=units(10)) == PASSED
    assert bought(max_position_quantity=1) == (Code.MAX_POSITION, 1, units(10))
    assert bought(risk(max_position_weight_ppb=0), max_position_weight_ppb=SHARE) == PASSED


def test_adv_share() -> None:
    share = risk(max_adv_share_ppb=100_000_000)
    assert bought(share) == PASSED
    assert bought(share, adv=units(100)) == PASSED
    assert bought(share, adv=units(100) - 10) == (Code.ADV_SHARE, units(10) - 1, units(10))


def test_initial_margin() -> None:
    assert bought(risk(initial_margin_ppb=99_990_000_000)) == PASSED
    margin = NOTIONAL * 99_990_001_000 // 10**9
    assert bought(risk(initial_margin_ppb=99_990_001_000)) == (Code.BUYING_POWER, EQUITY, margin)
    assert bought(risk(initial_margin_ppb=10**11), initial_margin_ppb=0) == PASSED


def test_cash_account() -> None:
    # The collar is 5 percent of 100.01 above it, down to a tick: 105.01.
    cash = account(account_type=AccountType.CASH)
    need = money("1050.10") + money("1050.10") * 50_000 // 10**9
    exact = account(account_type=AccountType.CASH, initial_cash=need.to_bytes(16, "little"))
    short = account(account_type=AccountType.CASH, initial_cash=(need - 1).to_bytes(16, "little"))
    assert bought(cash) == PASSED
    assert bought(exact) == PASSED
    assert bought(short) == (Code.BUYING_POWER, need - 1, need)
    assert bought(cash, score=-1.0) == (Code.BUYING_POWER, 0, units(10))


def test_cash_is_reserved_for_open_buys() -> None:
    limit = target(order_type=OrderType.LIMIT, offset_ticks=-100)
    config = base(
        limit,
        account(account_type=AccountType.CASH, initial_cash=streams.money(1000)),
        venue(taker_fee_ppb=0),
        symbols=2,
    )
    run = Run(config)
    # Bids of 99.02 rest: 10 of the first symbol need 990.2, and 9.8 remain.
    run.stream.quote(100, "100.02").quote(100, "100.02", symbol=1).signal(1.0).signal(0.1, symbol=1)
    orders = [order for order in run.orders() if order.symbol == 1]
    assert (orders[0].code, orders[0].limit, orders[0].value) == (Code.BUYING_POWER, money("9.8"), money("99.02"))


def test_levels() -> None:
    for scope in ({}, {"symbol": 0}):
        run = Run(base())
        run.stream.quote(100, "100.02").control(ControlKind.SET_LEVEL, level=Level.KILLED, **scope).signal(1.0)
        assert first_order(run) == (Code.KILLED, 0, 0)
        run = Run(base())
        run.stream.quote(100, "100.02").control(ControlKind.SET_LEVEL, level=Level.REDUCE_ONLY, **scope).signal(1.0)
        assert first_order(run) == (Code.REDUCE_ONLY, 0, 0)


def test_reducing_orders_pass_where_others_fail() -> None:
    run = Run(base(risk(max_position_quantity=units(10), max_leverage_ppb=SHARE * 2)))
    run.stream.quote(100, "100.02").signal(1.0)
    run.stream.control(ControlKind.SET_LEVEL, level=Level.REDUCE_ONLY)
    tight = base(risk(max_position_quantity=0, max_leverage_ppb=0, max_concentration_ppb=0, max_positions=0)).risk
    run.stream.control(ControlKind.SET_LIMITS, limits=tight)
    # From 10 to 5 reduces; from 5 to -10 does not.
    run.stream.signal(0.5).signal(-1.0)
    assert [(o.side, o.quantity, o.code) for o in run.orders() if o.state_from == 1][1:] == [
        (2, units(5), 0),
        (2, units(15), Code.REDUCE_ONLY),
    ]


def limit_order(offset: int, *changes: Change, score: float = 1.0, **instrument: Any) -> tuple[int, int, int]:
    """A LIMIT at 100.02 plus the offset (a sell: 100 minus it)."""
    return bought(target(order_type=OrderType.LIMIT, offset_ticks=offset), *changes, score=score, **instrument)


def test_lot_price_and_tick() -> None:
    assert limit_order(0, price_max=units("100.02")) == PASSED
    assert limit_order(1, price_max=units("100.02")) == (Code.BAD_LIMIT_PRICE, 0, 0)
    run = Run(base(target(order_type=OrderType.LIMIT)))
    run.stream.quote(100, "100.025").signal(1.0)
    assert first_order(run) == (Code.BAD_TICK, 0, 0)
    # A flatten order of an odd position is the one that can miss the lot.
    run = Run(base())
    run.stream.quote(100, 101).control(ControlKind.LOAD_POSITION, symbol=0, quantity="0.5", price=100)
    run.stream.control(ControlKind.SET_LEVEL, level=Level.KILLED, flatten=True)
    assert first_order(run) == (Code.BAD_LOT, 0, 0)


def with_status(status: int, score: float = 1.0, offset: int | None = None, **control: Any) -> int:
    kind = {} if offset is None else {"order_type": OrderType.LIMIT, "offset_ticks": offset}
    run = Run(base(target(**kind)))
    run.stream.quote(100, "100.02").control(ControlKind.SET_STATUS, symbol=0, status=status, **control).signal(score)
    return first_order(run)[0]


def test_market_status() -> None:
    assert with_status(Status.HALTED | Status.CLOSED | Status.RESTRICTED) == Code.HALTED
    assert with_status(Status.CLOSED | Status.RESTRICTED) == Code.CLOSED
    assert with_status(Status.RESTRICTED) == Code.RESTRICTED
    assert with_status(Status.NO_LOCATE) == 0
    assert with_status(Status.NO_LOCATE | Status.RESTRICTED, score=-1.0) == Code.NO_LOCATE
    assert with_status(Status.SHORT_SALE) == 0
    # A short sale needs a price above the bid; a market order has none.
    assert with_status(Status.SHORT_SALE | Status.NO_LOCATE, score=-1.0) == Code.SHORT_SALE
    assert with_status(Status.SHORT_SALE, score=-1.0, offset=0) == Code.SHORT_SALE
    assert with_status(Status.SHORT_SALE, score=-1.0, offset=-1) == 0


def test_band() -> None:
    assert with_status(0, offset=0, band_low=90, band_high="100.02") == 0
    assert with_status(0, offset=0, band_low=90, band_high="100.01") == Code.LULD_BAND
    assert with_status(0, -1.0, offset=0, band_low=100, band_high=110) == 0
    assert with_status(0, -1.0, offset=0, band_low="100.01", band_high=110) == Code.LULD_BAND
    # Without price_collar_ppb a market order is not tested.
    assert with_status(0, band_low=90, band_high=91) == 0
    for high, code in (("101.01", 0), ("101.00", Code.LULD_BAND)):
        run = Run(base(risk(price_collar_ppb=10_000_000)))
        run.stream.quote(100, "100.02").control(ControlKind.SET_STATUS, symbol=0, band_low=90, band_high=high)
        run.stream.signal(1.0)
        # One percent above 100.01 is 101.0101, down to a tick 101.01.
        assert first_order(run)[0] == code


def test_the_feeds_halt() -> None:
    run = Run(base())
    run.stream.quote(100, "100.02", flags=8).signal(1.0)
    assert first_order(run)[0] == Code.HALTED


def test_stale_data() -> None:
    age = risk(max_quote_age_ns=SECOND)
    for late, outcome in ((0, PASSED), (1, (Code.STALE_DATA, SECOND, SECOND + 1))):
        run = Run(base(age))
        run.stream.quote(100, "100.02").signal(1.0, after=SECOND + late)
        assert first_order(run) == outcome
    for flag in (16, 32):
        run = Run(base(age))
        run.stream.quote(100, "100.02", flags=flag).signal(1.0)
        assert first_order(run) == (Code.STALE_DATA, SECOND, 0)
    run = Run(base(age, reference_price=units(100)))
    run.stream.signal(1.0)
    assert first_order(run) == (Code.STALE_DATA, SECOND, 0)


def test_no_reference() -> None:
    run = Run(base())
    run.stream.signal(1.0)
    assert first_order(run) == (Code.NO_REFERENCE, 0, 0)
    run = Run(base(unchecked))
    run.stream.signal(1.0)
    assert first_order(run) == (Code.NO_REFERENCE, 0, 0)
    # A limit order without a collar needs no mark.
    run = Run(base(target(order_type=OrderType.LIMIT)))
    run.stream.quote(100, "100.02", 0, 1).signal(1.0)
    assert first_order(run) == PASSED


def test_collar_of_limit_orders() -> None:
    # Mark 100.01, near 1 percent 1.0001, far 2 percent 2.0002: buys from 98.0098 to 101.0101.
    collar = risk(price_collar_ppb=10_000_000, price_collar_far_ppb=20_000_000)
    assert limit_order(99, collar) == PASSED  # 101.01
    assert limit_order(100, collar) == (Code.PRICE_COLLAR, units("101.0101"), units("101.02"))
    assert limit_order(-201, collar) == PASSED  # 98.01
    assert limit_order(-202, collar) == (Code.PRICE_COLLAR, units("98.0098"), units("98.00"))
    # Sells from 99.0099 to 102.0102.
    assert limit_order(99, collar, score=-1.0) == PASSED  # 99.01
    assert limit_order(100, collar, score=-1.0) == (Code.PRICE_COLLAR, units("99.0099"), units("99.00"))
    assert limit_order(-202, collar, score=-1.0) == (Code.PRICE_COLLAR, units("102.0102"), units("102.02"))


def test_the_far_side_of_the_collar_is_no_nearer() -> None:
    collar = risk(price_collar_ppb=10_000_000, price_collar_far_ppb=0)
    assert limit_order(-101, collar) == PASSED  # 99.01
    assert limit_order(-102, collar) == (Code.PRICE_COLLAR, units("99.0099"), units("99.00"))


def test_collar_is_two_ticks_at_least() -> None:
    collar = risk(price_collar_ppb=0)
    assert limit_order(1, collar) == PASSED
    assert limit_order(2, collar) == (Code.PRICE_COLLAR, units("100.03"), units("100.04"))


def collar_price(*changes: Change, score: float = 1.0, **instrument: Any) -> int:
    run = Run(base(*changes, **instrument))
    run.stream.quote(100, "100.02").signal(score)
    price: int = run.orders()[0].price
    return price


def test_market_orders_get_the_collar_as_their_price() -> None:
    # Five percent of 100.01 where no collar is set: 105.0105 down, 95.0095 up to a tick.
    assert collar_price() == units("105.01")
    assert collar_price(score=-1.0) == units("95.01")
    assert collar_price(risk(price_collar_ppb=10_000_000)) == units("101.01")
    assert collar_price(unchecked) == units("105.01")
    assert collar_price(price_max=units("103.007")) == units("103.00")
    assert collar_price(price_min=units("99.003"), score=-1.0) == units("99.01")
    # A record that is written before row 6 shows no price yet.
    run = Run(base())
    run.stream.quote(100, "100.02", flags=8).signal(1.0)
    assert run.orders()[0].price == 0


def test_duplicates() -> None:
    again = [0.0, 1.0, 0.0]
    for window, after, codes in ((SECOND, SECOND, [0, 0, 0]), (SECOND + 1, SECOND, [0, 0, Code.DUPLICATE_ORDER])):
        run = Run(base(risk(duplicate_window_ns=window)))
        run.stream.quote(100, "100.02").signal(1.0)
        run.stream.signal(again[0], after=after // 2).signal(again[1], after=after - after // 2)
        assert [o.code for o in run.orders() if o.state_from == 1] == codes


def test_message_rate() -> None:
    # Two tokens at the start; a third of a second later there is a third of one.
    run = Run(base(risk(max_orders_per_second=1), symbols=2))
    run.stream.quote(100, "100.02").signal(1.0).signal(0.0, after=0).signal(-1.0, after=SECOND // 3)
    created = [o for o in run.orders() if o.state_from == 1]
    assert [o.code for o in created] == [0, 0, Code.MESSAGE_RATE]
    assert (created[2].limit, created[2].value) == (10**9, SECOND // 3)
    # A whole token after a second in all; the other symbol drinks from the same bucket.
    run.stream.signal(-0.9, after=SECOND - SECOND // 3).signal(-0.8, after=0)
    created = [o for o in run.orders() if o.state_from == 1]
    assert [o.code for o in created] == [0, Code.MESSAGE_RATE]


def test_no_tokens_are_charged_without_the_rows() -> None:
    run = Run(base(risk(max_orders_per_second=1, duplicate_window_ns=SECOND), unchecked))
    run.stream.quote(100, "100.02").signal(1.0)
    run.feed()
    state = run.engine._runtime.state
    assert (state.bucket.tokens, len(state.symbols[0].duplicates)) == (2 * 10**9, 0)


def test_message_rate_of_a_symbol() -> None:
    run = Run(base(risk(max_orders_per_second_symbol=1), symbols=2))
    for symbol in (0, 1):
        run.stream.quote(100, "100.02", symbol=symbol)
    run.stream.signal(1.0).signal(0.0, after=0).signal(-1.0, after=0).signal(1.0, symbol=1, after=0)
    created = [(o.symbol, o.code) for o in run.orders() if o.state_from == 1]
    assert created == [(0, 0), (0, 0), (0, Code.MESSAGE_RATE), (1, 0)]


Z = 2.3263478740408408


def var_limit(limit: int, key: str, *changes: Change, **instrument: Any) -> tuple[int, int, int]:
    return bought(risk(**{key: limit}), *changes, **instrument)


def bits(left: float, limit_ppb: int) -> tuple[int, int]:
    # 10^23 is no float: the equity is a bit below 100 000.
    equity = float(EQUITY) / 1e18
    return float_bits(limit_ppb / 1e9 * equity), float_bits(left)


def test_value_at_risk_without_a_model() -> None:
    left = 1.0 * (Z * (0.02 * 1000.1))  # 46.53...: 465 307 ppb of the equity
    assert var_limit(465_400, "max_position_var_ppb") == PASSED
    assert var_limit(465_300, "max_position_var_ppb") == (Code.POSITION_VAR, *bits(left, 465_300))
    assert var_limit(465_400, "max_portfolio_var_ppb") == PASSED
    left = 1.0 * (Z * 0.0 + Z * (0.02 * 1000.1))
    assert var_limit(465_300, "max_portfolio_var_ppb") == (Code.PORTFOLIO_VAR, *bits(left, 465_300))


def test_value_at_risk_with_a_model() -> None:
    def model(config: config_pb2.EngineConfig) -> None:
        made = risk_pb2.RiskModel(symbols=[0], covariance=[0.0001], valid_until_ns=1 << 62)
        config.risk_model.CopyFrom(made)

    left = 1.0 * (Z * (0.01 * 1000.1))
    assert var_limit(232_700, "max_position_var_ppb", model) == PASSED
    assert var_limit(232_600, "max_position_var_ppb", model) == (Code.POSITION_VAR, *bits(left, 232_600))
    left = 1.0 * (Z * (1000.1 * (0.0 + 0.0001 * 1000.1)) ** 0.5 + Z * (0.02 * 0.0))
    assert var_limit(232_600, "max_portfolio_var_ppb", model) == (Code.PORTFOLIO_VAR, *bits(left, 232_600))


def test_a_risk_model_runs_out() -> None:
    late = streams.START + 2 * streams.MS

    def model(config: config_pb2.EngineConfig) -> None:
        config.risk_model.CopyFrom(risk_pb2.RiskModel(valid_until_ns=late))

    for key in ("max_position_var_ppb", "max_portfolio_var_ppb"):
        run = Run(base(risk(**{key: 10**11}), model))
        run.stream.quote(100, "100.02").signal(1.0).signal(0.9)
        created = [o for o in run.orders() if o.state_from == 1]
        assert (created[0].code, created[1].code) == (0, Code.NONE)  # a sale of one reduces
        run.stream.signal(1.0)
        (order,) = run.orders()
        assert (order.code, order.limit, order.value) == (Code.VAR_STALE, late, late + 2 * streams.MS)


def test_rows_come_in_order() -> None:
    """Every limit broken at once; lifting one shows the next."""
    keys: list[tuple[str, int, Code]] = [
        ("max_order_quantity", 0, Code.ORDER_SIZE),
        ("max_order_weight_ppb", 0, Code.ORDER_NOTIONAL),
        ("max_open_orders", 0, Code.OPEN_ORDERS),
        ("initial_margin_ppb", 10**11, Code.BUYING_POWER),
        ("max_position_weight_ppb", 0, Code.MAX_POSITION),
        ("max_positions", 0, Code.MAX_POSITIONS),
        ("max_concentration_ppb", 0, Code.CONCENTRATION),
        ("max_leverage_ppb", 0, Code.LEVERAGE),
        ("max_position_var_ppb", 0, Code.POSITION_VAR),
        ("max_portfolio_var_ppb", 0, Code.PORTFOLIO_VAR),
    ]
    for place, (_, _, code) in enumerate(keys):
        limits = {key: value for key, value, _ in keys[place:]}
        assert bought(risk(**limits))[0] == code
