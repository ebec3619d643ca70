"""Other names and units under which keys are accepted: deprecated keys (E-032), basis points, nanoseconds."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from quartet.engines.config.layers import Layer, Path
from quartet.engines.config.numbers import exact

REMOVED_IN = "1.0"
_MIB = 2**20


class Alternate(NamedTuple):
    """A key and the key that it stands for."""

    old: Path
    new: Path
    doc: str
    convert: Callable[[object], object] = lambda value: value
    deprecated: bool = False


def _scaled(power: int) -> Callable[[object], object]:
    def convert(value: object) -> object:
        number = exact(value)
        return number.scaleb(power) if isinstance(number, Decimal) else number

    return convert


def _mebibytes(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number of bytes")
    return -(-value // _MIB)


ALTERNATES = (
    Alternate(("venue", "maker_fee_bps"), ("venue", "maker_fee"), "Basis points.", _scaled(-4)),
    Alternate(("venue", "taker_fee_bps"), ("venue", "taker_fee"), "Basis points.", _scaled(-4)),
    Alternate(("venue", "bar_slippage_bps"), ("venue", "bar_slippage"), "Basis points.", _scaled(-4)),
    Alternate(("venue", "order_latency_ns"), ("venue", "order_latency_us"), "Nanoseconds.", _scaled(-3)),
    Alternate(("venue", "response_latency_ns"), ("venue", "response_latency_us"), "Nanoseconds.", _scaled(-3)),
    Alternate(("risk_management", "account_type"), ("account", "type"), "The same."),
    Alternate(("risk_management", "session_roll_utc"), ("session", "roll_utc"), "The same."),
    Alternate(("risk_management", "risk_clock_seconds"), ("session", "risk_clock_seconds"), "The same."),
    Alternate(
        ("performance", "memory_pool_size"),
        ("performance", "memory_pool_size_mb"),
        "Bytes, rounded up to MiB.",
        _mebibytes,
        deprecated=True,
    ),
    Alternate(
        ("memory_pool_size",),
        ("performance", "memory_pool_size_mb"),
        "Bytes, rounded up to MiB.",
        _mebibytes,
        deprecated=True,
    ),
    Alternate(("cache_size_mb",), ("performance", "cache_size_mb"), "The same.", deprecated=True),
    Alternate(("max_orders_per_second",), ("performance", "max_orders_per_second"), "The same.", deprecated=True),
)


class BadAlternate(ValueError):
    """A key under another name has a value that cannot be converted, or contradicts the key itself."""

    def __init__(self, path: Path, value: object, rule: str) -> None:
        super().__init__(rule)
        self.path, self.value, self.rule = path, value, rule


def renamed(layer: Layer) -> tuple[Layer, list[str]]:
    """Return the layer with present names and units only, and the warnings about deprecated ones."""
    result, warnings = Layer(_copy(layer.values), dict(layer.origins)), []
    for each in ALTERNATES:
        if not _has(result, each.old):
            continue
        given = result.get(each.old)
        try:
            value = None if given is None else each.convert(given)
        except ValueError as error:
            raise BadAlternate(each.old, given, str(error)) from None
        old, new = ".".join(map(str, each.old)), ".".join(map(str, each.new))
        if _has(result, each.new) and exact_or_same(result.get(each.new)) != exact_or_same(value):
            raise BadAlternate(each.old, given, f"contradicts {new}, which is {result.get(each.new)}; give one of them")
        origin = result.origin(each.old)
        if each.deprecated:
            warnings.append(f"{origin}: {old} is deprecated and will be removed in {REMOVED_IN}; write {new}: {value}")
            if each.convert is _mebibytes and given is not None and given % _MIB:
                warnings.append(
                    f"{origin}: {old} = {given} bytes is not a whole number of MiB; rounded up to {value} MiB"
                )
        _remove(result, each.old)
        result.put(each.new, value, origin)
    return result, warnings


def exact_or_same(value: object) -> object:
    """Numbers as decimals, so that 5 and "5.0" are the same; other values as they are."""
    try:
        return exact(value)
    except ValueError:
        return value


def _has(layer: Layer, path: Path) -> bool:
    holder = layer.get(path[:-1])
    return isinstance(holder, dict) and path[-1] in holder


def _remove(layer: Layer, path: Path) -> None:
    del layer.get(path[:-1])[path[-1]]
    layer.origins.pop(path, None)


def _copy(values: dict[str, object]) -> dict[str, object]:
    return {k: _copy(v) if isinstance(v, dict) else v for k, v in values.items()}
