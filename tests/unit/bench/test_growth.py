"""Points of growth are what they say, streams are cut without a seam, and pages are drawn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from quartet.bench import growth
from quartet.bench.block_file import BYTES_PER_QUOTE, read_blocks, require_room, write_blocks
from quartet.bench.growth import FLOOR, GrowthPlan, chained_graph, measure_growth
from quartet.bench.growth_page import growth_page
from quartet.bench.page import render
from quartet.bench.quotes import resting_quotes, walk_blocks
from quartet.bench.settings import quantity_settings
from quartet.core.errors import DataError
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


def test_long_streams_come_from_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = GrowthPlan((), (200, 400), (), (), 100, 100, 1)
    in_memory = measure_growth(ENGINES[2:], [], plan, nothing)
    monkeypatch.setattr(growth, "_LONG", 400)
    monkeypatch.setattr(growth, "BLOCK_EVENTS", 100)
    written: list[int] = []
    monkeypatch.setattr(growth, "write_blocks", lambda path, blocks: written.append(path) or write_blocks(path, blocks))
    from_disk = measure_growth(ENGINES[2:], [], plan, nothing)
    assert len(written) == 1
    assert [row.sha256 for row in from_disk] == [row.sha256 for row in in_memory]


def test_blocks_come_back_from_a_file(tmp_path: Path) -> None:
    blocks = list(walk_blocks(1000, 10, 300))
    file = tmp_path / "stream"
    write_blocks(file, blocks)
    assert list(read_blocks(file)) == blocks
    assert file.stat().st_size < 1000 * BYTES_PER_QUOTE
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(DataError, match="ends within a block"):
        list(read_blocks(file))
    with pytest.raises(DataError, match="TMPDIR"):
        require_room(tmp_path, 10**15)


def test_a_liar_gets_no_time() -> None:
    plan = GrowthPlan((1,), (), (), (), 600, 300, 1)
    rows = measure_growth(ENGINES[:2], ENGINES[:1], plan, nothing)
    assert {row.engine: bool(row.measures) for row in rows} == {"rust": True, "cpp": False, FLOOR: True}
