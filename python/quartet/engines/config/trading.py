"""The blocks about trading: instruments, policy, reconciler, venue, account."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from quartet.engines.config.block import Block
from quartet.engines.config.bounds import (
    CASH_MAX,
    LOT_MAX,
    MICROSECONDS_MAX,
    MILLISECONDS_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    SECONDS_MAX,
    SHARE_MAX,
    TICK_MAX,
)
from quartet.engines.config.numbers import Exact, key
from quartet.engines.config.risk import share

ANY_SYMBOL = "*"


class InstrumentBlock(Block):
    """One instrument. The entry "*" is for symbols without one, and gives the others what they leave out."""

    symbol: str = Field(description='Name as in the data; "*" for every symbol that has no entry.', min_length=1)
    tick: Exact = key(Decimal("0.01"), "Price step.", "price", gt=0, le=TICK_MAX, places=9)
    lot: Exact = key(Decimal(1), "Quantity step.", "units", gt=0, le=LOT_MAX, places=9)
    multiplier: int = key(1, "Value of one unit at a price of 1.", "money", ge=1, le=10**6)
    currency: str | None = Field(
        default=None, description="Settlement currency; null: that of the account, and no other can be."
    )
    venue: str = Field(default="", description="Where it trades.")
    price_min: Exact | None = key(
        None, "Lowest price; null: one tick.", "price", gt=f"-{PRICE_MAX}", le=PRICE_MAX, places=9
    )
    price_max: Exact | None = key(
        None, "Highest price; null: 1125899.906842623.", "price", gt=0, le=PRICE_MAX, places=9
    )
    quantity_max: Exact | None = key(
        None, "Largest position either way; null: 18014398.509481984.", "units", gt=0, le=QUANTITY_MAX, places=9
    )
    size_unit: int = key(1, "Whole tokens that one unit of quantity stands for; at the edge only.", "tokens", ge=1)
    default_size: Exact | None = key(
        None, "Size of records whose source has none; at the edge only.", "units", gt=0, le=PRICE_MAX, places=9
    )
    reference_price: Exact | None = key(
        None, "Prior close: the mark before the first one.", "price", gt=f"-{PRICE_MAX}", le=PRICE_MAX, places=9
    )
    adv: Exact | None = key(None, "Average daily volume, for max_adv_share.", "units", ge=0, le=PRICE_MAX, places=9)
    fill_model: Literal["book", "bar"] = Field(
        default="book", description="Orders meet quotes, books and trades, or the next bar."
    )
    price_collar: Exact | None = share(None, "Instead of risk_management.price_collar.", ge=0, le=SHARE_MAX)
    price_collar_far: Exact | None = share(None, "Instead of risk_management.price_collar_far.", ge=0, le=SHARE_MAX)
    max_order_quantity: Exact | None = key(
        None, "Instead of risk_management.max_order_quantity.", "units", gt=0, le=QUANTITY_MAX, places=9
    )
    max_position_weight: Exact | None = share(
        None, "Instead of risk_management.max_position_weight.", ge=0, le=SHARE_MAX
    )
    max_position_quantity: Exact | None = key(
        None, "Instead of risk_management.max_position_quantity.", "units", gt=0, le=QUANTITY_MAX, places=9
    )
    initial_margin: Exact | None = share(None, "Instead of risk_management.initial_margin.", ge=0, le=SHARE_MAX)


def instrument_of(entries: Sequence[InstrumentBlock], symbol: str) -> InstrumentBlock | None:
    """Return the symbol's entry over the template; the template alone; or None where there is neither."""
    named: Mapping[str, InstrumentBlock] = {entry.symbol: entry for entry in entries}
    template, own = named.get(ANY_SYMBOL), named.get(symbol)
    if own is None or template is None:
        return own if own else template and template.model_copy(update={"symbol": symbol})
    return template.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


