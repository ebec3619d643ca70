"""What a replay leaves in a folder: records, their tables, the snapshot, the configuration, the summary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
from ruamel.yaml import YAML

from quartet.cli.inputs import Inputs
from quartet.cli.replaying import Replay
from quartet.core.errors import DataError
from quartet.engines.results import Result

RECORDS: Final = "records.bin"
SUMMARY: Final = "summary.json"
_TABLES: Final = ("signals", "orders", "order_events", "risk_rejects", "fills", "account", "rejects", "halts")


def write_replay(replay: Replay, inputs: Inputs, summary: dict[str, Any], folder: Path) -> None:
    """Write the folder, making it; DataError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RECORDS).write_bytes(replay.records)
        (folder / "snapshot.bin").write_bytes(replay.snapshot)
        result = Result(replay.records, inputs.symbols, replay.engine)
        for name in _TABLES:
            pq.write_table(getattr(result, name).to_arrow(names="text"), folder / f"{name}.parquet")
        with (folder / "config.yaml").open("w", encoding="utf-8") as file:
            YAML().dump(inputs.settings.effective(), file)
        text = {**summary, "symbols": inputs.symbols, "config_hash": inputs.settings.config_hash}
        (folder / SUMMARY).write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"{folder}: the replay cannot be written there: {error.strerror}; give another folder by --out"
        ) from error


def records_file(path: Path) -> Path:
    """The records of a replay's folder, or the file itself."""
    file = path / RECORDS if path.is_dir() else path
    if not file.is_file():
        raise DataError(
            f"{path}: no {RECORDS} there; name a folder written by `quartet replay --out`, or a file of records"
        )
    return file


def symbols_beside(file: Path) -> list[str]:
    """Names of the symbols, where the summary beside the records has them."""
    summary = file.parent / SUMMARY
    if not summary.is_file():
        return []
    try:
        symbols = json.loads(summary.read_text(encoding="utf-8")).get("symbols", [])
    except ValueError as error:
        raise DataError(f"{summary}: not JSON: {error}; replay again, or move the file away") from error
    return [str(name) for name in symbols]
