"""Scenarios brought to today's variance: returns over the deviation of their day, times that of tomorrow.

Source: Barone-Adesi, Giannopoulos, Vosper (1999); Hull, White (1998).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.risk.ewma import ewma_variances
from quartet.risk.measuring import Floats

FilterName = Literal["garch11", "ewma", "none"]


class FilterParameters(Parameters):
    """How the variance of each period is estimated."""

    filter: FilterName = parameter("garch11", "GARCH(1,1) with Student-t errors, exponential weights, or none.")
    decay: float = parameter(0.94, "Decay of the exponential weights, where they are used.", gt=0, lt=1)
    observations_min: int = parameter(500, "Fewer returns than this are filtered by weights.", unit="periods", ge=50)
    refit_every: int = parameter(21, "A fit is renewed after so many periods.", unit="periods", ge=1)


@dataclass(frozen=True, slots=True)
class GarchFit:
    """v_t = omega + alpha * r_(t-1)^2 + beta * v_(t-1), of returns with mean zero."""

    omega: float
    alpha: float
    beta: float
    fitted_on: int
    """How many returns it was fitted on: the age of a fit is counted from there."""

    def variances(self, returns: Floats) -> Floats:
        """(T + 1,): row t is the forecast for period t, the first the variance of the long run."""
        out = np.empty(len(returns) + 1)
        out[0] = variance = self.omega / (1.0 - self.alpha - self.beta)
        for row, square in enumerate((returns * returns).tolist(), 1):
            variance = self.omega + self.alpha * square + self.beta * variance
            out[row] = variance
        return out


@dataclass(frozen=True, slots=True, eq=False)
class FilteredScenarios:
    """Losses as they would be at the variance that is forecast for the next period."""

    losses: Floats
    """(n,) fractions of equity."""
    used: FilterName
    fit: GarchFit | None
    why: str = ""
    """Why exponential weights stand in for the GARCH filter; empty where they do not."""


def fit_garch(returns: Floats) -> GarchFit | str:
    """A fit on returns (T,), or why there is none: it did not converge, or its persistence is 1 or more.

    Needs the extra research.
    """
    return _fitted(np.ascontiguousarray(returns, np.float64).tobytes())


@lru_cache(maxsize=2)
def _fitted(data: bytes) -> GarchFit | str:
    """The fit of the bytes of returns; value at risk and shortfall of one series share it."""
    returns = np.frombuffer(data)
    arch = needed("arch", "research", "the GARCH filter")
    scale = float(returns.std())
    if not scale > 0.0:
        return "the returns do not vary"
    model = arch.arch_model(returns / scale, mean="Zero", vol="GARCH", p=1, q=1, dist="t", rescale=False)
    result = model.fit(disp="off", show_warning=False)
    omega, alpha, beta = (float(result.params[name]) for name in ("omega", "alpha[1]", "beta[1]"))
    if result.convergence_flag != 0 or not math.isfinite(omega + alpha + beta):
        return "the GARCH fit did not converge"
    if alpha + beta >= 1.0 or omega <= 0.0:
        return f"the GARCH fit has a persistence of {alpha + beta:.4f}"
    return GarchFit(omega * scale * scale, alpha, beta, len(returns))


def filtered_scenarios(
    losses: Floats, parameters: FilterParameters, fit: GarchFit | str | None = None
) -> FilteredScenarios:
    """Losses (n,) brought to the variance of the next period; fit: one made before, or why there is none.

    Where GARCH cannot be had, exponential weights are used and `why` says so. Needs the extra research for GARCH.
    """
    if parameters.filter == "none":
        return FilteredScenarios(losses, "none", None)
    why = ""
    if parameters.filter == "garch11":
        if len(losses) < parameters.observations_min:
            why = f"{len(losses):,} returns, {parameters.observations_min:,} needed for GARCH"
        else:
            fit = fit_garch(-losses) if fit is None else fit
            if isinstance(fit, GarchFit):
                return FilteredScenarios(_rescaled(losses, fit.variances(-losses)), "garch11", fit)
            why = fit
    return FilteredScenarios(_rescaled(losses, ewma_variances(-losses, parameters.decay)), "ewma", None, why)


class FilterSchedule:
    """Filtered scenarios of a series that grows: the fit is renewed on time, and an old one is used only so long."""

    def __init__(self, parameters: FilterParameters) -> None:
        self._parameters = parameters
        self.fit: GarchFit | None = None
        """The fit in use; its fitted_on is its date."""
        self._tried_on = 0

    def scenarios(self, losses: Floats) -> FilteredScenarios:
        """Of all losses so far. A fit that fails leaves the old one in use up to two periods of renewal."""
        chosen = self._parameters
        if chosen.filter != "garch11" or len(losses) < chosen.observations_min:
            return filtered_scenarios(losses, chosen)
        why = "the last GARCH fit is too old"
        if self._tried_on == 0 or len(losses) - self._tried_on >= chosen.refit_every:
            self._tried_on = len(losses)
            made = fit_garch(-losses)
            if isinstance(made, GarchFit):
                self.fit = made
            else:
                why = made
        usable = self.fit is not None and len(losses) - self.fit.fitted_on <= 2 * chosen.refit_every
        return filtered_scenarios(losses, chosen, self.fit if usable else why)


def _rescaled(losses: Floats, variances: Floats) -> Floats:
    """Losses over the deviation of their period, times that of the next; periods before any variance are left out."""
    known = variances[:-1] > 0.0
    if not known.any():
        return losses
    return np.asarray(losses[known] * np.sqrt(variances[-1] / variances[:-1][known]), np.float64)
