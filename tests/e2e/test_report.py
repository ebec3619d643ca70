"""The demo's page, from the packages' data to a browser."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.commands import Done, quartet

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=10000",
    "--enable-logging=stderr",
)

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("bokeh_sampledata") is None, reason="needs the extra demo (bokeh_sampledata)"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    page = tmp_path_factory.mktemp("demo") / "demo.html"
    return quartet("run", "config/demo.yaml", "--engine", "python", "--report", page, "--json"), page


def test_the_demo_trades(demo: tuple[Done, Path]) -> None:
    done, _ = demo
    assert done.code == 0
    values = done.last_json
    assert values["counters"]["fills"] > 50 and not values["degraded"]
    assert values["engine"] == "python" and len(values["data_hash"]) == 64
    assert values["sharpe"] is not None and 0 < values["max_drawdown"] < 1


def test_the_page_holds_the_figures(demo: tuple[Done, Path]) -> None:
    done, page = demo
    text = page.read_text(encoding="utf-8")
    [summary] = re.findall(r'<script type="application/json" id="summary">(.*?)</script>', text, re.DOTALL)
    values = json.loads(summary)
    assert {name: value for name, value in done.last_json.items() if name != "report"} == values
    assert done.last_json["config_hash"] in text and done.last_json["data_hash"] in text
    # plotly.js itself has addresses in its texts.
    assert not re.search(r'(src|href)="(https?:)?//', text.partition("plotly.js v")[0])


@pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine")
def test_a_browser_draws_it_without_a_complaint(demo: tuple[Done, Path], tmp_path: Path) -> None:
    assert BROWSER is not None
    shown = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", demo[1].as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 'data-drawn="yes"' in shown.stdout
    assert shown.stdout.count('class="main-svg"') >= 4
    assert [line for line in shown.stderr.splitlines() if ":CONSOLE" in line] == []
