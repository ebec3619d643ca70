"""Neither batch, nor mode, nor a change of engines on the way changes what a replay gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from quartet.cli.engine_run import choose_engine
from quartet.cli.inputs import Inputs, blocks_of, load_settings, open_inputs
from quartet.cli.replaying import Replay, Swap, replay_inputs
from quartet.core.errors import ConfigError
from quartet.data.file_plan import FileOptions
from tests.unit.cli.market import write_market


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    config, data = write_market(tmp_path_factory.mktemp("market"))
    return open_inputs(load_settings(config), [str(data)], FileOptions())


def summary(replay: Replay) -> dict[str, object]:
    values = replay.summary()
    for name in ("engine", "events_per_second"):
        values.pop(name)
    return values


@pytest.fixture(scope="module")
def whole(inputs: Inputs) -> Replay:
    return replay_inputs(inputs, choose_engine("python"), "columnar", None, None)


def test_the_market_trades(whole: Replay) -> None:
    values = whole.summary()
    assert values["fills"] > 10 and values["rejects"] == 1 and values["events"] == 400
    assert list(values) == [
        "engine",
        "mode",
        "events",
        "signals",
        "orders",
        "fills",
        "rejects",
        "sha256",
        "state_sha256",
        "events_per_second",
        "coverage",
    ]


@pytest.mark.parametrize("batch", [1, 7, 64, 1000, 65_536])
def test_batches_change_nothing(inputs: Inputs, whole: Replay, batch: int) -> None:
    assert summary(replay_inputs(inputs, choose_engine("python"), "columnar", batch, None)) == summary(whole)


@pytest.mark.parametrize(("at", "batch"), [(0, 64), (1, None), (137, 64), (128, 64), (399, 1), (400, 64)])
def test_a_swap_changes_nothing(inputs: Inputs, whole: Replay, at: int, batch: int | None) -> None:
    found = replay_inputs(inputs, choose_engine("python"), "columnar", batch, Swap(at, choose_engine("python")))
    assert found.engine == "python>python"
    assert summary(found) == summary(whole)


def test_a_swap_past_the_end_is_refused(inputs: Inputs) -> None:
    with pytest.raises(ConfigError, match="400 events"):
        replay_inputs(inputs, choose_engine("python"), "columnar", 64, Swap(401, choose_engine("python")))


def test_blocks_are_full_but_for_the_last(inputs: Inputs) -> None:
    assert [len(block) for block in blocks_of(inputs.blocks(), 150)] == [150, 150, 100]


def test_limits_and_days_cut_the_stream(tmp_path: Path) -> None:
    config, data = write_market(tmp_path)
    settings = load_settings(config)
    limited = open_inputs(settings, [str(data)], FileOptions(), limit=33)
    assert sum(map(len, limited.blocks())) == 33
    config.write_text(config.read_text() + "data: {end_date: 2024-03-03}\n")
    assert sum(map(len, open_inputs(load_settings(config), [str(data)], FileOptions()).blocks())) == 0
    config.write_text(config.read_text().replace("{end_date: 2024-03-03}", "{symbols: [BBB], start_date: 2024-03-04}"))
    chosen = open_inputs(load_settings(config), [str(data)], FileOptions())
    assert chosen.symbols == ["BBB"] and sum(map(len, chosen.blocks())) == 200
