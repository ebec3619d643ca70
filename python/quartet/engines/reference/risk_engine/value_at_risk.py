"""Rows 18 and 19: value at risk of the symbol and of the portfolio, in the order of spec 9.10."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import Code
from quartet.core.elementary import float_bits, maximum, square_root
from quartet.engines.reference.core.settings import RiskModel
from quartet.engines.reference.risk_engine.review import Exposure, Failure, Review

_Z_99: Final = 2.3263478740408408


def _notional(exposure: Exposure) -> float:
    """n_j: the worst position at the risk price."""
    symbol = exposure.symbol
    return float(exposure.worst * (symbol.risk_price or 0) * symbol.instrument.multiplier) / 1e18


def _stale(r: Review) -> Failure | None:
    model, now = r.state.risk_model, r.state.now
    if model is not None and now > model.valid_until_ns:
        return Failure(Code.VAR_STALE, model.valid_until_ns, now)
    return None


def _judge(r: Review, code: Code, left: float, limit_ppb: int) -> Failure | None:
    limit = float(limit_ppb) / 1e9
    equity = float(r.state.equity) / 1e18
    right = limit * equity
    return None if left <= right else Failure(code, float_bits(right), float_bits(left))


def _default_deviation(r: Review) -> float:
    return float(r.state.limits.var_default_daily_vol_ppb) / 1e9


def _multiplier(r: Review) -> float:
    return float(r.state.limits.var_multiplier_ppb) / 1e9


def position_var(r: Review) -> Failure | None:
    """Row 18."""
    limit = r.state.limits.max_position_var_ppb
    if limit is None:
        return None
    stale = _stale(r)
    if stale:
        return stale
    model = r.state.risk_model
    deviation = _default_deviation(r)
    if model is not None and r.symbol.id in model.row:
        i = model.row[r.symbol.id]
        deviation = square_root(model.covariance[i][i])
    left = _multiplier(r) * (_Z_99 * (deviation * abs(_notional(r.own))))
    return _judge(r, Code.POSITION_VAR, left, limit)


def _variance(model: RiskModel, inside: list[tuple[int, float]]) -> float:
    v = 0.0
    for i, n_i in inside:
        row = 0.0
        for j, n_j in inside:
            row = row + model.covariance[i][j] * n_j
        v = v + n_i * row
    return v


def portfolio_var(r: Review) -> Failure | None:
    """Row 19."""
    limit = r.state.limits.max_portfolio_var_ppb
    if limit is None:
        return None
    stale = _stale(r)
    if stale:
        return stale
    model = r.state.risk_model
    inside: list[tuple[int, float]] = []
    gross_outside = 0.0
    for exposure in r.all:
        place = None if model is None else model.row.get(exposure.symbol.id)
        if place is None:
            gross_outside = gross_outside + abs(_notional(exposure))
        else:
            inside.append((place, _notional(exposure)))
    v = 0.0 if model is None else _variance(model, inside)
    deviation = square_root(maximum(v, 0.0))
    left = _multiplier(r) * (_Z_99 * deviation + _Z_99 * (_default_deviation(r) * gross_outside))
    return _judge(r, Code.PORTFOLIO_VAR, left, limit)
