"""The simulated book: the same from the same seed, lawful at every event, and at the rates it was given."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest

from quartet.core.registry import entry
from quartet.data.contracts import check
from quartet.data.provenance import content_hash
from quartet.data.simulation import SimulationParameters, simulate_book

RUN = simulate_book(SimulationParameters(seed=3, events=20_000))


def test_one_seed_gives_the_same_bytes() -> None:
    again = simulate_book(SimulationParameters(seed=3, events=20_000))
    assert [content_hash(each) for each in (again.quotes, again.book, again.trades)] == [
        content_hash(each) for each in (RUN.quotes, RUN.book, RUN.trades)
    ]
    assert content_hash(simulate_book(SimulationParameters(seed=4, events=500)).quotes) != content_hash(
        RUN.quotes[:500]
    )


def test_the_bytes_are_those_of_every_machine() -> None:
    small = simulate_book(SimulationParameters(seed=1, events=200))
    told = hashlib.sha256(repr(small.quotes.rows()).encode()).hexdigest()
    assert told == "295462ae386c4ed37bc955ad0ba09f760a06b8c1670367dcea9830c2d24577a4"


def test_every_state_keeps_its_contract_and_is_never_crossed() -> None:
    for frame, schema in ((RUN.quotes, "quotes"), (RUN.book, "book"), (RUN.trades, "trades")):
        assert check(frame, schema).findings == ()
    for level in range(1, 10):
        worse = RUN.book.filter(
            (pl.col(f"bid_price_{level + 1}") >= pl.col(f"bid_price_{level}"))
            | (pl.col(f"ask_price_{level + 1}") <= pl.col(f"ask_price_{level}"))
        )
        assert len(worse) == 0


def test_shares_are_conserved() -> None:
    counts = RUN.counts
    assert counts["added"] == counts["cancelled"] + counts["traded"] + counts["left"]
    assert counts["traded"] == RUN.trades["size"].sum() > 0


def test_trades_are_at_the_best_price_of_the_other_side() -> None:
    before = RUN.quotes.select("timestamp", "bid", "ask", pl.col("sequence").alias("quoted"))
    first = RUN.trades.unique("sequence", keep="first", maintain_order=True)
    joined = first.with_columns(pl.col("sequence") - 1).join_asof(before, left_on="sequence", right_on="quoted")
    expected = pl.when(pl.col("side") == 1).then("ask").otherwise("bid")
    assert joined.filter(pl.col("price") != expected).is_empty()


def test_market_orders_come_at_their_rate() -> None:
    seconds = (RUN.book["timestamp"].max() - RUN.book["timestamp"].min()).total_seconds()  # type: ignore[operator, union-attr]
    arrived = RUN.trades["sequence"].n_unique()
    assert arrived == pytest.approx(2 * 3.0 * seconds, abs=5 * (6 * seconds) ** 0.5)


def test_whatever_shows_it_says_that_it_is_simulated() -> None:
    data = entry("source", "simulated_book")(None, events=100, kind="book").sound()
    assert data.provenance.simulated and data.provenance.label.startswith("SIMULATED")
    assert "ts_init" not in data.frame.columns
    assert data.batch() is not None
