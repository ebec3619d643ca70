"""Passes over columns: compiled ones answer as NumPy's do, and NumPy's as each value on its own."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quartet.core import columns
from quartet.core.columns import NUMPY, Passes, compiled
from quartet.core.contract import RECORD_SIZE
from quartet.data.exact import to_nano

FOUND = compiled()
EVERY = pytest.mark.parametrize("passes", [NUMPY, *FOUND], ids=lambda each: getattr(each, "__name__", "numpy"))
LIMIT = 2.0**20
BORDERS = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    1e-10,
    1e-9,
    -1e-9,
    1.5e-9,
    LIMIT,
    -LIMIT,
    LIMIT - 1e-9,
    2.0**53,
    -(2.0**63),
    1e300,
]
CLEAN = st.integers(-(2**20 * 10**9), 2**20 * 10**9).map(lambda units: units / 1e9)
FLOATS = (
    CLEAN
    | st.floats()
    | st.sampled_from([*BORDERS, math.nan, math.inf, -math.inf])
    | CLEAN.map(lambda x: math.nextafter(x, math.inf))
)
WORDS = st.integers(0, 2**63 - 1) | st.integers(-(2**127), 2**127 - 1) | st.sampled_from([2**63, 2**64, -1, 2**62, 0])


def units_of_floats(passes: Passes, numbers: list[float]) -> list[int] | None:
    """The units, None where the column is refused."""
    out = np.full(len(numbers), 77)
    return out.tolist() if passes.fixed_of_floats(np.array(numbers, np.float64), out) else None


def units_of_decimals(passes: Passes, integers: list[int], factor: int) -> list[int] | None:
    """The units, None where the column is refused."""
    raw = b"".join(integer.to_bytes(16, "little", signed=True) for integer in integers)
    out = np.full(len(integers), 77)
    return out.tolist() if passes.fixed_of_decimals(np.frombuffer(raw, np.int64), factor, out) else None


@EVERY
@given(numbers=st.lists(FLOATS, max_size=40))
@example(numbers=[1048575.999999999, -1048575.999999999, 0.1, -0.0])
def test_floats_are_what_each_of_them_gives(passes: Passes, numbers: list[float]) -> None:
    each = [to_nano(number) if abs(number) < LIMIT else None for number in numbers]
    assert units_of_floats(passes, numbers) == (None if None in each else each)


@EVERY
@given(number=FLOATS, rows=st.integers(1, 3000), place=st.integers(0, 2999))
def test_one_float_anywhere_decides_for_all(passes: Passes, number: float, rows: int, place: int) -> None:
    numbers = [0.25] * rows
    numbers[place % rows] = number
    refused = abs(number) >= LIMIT or to_nano(number) is None
    assert (units_of_floats(passes, numbers) is None) == refused


@EVERY
@given(integers=st.lists(WORDS, max_size=40), factor=st.sampled_from([1, 10, 10**7, 10**9, 2**62, 2**63 - 1]))
def test_decimals_are_their_products(passes: Passes, integers: list[int], factor: int) -> None:
    fit = all(integer >= 0 and integer * factor < 2**63 for integer in integers)
    expected = [int(Fraction(integer) * factor) for integer in integers] if fit else None
    assert units_of_decimals(passes, integers, factor) == expected


@EVERY
@given(data=st.data(), records=st.integers(1, 200))
def test_fields_are_those_of_the_records(passes: Passes, data: st.DataObject, records: int) -> None:
    raw = np.random.default_rng(records).integers(0, 256, records * RECORD_SIZE, np.uint8).tobytes()
    places = np.array(data.draw(st.lists(st.integers(0, records - 1), max_size=300)), np.int64)
    layouts = [(1, 1, "<B"), (1, 4, "<B"), (2, 2, "<H"), (2, 4, "<H"), (4, 4, "<I"), (8, 8, "<q"), (8, 16, "<q")]
    moved = []
    for width, column_width, layout in layouts:
        offset = data.draw(st.integers(0, RECORD_SIZE - width))
        moved.append((offset, width, column_width, layout, np.full(len(places) * column_width, 77, np.uint8)))
    money = np.full((len(places), 2), 77)
    passes.gather(raw, places, [(o, w, c, column) for o, w, c, _, column in moved] + [(96, 16, 16, money)])
    for offset, _, column_width, layout, column in moved:
        values = [struct.unpack_from(layout, raw, place * RECORD_SIZE + offset)[0] for place in places]
        wide = b"".join(value.to_bytes(column_width, "little", signed=layout == "<q") for value in values)
        assert column.tobytes() == wide
    assert money.tobytes() == b"".join(raw[place * RECORD_SIZE :][96:112] for place in places)


@pytest.mark.parametrize("passes", FOUND, ids=lambda each: each.__name__)
def test_a_compiled_pass_refuses_what_is_not_there(passes: Passes) -> None:
    raw, column = bytes(RECORD_SIZE), np.zeros(1, np.uint8)
    here = np.zeros(1, np.int64)
    for places, field in (
        (here + 1, (0, 1, 1, column)),
        (here - 1, (0, 1, 1, column)),
        (here, (RECORD_SIZE, 1, 1, column)),
        (here, (0, 3, 3, np.zeros(3, np.uint8))),
        (here, (0, 1, 1, np.zeros(2, np.uint8))),
    ):
        with pytest.raises(passes.EngineError, match="columns: "):  # type: ignore[attr-defined]
            passes.gather(raw, places, [field])
    with pytest.raises(passes.EngineError, match="of different length"):  # type: ignore[attr-defined]
        passes.fixed_of_floats(np.zeros(2), here)
    with pytest.raises(passes.EngineError, match="can be written"):  # type: ignore[attr-defined]
        passes.fixed_of_floats(np.zeros(1), bytes(8))  # type: ignore[arg-type]


def test_few_rows_are_for_numpy_and_a_stale_module_is_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert columns.passes(10) is NUMPY
    assert columns.passes(10**6) is (FOUND[0] if FOUND else NUMPY)
    monkeypatch.setattr(columns, "CONTRACT_HASH", "another")
    assert compiled() == []
