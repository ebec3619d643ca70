"""Peers get our quotes, and their answers are compared with ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from quartet.bench.peers import installed_peers, peer_row, quote_records
from quartet.bench.plan import Plan
from quartet.bench.workloads import workloads_of
from quartet.core.errors import ConfigError
from tests.unit.bench.test_measuring import ENGINES

PLAN = Plan(600, 300, 1, 1)
[W1] = workloads_of("W1", PLAN, (1,))


def cross_by_hand(fast_span: int = 10, slow_span: int = 20) -> tuple[int, int]:
    """Orders and net cash in ticks of the first 300 quotes, in as few words as can be."""
    orders = cash = held = 0
    fast = slow = 0.0
    for place, (_, _, bid, ask, _, _) in enumerate(quote_records(W1.stream)[:300].tolist()):
        mid = (bid + ask) / 2
        fast = mid if place == 0 else fast + 2 / (fast_span + 1) * (mid - fast)
        slow = mid if place == 0 else slow + 2 / (slow_span + 1) * (mid - slow)
        wanted = (1 if fast >= slow else -1) if place + 1 >= slow_span else held
        if wanted != held:
            orders += 1
            cash -= (wanted - held) * (ask if wanted > held else bid)
            held = wanted
    return orders, cash


def test_a_peer_that_does_the_same_is_equal() -> None:
    orders, cash = cross_by_hand()
    assert orders > 0
    answer = {"peer": "p", "version": "1", "symbols": 1, "events": 300, "ns_per_quote_runs": [5.0, 6.0]}
    same = peer_row({**answer, "orders": orders, "net_cash_ticks": cash}, W1, ENGINES[0])
    assert same.equal and same.kind == "peer" and same.measures == {"ns_per_quote": (5.0, 6.0)}
    other = peer_row({**answer, "orders": orders + 2, "net_cash_ticks": cash - 7}, W1, ENGINES[0])
    assert not other.equal and not other.measures
    assert other.notes["compared"] == "orders +2, cash -7 ticks"


def test_what_is_not_set_up_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="run from a checkout"):
        installed_peers(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"run .*setup\.sh"):
        installed_peers(tmp_path)
