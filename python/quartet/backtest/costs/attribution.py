"""What each fill cost by component, exactly: the parts sum to the fee and to what was paid beyond the reference price.

Spread is half of spread_bps of the reference value, slippage slippage_bps of it with the rounding to a tick; of a model
that grows, impact is all that is beyond these two, the rounding with it. A fill of an engine's own price has slippage
alone, negative where it was better than the open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quartet.backtest.columnar.layout import TermColumn
from quartet.backtest.costs.charging import due_on_sale
from quartet.core.fixed import cap

if TYPE_CHECKING:
    from quartet.backtest.recording import Record

OF_FILLS: Final = ("commission", "regulatory", "conversion", "spread", "slippage", "impact")
COMPONENTS: Final = (*OF_FILLS, "borrow", "funding", "interest", "dividends")
"""In the order in which they are shown."""
ALWAYS_SHOWN: Final = ("commission", "slippage", "borrow", "interest", "dividends")


def cost_parts(record: Record) -> dict[str, list[int]]:
    """Each component of OF_FILLS by fill, 1e-18."""
    plan, fills = record.plan, record.outcome.fills
    parts: dict[str, list[int]] = {name: [] for name in OF_FILLS}
    stamps, symbols, quantities = (fills[name].tolist() for name in ("stamp", "symbol", "quantity"))
    references = plan.reference[fills["stamp"], fills["symbol"]].tolist()
    multipliers = plan.terms[:, TermColumn.MULTIPLIER].tolist()
    passive = plan.settings.price_for_fill == "engine"
    half_ppb = 0 if passive else plan.half_spread_ppb
    slip_ppb = plan.slippage.fixed_ppb - plan.half_spread_ppb
    prices = fills["price"].tolist()
    rows = zip(stamps, symbols, quantities, prices, references, record.fees, record.slippage, strict=True)
    for t, i, quantity, price, reference, fee, beyond in rows:
        size = abs(quantity)
        notional, value = price * size * multipliers[i], reference * size * multipliers[i]
        conversion = plan.conversion_of(t, i, notional)
        regulatory = due_on_sale(plan.commission.row(0, t), notional, size) if quantity < 0 else 0
        spread = cap(half_ppb, value)
        impact = beyond - spread - cap(slip_ppb, value) if plan.slippage.grows else 0
        found = (fee - regulatory - conversion, regulatory, conversion, spread, beyond - spread - impact, impact)
        for name, amount in zip(OF_FILLS, found, strict=True):
            parts[name].append(amount)
    return parts
