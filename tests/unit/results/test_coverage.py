"""Coverage counts what fired, adds up, and keeps its form as JSON."""

from quartet.core.contract import TRANSITIONS, Clock, Code, Op, OrderState, RecordKind, Trigger
from quartet.core.pb import program_pb2
from quartet.data import bars, concat, quotes
from quartet.engines.coverage import CATEGORIES, POSSIBLE, Coverage, merged
from tests.unit.results.made import record
from tests.unit.results.test_results import RECORDS, order


def program() -> program_pb2.Program:
    nodes = [(Op.CONST, 0), (Op.MID, Clock.QUOTE), (Op.EMA, Clock.QUOTE), (Op.CLOSE, Clock.BAR), (Op.VWAP, Clock.TRADE)]
    return program_pb2.Program(nodes=[program_pb2.Node(op=op, clock=clock) for op, clock in nodes])


def test_what_records_say() -> None:
    coverage = Coverage().add(RECORDS)
    assert coverage.counts["checks"] == {"ORDER_NOTIONAL": 1}
    assert coverage.counts["codes"] == {"ORDER_NOTIONAL": 1, "BAD_CONTROL": 1, "DRAWDOWN": 1}
    assert coverage.counts["order_types"] == {"LIMIT": 2}
    assert coverage.counts["fill_reasons"] == {"AGGRESSIVE": 1}
    assert coverage.counts["transitions"]["PENDING_NEW PARTIAL_FILL PARTIALLY_FILLED"] == 1
    assert coverage.share()["fill_reasons"] == (1, 6)
    assert "BAR_OPEN" in coverage.missing()["fill_reasons"] and "never" in str(coverage)


def test_operators_count_accepted_events_of_their_clock() -> None:
    batch = concat([quotes(0, [1, 2, 3], 1, 2, 1, 1), bars(0, 4, 1, 1, 1, 1, 1)])
    refused = record(RecordKind.INPUT_REJECT, 11, code=Code.CROSSED, input_kind=1)
    coverage = Coverage().add(refused, program(), [batch[:2], batch[2:]], first_event=10)
    assert coverage.counts["operators"] == {"CONST": 1, "MID": 2, "EMA": 2, "CLOSE": 1}
    assert coverage.counts["event_kinds"] == {"QUOTE": 2, "BAR": 1}
    assert Coverage().add(b"", program()).counts["operators"] == {}


def test_a_refused_replacement_is_no_transition() -> None:
    refused = order(1, 1, "NEW RISK_REJECT NEW", code=Code.PRICE_COLLAR)
    coverage = Coverage().add(refused)
    assert coverage.counts["checks"] == {"PRICE_COLLAR": 1} and not coverage.counts["transitions"]


def test_merging_and_json() -> None:
    one, two = Coverage().add(RECORDS), Coverage().add(RECORDS)
    total = merged([one, two])
    assert total.counts["fill_reasons"]["AGGRESSIVE"] == 2 and one.counts["fill_reasons"]["AGGRESSIVE"] == 1
    again = Coverage.from_json(total.to_json())
    assert again.counts == total.counts and again.to_json() == total.to_json()


def test_everything_possible_is_of_the_contract() -> None:
    assert set(POSSIBLE) == set(CATEGORIES)
    assert len(POSSIBLE["operators"]) == len(Op) and "BAD_DECIMAL" not in POSSIBLE["codes"]
    assert POSSIBLE["checks"][0] == "KILLED" and POSSIBLE["checks"][-1] == "DAILY_LOSS"
    lives = sum(target == 255 for target in TRANSITIONS.values())
    assert len(POSSIBLE["transitions"]) == len(TRANSITIONS) + lives
    assert TRANSITIONS[OrderState.CREATED, Trigger.SUBMIT] == OrderState.PENDING_NEW
