"""Over the recorded cases no operator, check, order type, transition, fill reason or code stays silent."""

from __future__ import annotations

import struct
from collections import Counter

from quartet.core.contract import (
    LIVE,
    OPERATORS,
    RECORD_SIZE,
    TRANSITIONS,
    Code,
    ErrorCode,
    FillReason,
    OrderState,
    OrderType,
    RecordKind,
    Trigger,
)
from quartet.core.pb import config_pb2
from tests.conformance.vectors import FOLDER, load

# Codes that only the Python edge gives (tests/unit/data), or that need no record.
EDGE_CODES = {Code.NONE, Code.BAD_DECIMAL}
# Errors of restore and of broken invariants, which no stream can raise: tests/integration shows them.
CALL_ERRORS = {
    ErrorCode.BAD_SNAPSHOT,
    ErrorCode.CONTRACT_MISMATCH,
    ErrorCode.CAPACITY,
    ErrorCode.ENGINE_FAILED,
}


def test_nothing_stays_silent() -> None:
    operators, codes, types, transitions, reasons, errors = (Counter() for _ in range(6))
    for path in FOLDER.glob("*.bin"):
        case = load(path)
        errors[case.error_code] += 1
        if case.verdict and any(code != 0 for code in case.verdict):
            config = config_pb2.EngineConfig.FromString(case.config)
            operators.update(node.op for node in config.program.nodes)
        for i in range(0, len(case.records), RECORD_SIZE):
            record = case.records[i : i + RECORD_SIZE]
            kind = record[20]
            if kind in (RecordKind.ORDER, RecordKind.INPUT_REJECT, RecordKind.HALT):
                codes[struct.unpack_from("<H", record, 24)[0]] += 1
            if kind == RecordKind.ORDER:
                types[record[22]] += 1
                transitions[(record[23], record[27], record[26])] += 1
            if kind == RecordKind.FILL:
                reasons[record[23]] += 1
    wanted = set()
    for (state, trigger), after in TRANSITIONS.items():
        for end in (OrderState.NEW, OrderState.PARTIALLY_FILLED) if after == LIVE else (after,):
            wanted.add((int(state), int(trigger), int(end)))
    missing = wanted - transitions.keys()
    assert {name(item) for item in missing} == set()
    assert [op.op.name for op in OPERATORS.values() if not operators[op.op]] == []
    assert [code.name for code in Code if code not in EDGE_CODES and not codes[code]] == []
    assert [kind.name for kind in OrderType if not types[kind]] == []
    assert [reason.name for reason in FillReason if not reasons[reason]] == []
    assert [error.name for error in ErrorCode if error not in CALL_ERRORS and not errors[error]] == []


def name(item: tuple[int, int, int]) -> str:
    return f"{OrderState(item[0]).name} -{Trigger(item[1]).name}-> {OrderState(item[2]).name}"
