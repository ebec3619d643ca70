"""quartet.evaluate: columns beside the rows, whatever the rows' form and order."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import quartet
from quartet.core.errors import DataError
from quartet.data.intake import to_batch
from quartet.graph import close, external_score, graph, mid, trade_price
from quartet.graph import delay as lag
from tests.unit.engines.streams import CONFIG, START, STEP, quotes, reversion

ROWS = quotes(40)


def by_hand() -> list[float]:
    """The mid of every row less that of the symbol's row before."""
    mids = [(int(float(r["bid_price"]) * 100 + 0.5) + int(float(r["ask_price"]) * 100 + 0.5)) / 200 for r in ROWS]
    return [np.nan, np.nan, *(mids[i] - mids[i - 2] for i in range(2, len(mids)))]


def test_columns_lie_beside_the_rows() -> None:
    frame = quartet.evaluate(graph(score=mid - lag(mid, 1), fair_value=mid), pl.DataFrame(ROWS))
    assert frame.columns == ["score", "confidence", "fair_value", "verdict"]
    np.testing.assert_allclose(frame["score"], by_hand(), atol=1e-12)
    assert frame["verdict"].to_list() == ["NON_FINITE"] * 2 + ["VALID"] * 38
    assert frame["confidence"].to_list()[2:] == [1.0] * 38
    assert frame["fair_value"][0] == pytest.approx(100.01)


def test_every_form_and_every_order_give_the_same_bits() -> None:
    table = pl.DataFrame(ROWS)
    expected = quartet.evaluate(reversion(), table)
    for form in (ROWS, table.to_pandas(), table.to_arrow(), to_batch(ROWS, ["AAA", "BBB"]).batch):
        assert_frame_equal(quartet.evaluate(reversion(), form), expected, check_exact=True)
    order = np.argsort([row["symbol"] for row in ROWS], kind="stable")[::-1].tolist()
    assert_frame_equal(quartet.evaluate(reversion(), table[order]), expected[order], check_exact=True)


def test_an_engine_evaluates_the_same_and_goes_on() -> None:
    expected = quartet.evaluate(reversion(), ROWS)
    with quartet.open_engine(CONFIG, graph=reversion()) as engine:
        parts = [engine.evaluate(ROWS[:15]), engine.evaluate(ROWS[15:])]
        assert_frame_equal(pl.concat(parts), expected, check_exact=True)
        assert engine.get_performance_stats()["orders_submitted"] == 0


def test_one_symbol_needs_no_name() -> None:
    rows = [{key: value for key, value in row.items() if key != "symbol"} for row in ROWS]
    expected = quartet.evaluate(reversion(), quotes(40, symbols=("ONLY",)))
    assert_frame_equal(quartet.evaluate(reversion(), rows), expected, check_exact=True)
    assert_frame_equal(quartet.evaluate(reversion(), pl.DataFrame(rows)), expected, check_exact=True)
    numbered = pl.DataFrame(rows).with_columns(symbol_id=pl.lit(3))
    assert_frame_equal(quartet.evaluate(reversion(), numbered), expected, check_exact=True)


def test_rows_that_cannot_be_read_are_nan_and_said() -> None:
    rows = [dict(row) for row in ROWS]
    rows[0]["bid_price"] = rows[7]["ask_price"] = rows[39]["bid_size"] = "many"
    with pytest.warns(UserWarning, match="3 rows cannot be read, the first: row 0: bid_price is 'many'"):
        frame = quartet.evaluate(reversion(), rows)
    assert len(frame) == 40
    assert [i for i in range(40) if np.isnan(frame["score"][i])] == [0, 7, 39]
    good = [row for i, row in enumerate(rows) if i not in (0, 7, 39)]
    kept = [i for i in range(40) if i not in (0, 7, 39)]
    assert_frame_equal(frame[kept], quartet.evaluate(reversion(), good), check_exact=True)
    with pytest.raises(DataError, match="no row can be read: row 0"):
        quartet.evaluate(reversion(), [rows[0]])


def test_only_rows_that_tick_the_score_have_values() -> None:
    rows = [*ROWS[:2], {"symbol": "AAA", "timestamp": START + 2 * STEP, "trade_price": "-5", "trade_size": "1"}]
    frame = quartet.evaluate(graph(score=trade_price), rows)
    assert frame["verdict"].to_list() == ["NONE", "NONE", "VALID"]
    assert frame["score"][2] == -5.0
    bars = [
        {"timestamp": START + i, "close": f"{i}", "open": "0", "high": "9", "low": "0", "volume": 1} for i in (1, 2)
    ]
    assert quartet.evaluate(graph(score=close), bars)["score"].to_list() == [1.0, 2.0]


def test_external_sources_of_the_graph_are_there() -> None:
    rows = [{"symbol": "A", "timestamp": START, "score": 0.5, "confidence": 1.0, "source": 20}]
    frame = quartet.evaluate(graph(score=external_score(20)), rows)
    assert frame["score"].to_list() == [0.5]


def test_no_rows_give_no_rows() -> None:
    assert quartet.evaluate(reversion(), to_batch([], ["A"]).batch).shape == (0, 4)
