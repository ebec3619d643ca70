"""Charts of a page as PNG files: the page is opened in a Chromium without a screen, as a reader sees it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Literal

from quartet.core.errors import ConfigError, DataError
from quartet.core.extras import needed
from quartet.report.writing import write_bytes

Theme = Literal["light", "dark"]
WHOLE: Final = "page.png"
_WHAT: Final = "a PNG of a chart"
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_REMEDY: Final = "run `playwright install chromium`, or install chromium or google-chrome"
_WIDTH: Final = 1280
_SCALE: Final = 2.0
"""Points of the picture to one of the page."""
_CHARTS: Final = """() => [...document.querySelectorAll(".chart")].map((chart) => {
  const card = chart.closest(".card"), select = card.querySelector("select");
  return { id: chart.id, title: card.querySelector("h2").textContent,
    choices: select ? [...select.options].map((each) => each.textContent) : [] };
})"""
_CHOOSE: Final = """async ([id, place]) => {
  const chart = document.getElementById(id), select = chart.closest(".card").querySelector("select");
  const drawn = new Promise((done) => chart.once("plotly_afterplot", done));
  select.selectedIndex = place;
  select.dispatchEvent(new Event("change"));
  await drawn;
}"""
_CLIP: Final = """(id) => {
  const chart = document.getElementById(id), card = chart.closest(".card"), children = [...card.children];
  const after = children.slice(children.indexOf(chart) + 1).filter((each) => !each.matches("script"));
  const note = after.length && after[0].matches(".note") && after[0].textContent ? [after[0]] : [];
  const parts = [children[0], chart, ...note];
  for (const each of children) each.style.visibility = parts.includes(each) ? "visible" : "hidden";
  const boxes = parts.map((part) => part.getBoundingClientRect()), around = 12;
  const x = Math.min(...boxes.map((box) => box.left)) - around, y = Math.min(...boxes.map((box) => box.top)) - around;
  return { x: x + scrollX, y: y + scrollY,
    width: Math.max(...boxes.map((box) => box.right)) + around - x,
    height: Math.max(...boxes.map((box) => box.bottom)) + around - y };
}"""
"""Where title, chart and note of it are; the other parts of its card are hidden."""


def write_pictures(page: Path, folder: Path, theme: Theme = "light") -> list[Path]:
    """A PNG of each chart of a page, named by its title, and `page.png` of all of it; the paths.

    page: an HTML file that Quartet wrote. A chart of several symbols gives a picture of each. Needs the extra `png`
    and a Chromium. Raises ConfigError where one of them is missing, DataError where the folder cannot be written or
    the page does not draw.
    """
    # The browser is driven from a thread of its own: in a notebook this one runs an event loop already.
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(_write, page, folder, theme).result()


def require_browser() -> None:
    """Raises ConfigError where pictures cannot be made here: before long work, rather than after it."""
    with ThreadPoolExecutor(max_workers=1) as alone:
        alone.submit(_found).result()


def _found() -> None:
    with needed("playwright.sync_api", "png", _WHAT).sync_playwright() as driver:
        _path(driver.chromium.executable_path)


def _write(page: Path, folder: Path, theme: Theme) -> list[Path]:
    playwright = needed("playwright.sync_api", "png", _WHAT)
    written = []
    with playwright.sync_playwright() as driver:
        path = _path(driver.chromium.executable_path)
        try:
            browser = driver.chromium.launch(executable_path=path)
        except playwright.Error as error:
            raise ConfigError(f"{_WHAT}: {path} does not start: {_first_line(error)}; {_REMEDY}") from error
        try:
            for name, content in _taken(browser, page, theme):
                written.append(write_bytes(folder / name, content, "--png"))
        except playwright.Error as error:
            raise DataError(f"{page}: its charts cannot be drawn in {path}: {_first_line(error)}") from error
        finally:
            browser.close()
    return written


def _path(own: str) -> str:
    """Playwright's own browser, else one of the system."""
    found = own if Path(own).exists() else next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise ConfigError(f"{_WHAT} needs a Chromium, and there is none: {_REMEDY}")
    return found


def _taken(browser: Any, page: Path, theme: Theme) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the pictures."""
    shown = browser.new_page(
        viewport={"width": _WIDTH, "height": 900}, color_scheme=theme, device_scale_factor=_SCALE, offline=True
    )
    shown.goto(page.resolve().as_uri())
    shown.wait_for_selector("html[data-drawn]", state="attached")
    yield WHOLE, shown.screenshot(full_page=True)
    taken: set[str] = {WHOLE}
    for chart in shown.evaluate(_CHARTS):
        for place, choice in enumerate(chart["choices"] or [""]):
            if place:
                shown.evaluate(_CHOOSE, [chart["id"], place])
            name = _name(f"{chart['title']} {choice}", taken)
            yield name, shown.screenshot(full_page=True, clip=shown.evaluate(_CLIP, chart["id"]))


def _name(title: str, taken: set[str]) -> str:
    """A name of a file that is not taken yet."""
    stem = re.sub(r"[^\w.-]+", "_", title.strip()).strip("_.").lower() or "chart"
    name, number = f"{stem}.png", 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}.png"
    taken.add(name)
    return name


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
