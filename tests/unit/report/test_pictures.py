"""Pictures of a page's charts: what is missing is named, and a browser gives what the page shows."""

from __future__ import annotations

import shutil
import struct
import sys
from pathlib import Path

import plotly.graph_objects as go
import pytest

from quartet.core.errors import ConfigError, DataError
from quartet.report import pictures
from quartet.report.backtest.page import write_sections
from quartet.report.backtest.parts import Choices, Section
from quartet.report.charts import Chart

with_browser = pytest.mark.skipif(not any(map(shutil.which, pictures._BROWSERS)), reason="no chromium on this machine")


def chart(height: int, note: str = "") -> Chart:
    return Chart(go.Figure(go.Scatter(y=[1, 2])), height, note)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    prices = Choices("Symbol", (("A", chart(200)), ("B/C", chart(200, "A note."))))
    alike = Section("Two: of a kind", (chart(300),)), Section("two of a kind", (chart(100),))
    return write_sections(tmp_path / "page.html", "Title", "head", [*alike, Section("P", (prices,))])


def size(path: Path) -> tuple[int, int]:
    """Width and height by the head of a PNG."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


@with_browser
def test_every_chart_gets_a_picture_with_its_title(page: Path, tmp_path: Path) -> None:
    written = pictures.write_pictures(page, tmp_path / "deep" / "png")
    names = ["page.png", "two_of_a_kind.png", "two_of_a_kind_2.png", "p_a.png", "p_b_c.png"]
    assert [each.name for each in written] == names
    sizes = {each.name: size(each) for each in written}
    # Twice as many points as on the page.
    assert sizes["page.png"][0] == 2 * 1280
    assert 600 < sizes["two_of_a_kind.png"][1] < 600 + 160 and 200 < sizes["two_of_a_kind_2.png"][1] < 200 + 160
    assert sizes["p_b_c.png"][1] > sizes["p_a.png"][1]  # with its note


@with_browser
def test_the_theme_is_chosen(page: Path, tmp_path: Path) -> None:
    light, dark = (pictures.write_pictures(page, tmp_path / theme, theme) for theme in ("light", "dark"))
    assert [size(each) for each in light] == [size(each) for each in dark]
    assert all(one.read_bytes() != other.read_bytes() for one, other in zip(light, dark, strict=True))


@with_browser
def test_what_cannot_be_written_or_drawn_is_an_error(page: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot be written: .*; give another path by --png"):
        pictures.write_pictures(page, tmp_path / "file" / "png")
    with pytest.raises(DataError, match="cannot be drawn"):
        pictures.write_pictures(tmp_path / "none.html", tmp_path / "png")


def test_a_missing_package_or_browser_is_named(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_BROWSERS", ("no-such-browser",))
    with pytest.raises(ConfigError, match="needs a Chromium, and there is none: run `playwright install chromium`"):
        pictures._path("/no/such/browser")
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    for call in (pictures.require_browser, lambda: pictures.write_pictures(page, tmp_path)):
        with pytest.raises(ConfigError, match=r"a PNG of a chart needs .* pip install quartet\[png\]"):
            call()
