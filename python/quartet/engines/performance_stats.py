"""The statistics of an engine under their documented names, in microseconds and counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_US: Final = 1000.0
_PERCENTILES: Final = ("p50", "p90", "p99", "p999")


def performance_stats(statistics: Mapping[str, Any], processing_ns: int, events: int) -> dict[str, float | int]:
    """Rename and scale what CoreEngine.statistics gives; `events` were processed in `processing_ns`.

    Latencies are those of single events, sampled inside the engine. The engines keep no cache, so its counts are 0.
    """
    counters: Mapping[str, int] = statistics["counters"]
    samples = statistics["latency_count"]
    latencies = {f"{name}_signal_latency_us": statistics[f"latency_ns_{name}"] / _US for name in ("max", *_PERCENTILES)}
    return {
        "ticks_processed": counters["events"],
        "ticks_rejected": counters["rejected"],
        "signals_processed": counters["signals"],
        "signal_errors": counters["non_finite"],
        "signals_low_confidence": counters["low_confidence"],
        "signals_expired": counters["expired_signals"],
        "sequence_gaps": counters["gaps"],
        "orders_submitted": counters["orders"] - counters["risk_rejects"],
        "orders_rejected": counters["risk_rejects"] + counters["venue_rejects"],
        "orders_canceled": counters["cancels"],
        "fills": counters["fills"],
        "late_reports": counters["late_reports"],
        "latency_samples": samples,
        "avg_signal_latency_us": statistics["latency_ns_total"] / samples / _US if samples else 0.0,
        **latencies,
        "throughput_ticks_per_s": events * 1e9 / processing_ns if processing_ns else 0.0,
        "queue_depth": statistics["queue_depth"],
        "pool_in_use": statistics["pool_in_use"],
        "cache_hits": 0,
        "cache_misses": 0,
        "uptime_s": statistics["uptime_ns"] / 1e9,
        "engine_available": 1,
    }
