"""Explanations say the true reason, for every way in which an event may not trade."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quartet.cli.engine_run import choose_engine
from quartet.cli.explain_json import explanation_json
from quartet.cli.explain_tables import explanation_tables
from quartet.cli.explaining import Explanation, explain_event
from quartet.cli.inputs import Inputs, load_settings, open_inputs
from quartet.core.errors import ConfigError
from quartet.data.file_plan import FileOptions
from tests.unit.cli.market import CONFIG, write_market


def opened(folder: Path, config_text: str = CONFIG, rows: int = 400) -> Inputs:
    config, data = write_market(folder, rows)
    config.write_text(config_text)
    return open_inputs(load_settings(config), [str(data)], FileOptions())


def explained(inputs: Inputs, index: int) -> Explanation:
    found = explain_event(inputs, choose_engine("python"), index)
    assert found.agrees
    assert json.dumps(explanation_json(found, None), allow_nan=False)
    assert list(explanation_tables(found, None))
    return found


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return opened(tmp_path_factory.mktemp("market"))


def test_an_order_that_was_sent(inputs: Inputs) -> None:
    found = next(each for each in (explained(inputs, n) for n in range(10, 20)) if each.tested)
    assert "passed all" in found.conclusion and "was sent" in found.conclusion
    [order] = found.tested
    assert {row.row for row in order.rows} == set(range(1, 22))
    assert not [row for row in order.rows if row.outcome == "failed"]
    assert "ORDER" in [row["kind"] for row in found.records]


def test_a_window_that_is_not_full(inputs: Inputs) -> None:
    found = explained(inputs, 4)
    assert "slow = ema(mid, span=6) has no value yet" in found.conclusion


def test_a_target_that_is_reached(inputs: Inputs) -> None:
    found = next(each for each in (explained(inputs, n) for n in range(18, 40)) if not each.tested)
    assert "the target is" in found.conclusion and "nothing is wanted" in found.conclusion


def test_a_refused_event(inputs: Inputs) -> None:
    found = explained(inputs, 100)
    assert "refused with CROSSED" in found.conclusion
    assert not any(node.ticked for node in found.nodes)


def test_a_gate_that_refuses_then_holds_back(tmp_path: Path) -> None:
    inputs = opened(tmp_path, CONFIG.replace("risk_management:\n", "risk_management:\n  max_order_quantity: 5\n"), 60)
    texts = [explained(inputs, n).conclusion for n in range(10, 18)]
    assert any("refused by row 7, ORDER_SIZE" in text for text in texts)
    assert any("the retry rule holds it back for" in text for text in texts)


def test_a_score_without_confidence(tmp_path: Path) -> None:
    inputs = opened(tmp_path, CONFIG.replace("  score: 1 if", "  confidence: 0.05\n  score: 1 if"), 40)
    assert "not at least min_confidence" in explained(inputs, 20).conclusion


def test_a_score_that_does_not_tick(tmp_path: Path) -> None:
    inputs = opened(tmp_path, CONFIG.replace("mid", "trade_price"), 10)
    assert "does not tick on QUOTE" in explained(inputs, 3).conclusion


def test_an_event_that_is_not_there(inputs: Inputs) -> None:
    with pytest.raises(ConfigError, match="400 events, the last is 399"):
        explained(inputs, 400)


def test_every_node_shows_its_inputs(inputs: Inputs) -> None:
    nodes = {node.name: node for node in explained(inputs, 50).nodes}
    fast = nodes["fast"]
    assert fast.formula == "ema(mid, span=3)"
    assert fast.inputs == (("mid", nodes["mid"].value),)
    assert fast.before != fast.value
