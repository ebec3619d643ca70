"""Who watches an engine decide, so that a decision can be explained; watching changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from quartet.engines.reference.core.state import BarVerdict, Symbol
    from quartet.engines.reference.order_engine.policy import Desires
    from quartet.engines.reference.risk_engine.review import Review


class Observer(Protocol):
    """Is told of each step between a verdict and an order, while the state is as the step finds it."""

    def decided(self, symbol: Symbol, verdict: BarVerdict, desires: Desires | None) -> None:
        """The policy gave its desires; None decides nothing (spec 10.3)."""

    def tested(self, review: Review) -> None:
        """The gate is about to test an order (spec 9.3)."""
