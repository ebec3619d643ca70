"""The demo's page, from the packages' data to a browser."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from tests.e2e.browser import BROWSER, shown
from tests.e2e.commands import Done, quartet

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
    seen = shown(demo[1], tmp_path / "profile")
    assert 'data-drawn="yes"' in seen.dom
    assert seen.dom.count('class="main-svg"') >= 4
    assert seen.complaints == []
