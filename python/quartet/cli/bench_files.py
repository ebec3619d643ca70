"""A data file as a workload: its events under a configuration, in memory before any time is taken."""

from __future__ import annotations

from pathlib import Path

from quartet.bench.settings import default_settings
from quartet.bench.workloads import Workload
from quartet.cli.inputs import load_settings, open_inputs, require_events
from quartet.core.errors import ConfigError
from quartet.data.batch import concat
from quartet.data.file_plan import FileOptions


def file_workload(name: str, config: Path | None) -> Workload:
    """The events of a file, `demo:NAME` too; C5=FILE calls it C5. ConfigError where there is no such file."""
    is_day = name.startswith("C5=")
    source = name.removeprefix("C5=")
    if not source.startswith("demo:") and not Path(source).is_file():
        raise ConfigError(
            f"--workload {name}: neither a file nor a workload's name; quartet bench --help lists the names"
        )
    settings = load_settings(config) if config is not None else default_settings()
    inputs = open_inputs(settings, [source], FileOptions())
    stream = concat(inputs.blocks())
    require_events(len(stream), inputs)
    return Workload("C5" if is_day else Path(source).name, len(inputs.symbols), inputs.config_bytes, stream)
