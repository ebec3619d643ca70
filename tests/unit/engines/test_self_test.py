"""The self-test: its expected answer is the reference's, and its events exercise what they should."""

from __future__ import annotations

import hashlib

from quartet.core.contract import RECORD_SIZE, RecordKind
from quartet.engines import self_test
from quartet.engines.native import load_module
from quartet.engines.records import split_records


def test_the_expected_answer_is_the_reference_s() -> None:
    found = hashlib.sha256(self_test.answer(load_module("python"))).hexdigest()
    assert found == self_test.EXPECTED_SHA256, "the specification changed: put the new hash into self_test.py"
    assert self_test.failure(load_module("python")) is None


def test_ten_events_make_every_kind_of_record_but_halts() -> None:
    core = load_module("python").create(self_test.config().SerializeToString(deterministic=True))
    records = core.process(*self_test.batch(0, 10))
    assert core.statistics()["counters"]["events"] == 10
    counts = {kind for kind, rows in split_records(records).items() if len(rows)}
    assert counts == set(RecordKind) - {RecordKind.HALT}
    assert len(records) > 10 * RECORD_SIZE
