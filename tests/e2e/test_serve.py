"""A served engine answers, says when it is ready, and goes when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from quartet.bench.quotes import w1_quotes, w1_symbols
from quartet.bench.settings import w1_settings
from quartet.engines.reference import Engine
from quartet.engines.remote import RemoteEngine


def test_serve_until_terminated(tmp_path: Path) -> None:
    listen = ["--listen", f"unix:{tmp_path / 'e.sock'}", "--listen", "tcp:127.0.0.1:0"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from quartet.cli import main; main()", "serve", "--engine", "python", *listen],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["engine"] == "python"
        config = w1_settings().engine_config(w1_symbols(2))
        batch = w1_quotes(100, 2)
        remote = RemoteEngine(f"unix:{tmp_path / 'e.sock'}", config)
        records = remote.process(batch.to_columns(), [])
        remote.close()
        assert records == Engine(config).process(batch.to_columns(), [])
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()
