"""Results: exact decimals, names, counts that equal the lists, and the forms that others read."""

import hashlib
import struct
from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from quartet.core import contract
from quartet.core.contract import (
    NO_SYMBOL,
    RECORD_SIZE,
    AccountCause,
    Code,
    ErrorCode,
    EventKind,
    FillReason,
    HaltAction,
    Liquidity,
    OrderState,
    OrderType,
    RecordKind,
    Side,
    Trigger,
)
from quartet.core.errors import EngineError
from quartet.engines.records import headers, integers, split_records
from quartet.engines.results import Result, joined
from tests.unit.results.made import MONEY, NANO, record


def order(event: int, order_id: int, move: str, **fields: int) -> bytes:
    source, trigger, target = move.split()
    states = {"state_from": OrderState[source], "trigger": Trigger[trigger], "state_to": OrderState[target]}
    base = {"side": Side.BUY, "order_type": OrderType.LIMIT, "price": 100 * NANO, "quantity": 7 * NANO}
    return record(RecordKind.ORDER, event, order_id=order_id, **{**base, **states, **fields})


RECORDS = b"".join(
    [
        record(RecordKind.SIGNAL, 3, direction=-1, signal_id=1, score=-0.5, confidence=0.75, fair_value=float("nan")),
        order(3, 1, "CREATED SUBMIT PENDING_NEW", leaves=7 * NANO, signal_id=1),
        order(3, 2, "CREATED RISK_REJECT RISK_REJECTED", code=Code.ORDER_NOTIONAL, limit=5 * MONEY, value=MONEY // 4),
        order(4, 1, "PENDING_NEW PARTIAL_FILL PARTIALLY_FILLED", leaves=2 * NANO, cum=5 * NANO),
        record(
            RecordKind.FILL,
            4,
            side=Side.BUY,
            liquidity=Liquidity.TAKER,
            reason=FillReason.AGGRESSIVE,
            order_id=1,
            exec_id=9,
            price=99_500_000_001,
            quantity=5 * NANO,
            fee=-123,
            cause_event=4,
            position=5 * NANO,
        ),
        record(RecordKind.ACCOUNT, 4, cause=AccountCause.FILL, cash=-(10**37), equity=MONEY, mark=NANO),
        record(RecordKind.INPUT_REJECT, 5, symbol=NO_SYMBOL, input_kind=EventKind.CONTROL, code=Code.BAD_CONTROL),
        record(RecordKind.HALT, 6, symbol=1, action=HaltAction.LATCHED, code=Code.DRAWDOWN, limit=3, value=MONEY),
    ]
)


@pytest.fixture
def result() -> Result:
    return Result(RECORDS, ("AAA", "BBB"), "rust", processing_ns=1500, bridge_ns=2500, sequence=2, config_hash="c")


def test_counts_equal_the_lists(result: Result) -> None:
    assert result.signal_count == len(result.signals.to_dicts()) == 1
    assert result.order_count == len(result.orders.to_dicts()) == 2
    assert result.fill_count == len(result.fills) == 1
    assert result.counts() == {
        "signals": 1,
        "orders": 2,
        "order_events": 3,
        "risk_rejects": 1,
        "fills": 1,
        "account": 1,
        "rejects": 1,
        "halts": 1,
    }
    assert result.processing_time_us == 1.5 and result.processing_latency_ms == 0.0015 and result.bridge_time_us == 2.5
    assert result.sha256 == hashlib.sha256(RECORDS).hexdigest()


def test_values_are_exact_and_named(result: Result) -> None:
    fill = result.fills[0]
    assert fill["price"] == Decimal("99.500000001") and fill["fee"] == Decimal("-123E-18")
    assert (fill["side"], fill["liquidity"], fill["reason"], fill["symbol"]) == ("BUY", "TAKER", "AGGRESSIVE", "AAA")
    assert fill["ts_init"] == 1_700_000_000_000_000_000
    assert result.account[0]["cash"] == Decimal(-(10**19)) and result.account[0]["mark"] == 1
    signal = result.signals[0]
    assert (signal["direction"], signal["score"]) == (-1, -0.5) and signal["fair_value"] != signal["fair_value"]
    assert result.rejects[0]["symbol"] is None and result.rejects[0]["code"] == "BAD_CONTROL"
    assert result.halts[0] | {"limit": 0} == result.halts[0] | {
        "limit": 0,
        "symbol": "BBB",
        "unit": "money",
        "value": 1,
    }


def test_orders_are_as_they_stood_last(result: Result) -> None:
    first, refused = result.orders.to_dicts()
    assert (first["state"], first["leaves"], first["cum"], first["event_index"]) == ("PARTIALLY_FILLED", 2, 5, 3)
    assert (refused["state"], refused["code"], refused["unit"]) == ("RISK_REJECTED", "ORDER_NOTIONAL", "money")
    assert refused["limit"] == 5 and refused["value"] == Decimal("0.25")
    assert [row["order_id"] for row in result.risk_rejects] == [2]


@pytest.mark.parametrize(
    ("code", "limit", "value", "unit", "shown"),
    [
        (Code.STALE_DATA, 5, 6, "ns", (5, 6)),
        (Code.PRICE_COLLAR, NANO, 2 * NANO, "price", (1, 2)),
        (Code.ORDER_SIZE, NANO // 2, NANO, "quantity", (Decimal("0.5"), 1)),
        (Code.MESSAGE_RATE, NANO, 0, "tokens", (1, 0)),
        (Code.OPEN_ORDERS, 3, 4, "orders", (3, 4)),
        (Code.MAX_POSITION, 100 * NANO, 101 * NANO, "quantity", (100, 101)),
        (Code.MAX_POSITION, 100 * MONEY, 101 * MONEY, "money", (100, 101)),
        (Code.BUYING_POWER, 2**61, NANO, "quantity", (Decimal(2**61) / NANO, 1)),
        (Code.SELF_TRADE, 0, 0, "", (0, 0)),
    ],
)
def test_limits_are_in_the_unit_of_their_code(
    code: Code, limit: int, value: int, unit: str, shown: tuple[Decimal, Decimal]
) -> None:
    result = Result(order(0, 1, "CREATED RISK_REJECT RISK_REJECTED", code=code, limit=limit, value=value))
    row = result.risk_rejects[0]
    assert (row["unit"], row["limit"], row["value"]) == (unit, *shown)


def test_value_at_risk_is_a_float_in_its_record() -> None:
    bits = [int.from_bytes(struct.pack("<d", number), "little") for number in (1234.5, 1e300)]
    move = "CREATED RISK_REJECT RISK_REJECTED"
    result = Result(order(0, 1, move, code=Code.PORTFOLIO_VAR, limit=bits[0], value=bits[1]))
    row = result.risk_rejects[0]
    assert row["limit"] == Decimal("1234.5") and row["value"] is None and row["unit"] == "float"


def test_frames(result: Result) -> None:
    frame = result.fills.to_polars()
    assert frame.schema["fee"] == pl.Decimal(38, 18) and frame.schema["ts_init"] == pl.Datetime("ns", "UTC")
    assert result.fills.to_polars("float").schema["price"] == pl.Float64
    assert result.fills.to_arrow().schema.field("price").type == pa.decimal128(28, 9)
    assert result.fills.to_pandas()["price"][0] == Decimal("99.500000001")
    assert result.fills.columns == frame.columns
    for table in (result.signals, result.orders, result.order_events, result.account, result.rejects, result.halts):
        assert table.to_polars().height == len(table)
        empty = table.where(table.raw["event_index"] > 10**6)
        assert len(empty) == 0 and empty.to_polars().columns == table.columns
    assert Result(b"").orders.to_dicts() == [] and Result(b"").fill_count == 0


def test_names_are_places_in_a_dictionary_or_text(result: Result) -> None:
    for name in ("symbol", "side", "state", "code", "unit"):
        assert pa.types.is_dictionary(result.orders.to_arrow().schema.field(name).type)
        assert result.orders.to_arrow(names="text").schema.field(name).type == pa.string()
        assert result.orders.to_polars().schema[name] == pl.String
    assert result.orders.to_arrow().to_pylist() == result.orders.to_arrow(names="text").to_pylist()
    joined = pa.concat_tables([result.orders.to_arrow(), Result(RECORDS).orders.to_arrow()])
    assert joined["symbol"].to_pylist() == ["AAA", "AAA", "0", "0"]


def test_numbers_without_a_name_are_in_digits() -> None:
    rows = [order(0, 1, "CREATED SUBMIT PENDING_NEW", symbol=symbol, side=side) for symbol, side in ((0, 1), (7, 200))]
    few, many = (Result(b"".join(rows), names).orders.to_dicts() for names in (("AAA",), tuple("ABCDE")))
    assert [(row["symbol"], row["side"]) for row in few] == [("AAA", "BUY"), ("7", "200")]
    assert [row["symbol"] for row in many] == ["A", "7"]
    unknown = Result(order(0, 1, "CREATED RISK_REJECT RISK_REJECTED", code=60_000, limit=1, value=2)).risk_rejects[0]
    assert (unknown["code"], unknown["unit"]) == ("60000", "")


def test_orders_stand_as_after_their_last_transition_whatever_the_order_of_ids() -> None:
    moves = [
        (9, "CREATED SUBMIT PENDING_NEW", 7),
        (2, "CREATED SUBMIT PENDING_NEW", 5),
        (9, "PENDING_NEW ACK NEW", 6),
    ]
    records = b"".join(order(at, order_id, move, leaves=leaves) for at, (order_id, move, leaves) in enumerate(moves))
    rows = Result(records).orders.to_dicts()
    assert [(row["order_id"], row["state"], int(row["leaves"] * NANO)) for row in rows] == [
        (9, "NEW", 6),
        (2, "PENDING_NEW", 5),
    ]


@given(st.lists(st.integers(0, 9) | st.integers(2**64 - 5, 2**64 - 1) | st.integers(0, 10**6), min_size=1, max_size=40))
def test_the_last_transition_of_an_id_is_found_however_ids_are_spread(ids: list[int]) -> None:
    created = dict.fromkeys(ids)
    records = [order(0, order_id, "CREATED SUBMIT PENDING_NEW") for order_id in created]
    records += [order(0, order_id, "PENDING_NEW ACK NEW", leaves=at) for at, order_id in enumerate(ids)]
    latest = {order_id: at for at, order_id in enumerate(ids)}
    rows = Result(b"".join(records)).orders.to_dicts()
    assert [(row["order_id"], int(row["leaves"] * NANO)) for row in rows] == [(each, latest[each]) for each in created]


def test_many_rows_are_as_few() -> None:
    rng = np.random.default_rng(5)
    raw = rng.integers(0, 256, (1500, RECORD_SIZE), np.uint8)
    raw[:, 20] = rng.integers(1, 7, len(raw))
    # Decimals of Arrow have at most 38 digits.
    for field in (field for fields in contract.RECORDS.values() for field in fields if field.type == "i128"):
        raw[:, field.offset + 15] = rng.choice([0, 255], len(raw))
    result = Result(raw.tobytes(), tuple("ABC"))
    for table in (result.signals, result.order_events, result.fills, result.account, result.rejects):
        part = np.arange(len(table)) // 50
        few = [row for number in np.unique(part) for row in table.where(part == number).to_dicts()]
        assert len(table) > 200 and str(table.to_dicts()) == str(few)


def test_records_as_arrow_are_the_bytes_themselves(result: Result) -> None:
    column = result.to_arrow()["record"].chunk(0)
    assert column.type == pa.binary(RECORD_SIZE) and len(column) * RECORD_SIZE == len(RECORDS)
    assert column.buffers()[1].address == pa.py_buffer(result.records).address
    with pytest.raises(EngineError, match="whole number"):
        Result(RECORDS[:-1]).to_arrow()


def test_for_people(result: Result) -> None:
    assert "1 signals" in repr(result) and "rust" in repr(result)
    assert "price=99.500000001" in repr(result.fills)
    console = Console(width=300, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(result)
    text = console.export_text()
    assert "AGGRESSIVE" in text and "ORDER_NOTIONAL" in text and "2023-11-14T22:13:20.000000000Z" in text
    assert "degraded: no compiler" in repr(Result(b"", degraded="no compiler"))


def test_joined(result: Result) -> None:
    whole = joined([result, Result(RECORDS, ("AAA", "BBB"), "rust", processing_ns=1, errors=("row 1",))])
    assert whole.fill_count == 2 and whole.processing_ns == 1501 and whole.errors == ("row 1",)
    assert joined([]).records == b""


def test_output_that_cannot_be_is_a_failure_of_the_engine() -> None:
    for records, says in ((RECORDS[:-1], "whole number"), (bytes(128), "unknown kind 0")):
        with pytest.raises(EngineError, match=says) as caught:
            split_records(records)
        assert caught.value.code is ErrorCode.ENGINE_FAILED
    assert len(headers(b"")) == 0


@given(st.lists(st.integers(-(10**38) + 1, 10**38 - 1), max_size=10))
def test_money_keeps_every_unit(amounts: list[int]) -> None:
    records = b"".join(record(RecordKind.ACCOUNT, cash=amount) for amount in amounts)
    result = Result(records)
    assert integers(result.account.raw["cash"]) == amounts
    for row, amount in zip(result.account.to_dicts(), amounts, strict=True):
        assert int(row["cash"].scaleb(18).to_integral_value()) == amount or abs(amount) >= 10**28
        assert f"{row['cash']:f}".replace(".", "").lstrip("-0") == str(abs(amount)).lstrip("0")


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=10))
def test_prices_keep_every_unit(prices: list[int]) -> None:
    result = Result(b"".join(record(RecordKind.FILL, price=price) for price in prices))
    got = [int((row["price"] * NANO).to_integral_value()) for row in result.fills]
    assert got == prices
