"""The manifest of gaps: its list only shrinks."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
# The gaps that are known. Take one out when it is closed; adding one needs a reason that everybody accepts.
KNOWN_GAPS = {
    "cross-sectional operators: rank, scale, demean, group-neutralise",
    "tree ensembles",
    "pegged, stop, iceberg, minimum-quantity and auction orders",
    "random latency and queue draws (Philox)",
    "late fills after a terminal state are booked",
    "several settlement currencies in one engine",
    "phase one on several threads",
    "SIMD over blocks",
}


def features() -> list[dict[str, Any]]:
    manifest: dict[str, Any] = YAML(typ="safe").load(ROOT / "proto" / "manifest.yaml")
    rows: list[dict[str, Any]] = manifest["features"]
    return rows


def test_the_list_of_gaps_only_shrinks() -> None:
    assert {row["name"] for row in features() if "gap" in row} == KNOWN_GAPS
