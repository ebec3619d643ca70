"""What `explain` shows of the gate is what the gate does: on every order of the authored and of random cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from quartet.core.contract import Code
from quartet.core.errors import EngineError
from quartet.engines.reference import Engine
from quartet.engines.reference.order_engine import commands
from quartet.engines.reference.risk_engine.readings import read_gate
from quartet.engines.reference.risk_engine.review import Review
from quartet.engines.reference.risk_engine.rows import Answer
from tests.conformance.authored import all_cases
from tests.conformance.authored.case import Case
from tests.conformance.random_case import random_case
from tests.conformance.stream import to_batch, to_columns

SEEDS = range(60)


def cases() -> Iterator[Case]:
    yield from all_cases()
    yield from map(random_case, SEEDS)


def test_readings_agree_with_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    gate = commands.check

    def compared(review: Review) -> Answer:
        before = (review.price, review.quantity, review.state.bucket.tokens, len(review.symbol.duplicates))
        readings = read_gate(review)
        assert before == (review.price, review.quantity, review.state.bucket.tokens, len(review.symbol.duplicates))
        answer = gate(review)
        first = next((row for row in readings if row.outcome == "failed"), None)
        if answer.failure is None:
            assert first is None
            seen["passed"] += 1
        else:
            assert first is not None and first.code == answer.failure.code
            if answer.failure.limit or answer.failure.value:
                assert (first.limit, first.value) == (answer.failure.limit, answer.failure.value)
            seen[Code(answer.failure.code).name] += 1
        return answer

    monkeypatch.setattr(commands, "check", compared)
    for case in cases():
        try:
            engine = Engine(case.config_bytes())
        except EngineError:
            continue
        with suppress(EngineError):  # cases of faults end in one
            engine.process(*to_columns(to_batch(case.stream.events)))
    checks = {code.name for code in Code if Code.KILLED <= code <= Code.DAILY_LOSS}
    assert checks <= seen.keys()
    assert seen["passed"] > 500
