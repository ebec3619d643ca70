"""Every recorded case on every engine that is here: whole, cut into single events, and through snapshots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quartet.core.pb import conformance_pb2
from tests.conformance import vectors
from tests.conformance.engines import ENGINES, engine_factory
from tests.conformance.vectors import FOLDER, difference, load, run, twin_of, without_hash

PATHS = sorted(FOLDER.glob("*.bin"))
SPEC = Path(__file__).parents[2] / "docs" / "engine-spec.md"
# Paragraphs that no case can show: what is read, named or never written.
NOT_SHOWN = {
    "1.1",
    "1.3",
    "1.4",
    "2.1",
    "3.1",
    "3.2",
    "6.1",
    "9.1",
    "9.2",
    "13.1",
    "13.2",
    "14.2",
    "14.3",
    "14.4",  # test_damaged_bytes
    "15.1",
    "15.2",
}


@pytest.mark.parametrize("mode", ["whole", "single", "restored"])
@pytest.mark.parametrize("engine", ENGINES)
def test_engine_replays_every_case(engine: str, mode: str) -> None:
    factory = engine_factory(engine)
    failures = []
    for path in PATHS:
        case = load(path)
        problem = replay(factory, case, mode)
        if problem:
            failures.append(f"{path.stem}: {problem}")
    assert not failures, f"{len(failures)} of {len(PATHS)} cases differ on {engine}, {mode}:\n" + "\n".join(
        failures[:12]
    )


def replay(factory: vectors.Factory, case: conformance_pb2.ConformanceCase, mode: str) -> str:
    batches = list(case.batches)
    if mode != "whole":
        if case.error_code:
            return ""
        batches = [piece for batch in batches for piece in vectors.split(batch, 1 if mode == "single" else 7)]
    actual = run(factory, case.config, batches, restore_with=factory if mode == "restored" else None)
    if actual.error_code != case.error_code:
        return f"error {actual.error_code} ({actual.message}), expected {case.error_code}"
    if case.records != actual.records:
        return difference(case.records, actual.records)
    if without_hash(actual.snapshot) != case.snapshot:
        return "snapshot: " + vectors.snapshot_difference(case.snapshot, without_hash(actual.snapshot))
    if case.verdict and mode == "whole":
        verdict, score = vectors.evaluate(factory, case.config, batches[0])
        if (verdict, score) != (case.verdict, case.score):
            return "evaluate: verdicts or scores differ"
    return ""


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_readable_file_and_binary_twin_agree(path: Path) -> None:
    case = load(path)
    config, batches = twin_of(path.with_suffix(".json").read_text())
    assert config == case.config
    assert [b.SerializeToString(deterministic=True) for b in batches] == [
        b.SerializeToString(deterministic=True) for b in case.batches
    ]


def test_every_paragraph_is_cited() -> None:
    paragraphs = set(re.findall(r"^\*\*(\d+\.\d+)\*\*", SPEC.read_text(), flags=re.MULTILINE))
    cited = {paragraph for path in PATHS for paragraph in load(path).paragraphs}
    assert paragraphs - cited - NOT_SHOWN == set()
    assert {p for p in cited if "." in p} - paragraphs == set(), "a case cites a paragraph that is not there"
