"""The configuration file as a whole: its blocks, and the rules between them."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from quartet.engines.config.block import Block
from quartet.engines.config.blocks import (
    Capacity,
    Data,
    Engine,
    Logging,
    Performance,
    Report,
    Session,
    SignalGeneration,
)
from quartet.engines.config.risk import LIMITS, RiskManagement, RiskModelBlock
from quartet.engines.config.signal_text import Signal
from quartet.engines.config.trading import Account, InstrumentBlock, Policy, Reconciler, Venue


def _one_entry_each(entries: list[InstrumentBlock]) -> list[InstrumentBlock]:
    symbols = [entry.symbol for entry in entries]
    twice = next((symbol for symbol in symbols if symbols.count(symbol) > 1), None)
    if twice is not None:
        raise ValueError(f"symbol {twice!r} has two entries; keep one of them")
    return entries


class Configuration(Block):
    """Everything that a configuration file can say."""

    engine: Engine = Field(default=Engine.usual(), description="Which engine runs.")
    performance: Performance = Field(default=Performance.usual(), description="Resources and rates.")
    risk_management: RiskManagement = Field(default=RiskManagement.usual(), description="Limits of the pre-trade gate.")
    signal_generation: SignalGeneration = Field(
        default=SignalGeneration.usual(), description="Limits on signals; switches."
    )
    instruments: Annotated[list[InstrumentBlock], AfterValidator(_one_entry_each)] = Field(
        default=[], description='Instruments; an entry with symbol "*" is a template for all others.'
    )
    signal: Signal | None = Field(default=None, description="The signal graph as text; null: given in Python.")
    policy: Policy = Field(default=Policy.usual(), description="From signals to wanted orders.")
    reconciler: Reconciler = Field(default=Reconciler.usual(), description="From wanted orders to working ones.")
    venue: Venue = Field(default=Venue.usual(), description="The market that orders meet.")
    account: Account = Field(default=Account.usual(), description="Cash and account type.")
    session: Session = Field(default=Session.usual(), description="Days and the risk clock.")
    risk_model: RiskModelBlock | None = Field(default=None, description="Covariance for value at risk; null: none.")
    capacity: Capacity = Field(default=Capacity.usual(), description="What the engine sets aside.")
    data: Data = Field(default=Data.usual(), description="Files to replay.")
    report: Report = Field(default=Report.usual(), description="What a run writes.")
    logging: Logging = Field(default=Logging.usual(), description="Messages of the process.")

    @model_validator(mode="before")
    @classmethod
    def _research_starts_without_limits(cls, values: Any) -> Any:
        risk = values.get("risk_management") if isinstance(values, dict) else None
        if not isinstance(risk, dict) or risk.get("limit_set") != "research":
            return values
        off = dict.fromkeys(LIMITS)
        performance = values.get("performance", {})
        if isinstance(performance, dict):
            performance = {"max_orders_per_second": None} | performance
        return values | {"risk_management": off | risk, "performance": performance}
