"""What both works in NautilusTrader share: shares with a tick of a cent, and an engine with an account at one venue."""

from collections.abc import Sequence
from decimal import Decimal

from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, RiskEngineConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TraderId, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity

VENUE = Venue("PEER")
NO_LIMIT = "1000000/00:00:01"


def instrument(number: int) -> Equity:
    """A share with a tick of one cent."""
    name = Symbol(f"S{number:05d}")
    return Equity(
        instrument_id=InstrumentId(name, VENUE),
        raw_symbol=name,
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )


def engine_of(instruments: Sequence[Equity], dollars: float, leverage: int) -> BacktestEngine:
    """A fresh engine that refuses no order for its rate."""
    engine = BacktestEngine(
        BacktestEngineConfig(
            trader_id=TraderId("PEER-001"),
            logging=LoggingConfig(bypass_logging=True),
            run_analysis=False,
            risk_engine=RiskEngineConfig(max_order_submit_rate=NO_LIMIT, max_order_modify_rate=NO_LIMIT),
        )
    )
    engine.add_venue(
        VENUE,
        OmsType.NETTING,
        AccountType.MARGIN,
        base_currency=USD,
        starting_balances=[Money(dollars, USD)],
        default_leverage=Decimal(leverage),
    )
    for each in instruments:
        engine.add_instrument(each)
    return engine
