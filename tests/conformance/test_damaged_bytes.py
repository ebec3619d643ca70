"""Damaged configurations and snapshots: every engine refuses the same ones, and goes on alike from the others."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from quartet.bench.quotes import w1_quotes
from quartet.core.errors import EngineError
from quartet.engines.protocol import Closeable
from tests.conformance.engines import ENGINES, engine_factory
from tests.conformance.vectors import FOLDER, load
from tests.fuzz.damage import several
from tests.fuzz.keep import CORPUS
from tests.fuzz.seeds import with_hash

COUNT = 400
HEADER = 40  # magic and hash: damage there is the same refusal everywhere
CASES = [load(path) for path in sorted(FOLDER.glob("*.bin"))]
CONFIGS = [case.config for case in CASES if len(case.config) > HEADER]
SNAPSHOTS = [with_hash(case.snapshot) for case in CASES if HEADER < len(case.snapshot) < 20_000]
OTHERS = [name for name in ENGINES if name != "python"]
QUOTES = w1_quotes(40, 1)


def configured(name: str, config: bytes) -> object:
    """What an engine makes of a configuration: its first snapshot, or the code of its refusal."""
    try:
        engine: Any = engine_factory(name)(config)
    except EngineError as error:
        return error.code
    try:
        return engine.snapshot()
    finally:
        if isinstance(engine, Closeable):
            engine.close()


def restored(engine: Any, snapshot: bytes) -> object:
    """What an engine makes of a snapshot, and of quotes after it."""
    try:
        engine.restore(snapshot)
    except EngineError as error:
        return error.code
    before = engine.snapshot()
    try:
        records = engine.process(QUOTES.to_columns(), QUOTES.controls)
    except EngineError as error:  # a state that no run reaches may break an invariant
        return before, error.code
    return before, records, engine.snapshot()


def kept_configs() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted((CORPUS / "config").iterdir()))


def kept_snapshots() -> Iterator[bytes]:
    for path in sorted((CORPUS / "snapshot").iterdir()):
        content = path.read_bytes()
        if len(content) >= 4:
            yield with_hash(content[4 + struct.unpack_from("<I", content)[0] :])


@pytest.fixture(scope="module")
def reference():
    """The reference's answers, worked out once."""
    engine = engine_factory("python")(CONFIGS[0])
    configs = [*kept_configs(), *several(CONFIGS, 1, COUNT)]
    snapshots = [*kept_snapshots(), *several(SNAPSHOTS, 2, COUNT, HEADER)]
    answers = {config: configured("python", config) for config in configs}
    return answers, {snapshot: restored(engine, snapshot) for snapshot in snapshots}


@pytest.mark.parametrize("name", OTHERS)
def test_configurations(name, reference):
    # A Go engine is a process: a few of them tell as much.
    for number, (config, expected) in enumerate(reference[0].items()):
        if name != "go" or number % 16 == 0:
            assert configured(name, config) == expected, config.hex()


@pytest.mark.parametrize("name", OTHERS)
def test_snapshots(name, reference):
    engine = engine_factory(name)(CONFIGS[0])
    try:
        for snapshot, expected in reference[1].items():
            assert restored(engine, snapshot) == expected, snapshot.hex()
    finally:
        if isinstance(engine, Closeable):
            engine.close()


def test_damage_is_of_both_kinds(reference):
    for answers in reference:
        refused = sum(isinstance(answer, int) for answer in answers.values())
        assert COUNT / 10 < refused < len(answers) - COUNT / 10
