"""The blocks about the program around the strategy: engine, performance, signals' limits, session, data, output."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from quartet.engines.config.block import Block
from quartet.engines.config.bounds import SECONDS_MAX
from quartet.engines.config.numbers import Double, Exact, key

EngineType = Literal["auto", "rust", "cpp", "go", "python"]


class Engine(Block):
    """Which engine runs."""

    type: EngineType = Field(
        default="rust", description="The engine; auto takes the first that works of rust, cpp, go, python."
    )
    fallback_to_python: bool = Field(
        default=False,
        description="Run the Python reference, marked as degraded, where the engine is missing; else refuse to start.",
    )


class Performance(Block):
    """Resources of the process, and the engine's message rate."""

    max_threads: int = key(
        16, "Threads of the engine and of the edge; clamped to the number of processors.", "threads", ge=1, le=4096
    )
    memory_pool_size_mb: int = key(
        1024, "Memory for batches in flight; at most half of what the process may use.", "MiB", ge=16, le=65536
    )
    cache_size_mb: int = key(512, "Decoded batches and features kept at the edge; 0: none.", "MiB", ge=0, le=65536)
    enable_simd: bool = Field(default=True, description="Vector instructions; results are the same bits without them.")
    enable_quantization: bool = Field(
        default=True, description="Integer features for models outside the engine; prices are exact in either case."
    )
    max_orders_per_second: int | None = key(
        10000, "Row 11, whole engine: new orders and replaces a second, bursts of twice that.", "1/s", ge=1, le=10**9
    )


class SignalGeneration(Block):
    """Limits on signals, of the graph and from outside, and switches of operator families."""

    max_signals_per_symbol: int = key(
        10, "Live external signals a symbol may hold; the least confident goes.", ge=1, le=1000
    )
    min_signal_confidence: Double = key(0.1, "Signals of a lower confidence are dropped.", "share", ge=0, le=1)
    max_signal_age_seconds: Exact = key(
        Decimal("1.0"), "Older signals are dropped; exactly this age is live.", "s", gt=0, le=SECONDS_MAX, places=9
    )
    enable_technical_indicators: bool = Field(default=True, description="Off: averages, extrema and decays become NaN.")
    enable_statistical_signals: bool = Field(
        default=True, description="Off: deviations, z-scores, ranks, slopes become NaN."
    )
    enable_ml_signals: bool = Field(default=True, description="Off: linear and logistic models become NaN.")
    enable_caching: bool = Field(
        default=True, description="Use the cache of performance.cache_size_mb; changes no output."
    )


_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)")


def _clock_time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError('must be a time of day as "HH:MM:SS"')
    return text


class Session(Block):
    """Days and the risk clock."""

    roll_utc: Annotated[str, AfterValidator(_clock_time)] = Field(
        default="00:00:00", description="Time of day, UTC, at which a session begins and the daily loss starts anew."
    )
    risk_clock_seconds: Exact = key(
        Decimal("1.0"), "Value at risk uses prices renewed at this interval.", "s", gt=0, le=SECONDS_MAX, places=9
    )

    @property
    def roll_ns(self) -> int:
        """Nanoseconds after midnight UTC."""
        hours, minutes, seconds = map(int, self.roll_utc.split(":"))
        return ((hours * 60 + minutes) * 60 + seconds) * 10**9


class Capacity(Block):
    """What the engine sets aside when it is configured."""

    open_orders: int = key(16384, "Open orders at one time.", "orders", ge=1, le=65536)
    source_count: int = key(
        16, "Input and signal sources are numbered from 0 to one below this.", "sources", ge=1, le=65536
    )


def _date(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("must be a date as YYYY-MM-DD") from None


Day = Annotated[date, BeforeValidator(_date)]


class Data(Block):
    """Which files are replayed; read at the edge."""

    files: list[str] = Field(default=[], description="Data files, in any order; the events are merged by time.")
    map: dict[str, str] = Field(
        default={}, description="Fields and the columns they come from, for files not recognised by name."
    )
    symbols: list[str] = Field(default=[], description="Symbols to take; empty: all that the files have.")
    start_date: Day | None = Field(default=None, description="First day, UTC, taken from the files.")
    end_date: Day | None = Field(default=None, description="Last day, UTC, taken from the files, itself included.")


class Report(Block):
    """What is written after a run."""

    path: str | None = Field(default="results/report.html", description="The report; null: none.")


class Logging(Block):
    """Messages of the process."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severity that is written."
    )
    file: str | None = Field(default=None, description="File for messages; null: standard error.")
