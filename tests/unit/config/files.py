"""Configuration files for tests: written into a folder, loaded without this machine's environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quartet.core.pb.config_pb2 import EngineConfig
from quartet.engines.config import EngineSettings, engine_settings, load_engine_config

ROOT = Path(__file__).resolve().parents[3]
SMALL: dict[str, Any] = {"instruments": [{"symbol": "*"}], "signal": {"score": "imbalance"}}


def load(
    folder: Path, text: str, overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> EngineSettings:
    """Load the text as engine.yaml of the folder."""
    path = folder / "engine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_engine_config(path, overrides=overrides, environ=environ or {})


def message(changes: Mapping[str, Any] | None = None, *symbols: str) -> EngineConfig:
    """The message of the smallest configuration with dotted changes."""
    settings = engine_settings(SMALL | dict(changes or {}))
    return EngineConfig.FromString(settings.engine_config(symbols or ("AAA",)))
