"""Of closed round trips: lots first in, first out, profit after fees in exact money."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.risk.measuring import Reading, insufficient, measure
from quartet.risk.trips import RoundTrips

_MONEY: Final = "account currency"
_MONEY_SCALE: Final = 10**18
_SECOND_NS: Final = 10**9
_NONE_CLOSED: Final = "no trip is closed"
_KAUFMAN: Final = "Kaufman (2013), Trading Systems and Methods, chapter 21"


class TripKelly(Parameters):
    """How much of the full fraction is used, and how many trips it takes."""

    fraction: float = parameter(1.0, "Share of the full Kelly fraction; 0.25 is quarter Kelly.", gt=0, le=1)
    trips_min: int = parameter(30, "Closed trips below which there is no figure.", unit="trips", ge=1)
    quantile: float = parameter(
        0.0, "Quantile of the win rate's posterior that is believed, needs the extra research; 0: the rate as it was, "
        "0.25: what sizing should use.", ge=0, lt=1,
    )  # fmt: skip


FULL_KELLY: Final = TripKelly()


@measure(unit="trips", source=_KAUFMAN)
def num_trades(trades: RoundTrips) -> int:
    """How many round trips are closed."""
    return len(trades)


@measure(unit="share of trips", source=_KAUFMAN, null_where=_NONE_CLOSED)
def win_rate(trades: RoundTrips) -> float | None:
    """Share of closed trips with a profit after fees."""
    return sum(pnl > 0 for pnl in trades.net_pnl) / len(trades) if len(trades) else None


@measure(unit="ratio", source=_KAUFMAN)
def profit_factor(trades: RoundTrips) -> Reading:
    """Sum of profits over the sum of losses, its sign dropped; without a loss there is none."""
    wins, losses = _sides(trades)
    if not losses:
        return Reading(None, why=f"no losses in {len(trades):,} closed trips")
    return Reading(sum(wins) / -sum(losses))


@measure(unit=_MONEY, source=_KAUFMAN, null_where=_NONE_CLOSED)
def expectancy(trades: RoundTrips) -> float | None:
    """Mean profit of a closed trip after fees."""
    return sum(trades.net_pnl) / (len(trades) * _MONEY_SCALE) if len(trades) else None


@measure(unit="ratio", source=_KAUFMAN)
def payoff_ratio(trades: RoundTrips) -> Reading:
    """Mean profit of trips that won over the mean loss of those that lost."""
    wins, losses = _sides(trades)
    if not wins or not losses:
        return Reading(None, why=f"{len(wins):,} won and {len(losses):,} lost; one of each is needed")
    return Reading((sum(wins) * len(losses)) / (-sum(losses) * len(wins)))


@measure(unit="seconds", source=_KAUFMAN, null_where=_NONE_CLOSED)
def avg_hold(trades: RoundTrips) -> float | None:
    """Mean time from the first fill of a lot to the fill that closed it."""
    return sum(trades.hold_ns.tolist()) / (len(trades) * _SECOND_NS) if len(trades) else None


@measure(unit="trips", source=_KAUFMAN)
def max_consecutive_losses(trades: RoundTrips) -> int:
    """The longest row of trips that lost, in the order in which they were closed."""
    lost = (pnl < 0 for pnl in trades.net_pnl)
    return max((sum(1 for _ in run) for loss, run in groupby(lost) if loss), default=0)


@measure(
    unit="fraction of equity",
    source="Kelly (1956), for bets of fixed odds",
    parameters=TripKelly,
    rows={"trade_kelly_full": {}, "trade_kelly_quarter": {"fraction": 0.25}},
)
def kelly_of_trades(trades: RoundTrips, parameters: TripKelly = FULL_KELLY) -> Reading:
    """Kelly fraction of the odds of closed trips: win rate less loss rate over payoff ratio; 0 where that is below."""
    wins, losses = _sides(trades)
    if len(trades) < parameters.trips_min:
        return insufficient(len(trades), parameters.trips_min, "closed trips")
    if not wins or not losses:
        return Reading(
            None, why=f"INSUFFICIENT_DATA: {len(wins):,} won and {len(losses):,} lost; one of each is needed"
        )
    payoff = (sum(wins) * len(losses)) / (-sum(losses) * len(wins))
    rate = len(wins) / len(trades)
    if parameters.quantile:
        rate = believed_rate(len(wins), len(trades) - len(wins), parameters.quantile)
    return Reading(parameters.fraction * kelly_of_odds(rate, payoff))


def kelly_of_odds(win_rate: float, payoff_ratio: float) -> float:
    """p - (1 - p) / b, or 0 where that is below: a bet is left out, never turned round."""
    return max(0.0, win_rate - (1.0 - win_rate) / payoff_ratio)


def believed_rate(wins: int, others: int, quantile: float) -> float:
    """A quantile of the posterior Beta(1 + wins, 1 + others) of a win rate of which nothing was known before."""
    law = needed("scipy.stats", "research", "the posterior of a win rate").beta
    return float(law.ppf(quantile, 1 + wins, 1 + others))


def _sides(trades: RoundTrips) -> tuple[list[int], list[int]]:
    """Profits and losses, exact; trips that ended even are in neither."""
    return [pnl for pnl in trades.net_pnl if pnl > 0], [pnl for pnl in trades.net_pnl if pnl < 0]
