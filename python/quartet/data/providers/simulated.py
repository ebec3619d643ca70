"""The simulated order book as a source; whatever shows its data says that they are simulated."""

from __future__ import annotations

from typing import Any, Literal

from quartet.core.parameters import parameter
from quartet.core.registry import register
from quartet.data.dataset import Dataset
from quartet.data.providers.delivery import dataset_of
from quartet.data.simulation import SimulationParameters, simulate_book


class SimulatedParameters(SimulationParameters):
    """The rates of the model, and what comes out."""

    kind: Literal["quotes", "book", "trades"] = parameter("quotes", "What comes out.")


@register(
    "source",
    "simulated_book",
    parameters=SimulatedParameters,
    schemas="quotes, book, trades",
    source="Smith, Farmer, Gillemot, Krishnamurthy (2003), Quantitative Finance 3",
)
def simulated_book(what: Any, parameters: SimulatedParameters) -> Dataset:
    """A made-up order book of random limit orders, market orders and cancels; one seed, the same bytes."""
    values = parameters.model_dump(exclude={"kind"})
    simulation = simulate_book(SimulationParameters(**values))
    frame = getattr(simulation, parameters.kind)
    return dataset_of(
        frame.drop("ts_init"),
        parameters.kind,
        "simulated_book",
        name=f"{parameters.symbol}, seed {parameters.seed}",
        steps=["simulated: zero-intelligence order flow; prices carry no news"],
        parameters=parameters.model_dump(),
        simulated=True,
    )