class TargetBlock(Block):
    """From a score to a target position."""

    sizing: Literal["quantity", "weight"] = Field(
        default="weight", description="A full score is max_quantity, or max_weight."
    )
    max_quantity: Exact = key(
        Decimal(100), "Position of a full score, by quantity.", "units", gt=0, le=QUANTITY_MAX, places=9
    )
    max_weight: Exact = share("0.02", "Share of equity of a full score, by weight.", gt=0, le=SHARE_MAX)
    rebalance: Literal["on_change", "always"] = Field(
        default="on_change",
        description="The target is computed anew when score times confidence changes, or at every verdict.",
    )
    order_type: Literal["market", "limit", "ioc", "fok", "post_only"] = Field(
        default="limit", description="Type of the orders."
    )
    price_reference: Literal["opposite", "own", "mark"] = Field(
        default="opposite",
        description="Price that an order starts from: the other side's best, our side's best, the mark.",
    )
    offset_ticks: int = key(0, "Ticks added to it, towards the market where positive.", "ticks", ge=-(10**6), le=10**6)


class QuotingBlock(Block):
    """Two quotes around the graph's fair_value."""

    half_spread: Exact = key(Decimal("0.01"), "Half of the quoted spread.", "price", ge=0, le=LOT_MAX, places=9)
    inventory_skew: Exact = key(
        Decimal(0), "Shift of both quotes at max_inventory.", "price", ge=f"-{LOT_MAX}", le=LOT_MAX, places=9
    )
    quote_quantity: Exact = key(Decimal(1), "Quantity of each quote.", "units", gt=0, le=QUANTITY_MAX, places=9)
    max_inventory: Exact = key(Decimal(10), "Largest position either way.", "units", gt=0, le=QUANTITY_MAX, places=9)
    requote_ticks: int = key(0, "A working quote this near to the desired price stays.", "ticks", ge=0, le=10**6)

    @model_validator(mode="after")
    def _quotes_fit(self) -> Self:
        if self.quote_quantity > self.max_inventory:
            raise ValueError("quote_quantity must not be above max_inventory")
        return self


class Policy(Block):
    """From a signal to the orders we want."""

    kind: Literal["target", "quoting"] = Field(default="target", description="A target position, or two quotes.")
    direction_threshold: Exact = key(Decimal(0), "A score within this of zero has no direction.", "score", ge=0)
    target: TargetBlock = Field(default=TargetBlock.usual(), description="For kind target.")
    quoting: QuotingBlock = Field(default=QuotingBlock.usual(), description="For kind quoting.")


class Reconciler(Block):
    """From the orders we want to those we have."""

    use_replace: bool = Field(
        default=True, description="Replace a working order where that will do, instead of cancel and new."
    )
    retry_after_ms: Exact = key(
        Decimal(1000),
        "A refused order is not tried again before this, unless it changes.",
        "ms",
        ge=0,
        le=MILLISECONDS_MAX,
    )
    slice_quantity: Exact | None = key(
        None, "Largest quantity of one order; null: all at once.", "units", gt=0, le=QUANTITY_MAX, places=9
    )
    order_ttl_seconds: Exact | None = key(
        None, "Life of an order; null: until canceled.", "s", gt=0, le=SECONDS_MAX, places=9
    )


class Venue(Block):
    """The market that orders meet."""

    mode: Literal["simulated", "external"] = Field(
        default="simulated", description="Our simulation, or reports of a live venue."
    )
    order_latency_us: Exact = key(Decimal(300), "From us to the venue.", "us", ge=0, le=MICROSECONDS_MAX)
    response_latency_us: Exact = key(Decimal(300), "From the venue to us.", "us", ge=0, le=MICROSECONDS_MAX)
    maker_fee: Exact = share("0", "Fee on notional where our order rested; negative is a rebate.", ge=-1, le=1)
    taker_fee: Exact = share("0", "Fee on notional where our order took.", ge=-1, le=1)
    queue_model: Literal["risk_averse", "probability"] = Field(
        default="risk_averse",
        description="How the queue ahead of a resting order shrinks: by trades, or by cancels as well.",
    )
    bar_slippage: Exact = share("0", "Slippage of market orders at a bar's open.", ge=0, le="0.1")
    max_participation: Exact = share("0.1", "Largest share of a bar's volume that we may take.", ge=0, le=1)


class Account(Block):
    """Where the money starts."""

    initial_cash: Exact = key(Decimal(1000000), "Cash at the start.", "money", ge=0, le=CASH_MAX, places=18)
    currency: str = Field(default="USD", description="Settlement currency.", min_length=1)
    type: Literal["margin", "cash"] = Field(
        default="margin", description="Row 13: margin on exposure, or cash and holdings."
    )
