"""The first difference of two record streams, with both values of every field that differs."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.contract import RECORD_SIZE, RecordKind
from quartet.core.errors import DataError
from quartet.engines.replay_diff import replay_diff
from tests.unit.results.made import NANO, record
from tests.unit.results.test_results import RECORDS


def test_equal_streams_have_no_difference(tmp_path: Path) -> None:
    (tmp_path / "records.bin").write_bytes(RECORDS)
    assert replay_diff(RECORDS, RECORDS) is None
    assert replay_diff(tmp_path / "records.bin", RECORDS) is None


def test_one_field(tmp_path: Path) -> None:
    left = RECORDS + record(RecordKind.FILL, 9, price=5 * NANO, quantity=NANO)
    right = RECORDS + record(RecordKind.FILL, 9, price=6 * NANO, quantity=NANO)
    found = replay_diff(left, right, ["AAA"], ("cpp", "rust"))
    assert found is not None and (found.event_index, found.record, found.kind) == (9, 8, "FILL")
    (field,) = found.fields
    assert (field.name, field.left, field.right) == ("price", Decimal(5), Decimal(6))
    assert "event 9" in str(found) and "price: cpp 5, rust 6" in str(found) and "symbol=AAA" in str(found)
    assert len(found.left) == len(found.right) == 1


def test_a_stream_that_ends_early() -> None:
    found = replay_diff(RECORDS, RECORDS[:-RECORD_SIZE])
    assert found is not None and (found.event_index, found.record, found.kind) == (6, 7, "HALT")
    assert found.right == () and all(field.right is None for field in found.fields)
    other = replay_diff(RECORDS[:-RECORD_SIZE], RECORDS)
    assert other is not None and other.event_index == 6 and other.kind == "HALT" and other.left == ()


def test_another_kind_of_record_at_an_earlier_event() -> None:
    left = RECORDS + record(RecordKind.FILL, 20)
    right = RECORDS + record(RecordKind.SIGNAL, 12, direction=1)
    found = replay_diff(left, right)
    assert found is not None and found.event_index == 12
    assert found.fields[0].left == "FILL" and found.fields[0].right == "SIGNAL"


@pytest.mark.parametrize(
    ("offset", "values", "name"),
    [
        (40, (b"\0" * 8, b"\0" * 7 + b"\x80"), "score"),
        (56, (b"\1\0\0\0\0\0\xf8\x7f", b"\2\0\0\0\0\0\xf8\x7f"), "fair_value"),
    ],
)
def test_floats_that_look_alike(offset: int, values: tuple[bytes, bytes], name: str) -> None:
    base = record(RecordKind.SIGNAL, 1)
    left, right = (base[:offset] + value + base[offset + 8 :] for value in values)
    found = replay_diff(left, right)
    assert found is not None and [field.name for field in found.fields] == [name]
    assert str(found.fields[0].left) != str(found.fields[0].right)


def test_bytes_that_no_field_covers() -> None:
    base = record(RecordKind.SIGNAL, 1)
    found = replay_diff(base, base[:127] + b"\1")
    assert found is not None and "byte 127" in found.fields[0].name


def test_files_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        replay_diff(tmp_path / "none.bin", b"")
    (tmp_path / "cut.bin").write_bytes(b"123")
    with pytest.raises(DataError, match="whole number"):
        replay_diff(str(tmp_path / "cut.bin"), b"")


@given(st.integers(0, len(RECORDS) - 1), st.integers(1, 255))
def test_any_changed_byte_is_found(at: int, flip: int) -> None:
    changed = bytearray(RECORDS)
    changed[at] ^= flip
    record_at = at // RECORD_SIZE
    if at % RECORD_SIZE == 20:  # the kind of a record: another kind, or one that does not exist
        return
    found = replay_diff(RECORDS, bytes(changed))
    assert found is not None and found.record == record_at and found.fields
