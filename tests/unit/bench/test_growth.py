"""Points of growth are what they say, streams are cut without a seam, and pages are drawn."""

from __future__ import annotations

import json

import numpy as np
import pytest

from quartet.bench.growth import FLOOR, GrowthPlan, chained_graph, measure_growth
from quartet.bench.growth_page import growth_page
from quartet.bench.page import render
from quartet.bench.quotes import resting_quotes, walk_blocks
from quartet.bench.settings import quantity_settings
from quartet.core.pb import config_pb2
from quartet.data.batch import concat
from tests.unit.bench.reports import report
from tests.unit.bench.test_measuring import ENGINES, nothing


@pytest.mark.parametrize("nodes", [10, 30, 100, 1000])
def test_programs_have_the_nodes_that_were_asked_for(nodes: int) -> None:
    config = config_pb2.EngineConfig.FromString(quantity_settings(chained_graph(nodes)).engine_config(["A"]))
    assert len(config.program.nodes) == nodes


def test_a_walk_goes_on_from_block_to_block() -> None:
    walk = concat(walk_blocks(1000, 10, 300))
    assert len(walk) == 1000
    assert np.array_equal(walk["symbol"], np.arange(1000) % 10)
    assert np.abs(np.diff(walk["bid_price"][3::10])).max() == 10_000_000
    assert np.all(np.diff(walk["ts_event"]) == 100_000)


def test_marked_symbols_cost_more() -> None:
    prices = resting_quotes(100, 10, 3)["bid_price"].reshape(10, 10)
    assert (prices[0] > 500 * 10**9).sum() == 3 and np.all(prices == prices[0])


def test_every_axis_has_its_rows_and_its_chart() -> None:
    plan = GrowthPlan((1, 3), (200, 400), (0, 2), (10, 20), 4200, 300, 1)
    rows = measure_growth(ENGINES[2:], ENGINES[2:], plan, nothing)
    assert all(row.equal for row in rows)
    resting = {row.notes["x"]: row.orders for row in rows if row.notes["axis"] == "resting orders"}
    assert resting == {0: 0, 2: 2}
    assert [row.engine for row in rows].count(FLOOR) == 9
    text = render(growth_page(report(*rows)))
    for axis in ("symbols", "events", "resting-orders", "nodes", "threads"):
        [figure] = [part for part in text.split("<script") if f'id="figure-growth-{axis}"' in part]
        assert json.loads(figure.partition(">")[2].partition("</script")[0])["data"]


def test_a_liar_gets_no_time() -> None:
    plan = GrowthPlan((1,), (), (), (), 600, 300, 1)
    rows = measure_growth(ENGINES[:2], ENGINES[:1], plan, nothing)
    assert {row.engine: bool(row.measures) for row in rows} == {"rust": True, "cpp": False, FLOOR: True}
