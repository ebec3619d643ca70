"""`quartet serve` gives its options to the engine, and refuses those that the engine cannot take before it listens."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from quartet.cli import app
from quartet.core.errors import EngineUnavailable
from quartet.engines.options import EngineOptions
from quartet.engines.protocol import LoadedEngine
from quartet.engines.selection import find


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--threads", "2"], "the python engine takes no --threads"),
        (["--mode", "sideways"], "not one of auto, event, block"),
        (["--threads", "0"], "give a number from 1"),
    ],
)
def test_options_that_cannot_be_are_refused(arguments: list[str], reason: str) -> None:
    answer = CliRunner().invoke(app, ["serve", "--engine", "python", *arguments])
    assert answer.exit_code == 2 and reason in " ".join(answer.output.split())


@pytest.mark.parametrize("name", ["rust", "cpp", "go"])
def test_options_reach_the_engine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[LoadedEngine] = []
    monkeypatch.setattr("quartet.cli.serve.serve_engine", lambda engine, *_, **__: served.append(engine))
    try:
        if not find(name).takes_options:
            pytest.skip(f"this build of {name} takes no options")
    except EngineUnavailable as error:
        pytest.skip(str(error))
    arguments = ["serve", "--engine", name]
    done = CliRunner().invoke(app, [*arguments, "--threads", "2", "--mode", "block", "--simd", "scalar"])
    assert done.exit_code == 0, done.output
    assert served[0].create.keywords == {"options": EngineOptions(2, "block", "scalar")}  # type: ignore[attr-defined]
    refused = CliRunner().invoke(app, [*arguments, "--simd", "steam"])
    assert refused.exit_code == 2 and "steam" in refused.output
