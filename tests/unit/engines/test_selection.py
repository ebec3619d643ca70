"""The choice of an engine: every combination of what is there, what is asked for, and what may stand in."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable

import pytest

from quartet.core.errors import ConfigError, EngineUnavailable
from quartet.engines import selection, self_test
from quartet.engines.protocol import LoadedEngine, MissingEngine
from quartet.engines.selection import (
    PREFERENCE,
    DegradedEngineWarning,
    availability,
    engine_factory,
    load,
    select,
)
from tests.unit.engines.fake_engine import FakeEngine, loaded


class WrongEngine(FakeEngine):
    """Gives other answers than the rest."""

    def process(self, columns: list[object], controls: list[bytes]) -> bytes:
        return super().process(columns, controls)[:-1] + b"\1"


class BrokenEngine(FakeEngine):
    """Fails in its own way."""

    def process(self, columns: list[object], controls: list[bytes]) -> bytes:
        raise TypeError("expected a float")


@pytest.fixture(autouse=True)
def fakes_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake engine's answer counts as the right one, and nothing is there until a test says so."""
    expected = hashlib.sha256(self_test.answer(loaded())).hexdigest()
    monkeypatch.setattr(self_test, "EXPECTED_SHA256", expected)
    monkeypatch.setattr(selection, "_passed", set())
    monkeypatch.delenv("QUARTET_ENGINE", raising=False)


@pytest.fixture
def have(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets which engines are there; keywords give one another implementation."""

    def set_up(*names: str, **engines: type) -> None:
        def loader(name: str) -> Callable[[], LoadedEngine]:
            def get() -> LoadedEngine:
                if name not in names:
                    raise MissingEngine(name, "not here", f"build {name}")
                return loaded(name, Engine=engines.get(name, FakeEngine))

            return get

        monkeypatch.setattr(selection, "_LOADERS", {name: loader(name) for name in PREFERENCE})

    return set_up


SUBSETS = [names for size in range(5) for names in itertools.combinations(PREFERENCE, size)]


@pytest.mark.parametrize("names", SUBSETS)
def test_auto_takes_the_first_that_is_there(have: Callable[..., None], names: tuple[str, ...]) -> None:
    have(*names)
    if not names:
        with pytest.raises(EngineUnavailable, match=r"rust.*build rust.*cpp.*go.*python engine unavailable"):
            select("auto")
        return
    chosen = select("auto")
    assert (chosen.name, chosen.degraded) == (names[0], False)
    for name in PREFERENCE[: PREFERENCE.index(names[0])]:
        assert f"{name} engine unavailable: not here: build {name}" in chosen.reason


@pytest.mark.parametrize("wanted", PREFERENCE)
@pytest.mark.parametrize("names", SUBSETS)
def test_a_named_engine_is_that_one_or_an_error(have: Callable[..., None], names: tuple[str, ...], wanted: str) -> None:
    have(*names)
    if wanted in names:
        assert select(wanted, fallback_to_python=True)[::2] == (wanted, False)
        return
    with pytest.raises(EngineUnavailable, match=f"{wanted} engine unavailable: not here: build {wanted}"):
        select(wanted)
    if "python" not in names:
        with pytest.raises(EngineUnavailable):
            select(wanted, fallback_to_python=True)
        return
    with pytest.warns(DegradedEngineWarning, match=f"{wanted} is missing, the Python reference runs"):
        chosen = select(wanted, fallback_to_python=True)
    assert (chosen.name, chosen.degraded) == ("python", True)
    assert f"build {wanted}" in chosen.reason


@pytest.mark.parametrize("broken", [WrongEngine, BrokenEngine])
def test_an_engine_that_fails_its_self_test_is_passed_over(have: Callable[..., None], broken: type) -> None:
    have("rust", "cpp", rust=broken)
    chosen = select("auto")
    assert chosen.name == "cpp"
    assert "rust engine unavailable: it fails its self-test" in chosen.reason
    with pytest.raises(EngineUnavailable, match="fails its self-test"):
        select("rust")
    statuses = {status.name: status for status in availability(tested=True)}
    assert not statuses["rust"].available and "build_all.sh" in statuses["rust"].fix
    assert statuses["cpp"].available and statuses["cpp"].version == "9.9.9"
    assert {status.name: status.available for status in availability()}["rust"]


def test_availability_says_why_and_what_to_do(have: Callable[..., None]) -> None:
    have("python")
    statuses = availability()
    assert [status.name for status in statuses] == list(PREFERENCE)
    assert [(status.reason, status.fix) for status in statuses[:2]] == [
        ("not here", "build rust"),
        ("not here", "build cpp"),
    ]
    assert statuses[3].available and statuses[3].build == "fake"


def test_the_environment_stands_in_for_auto_only(have: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    have("rust", "cpp", "python")
    monkeypatch.setenv("QUARTET_ENGINE", "cpp")
    assert select("auto")[::3] == ("cpp", "named by QUARTET_ENGINE")
    assert select("rust")[::3] == ("rust", "named by the configuration")
    monkeypatch.setenv("QUARTET_ENGINE", "go")
    with pytest.raises(EngineUnavailable, match="go engine unavailable"):
        select("auto")
    monkeypatch.setenv("QUARTET_ENGINE", "fortran")
    with pytest.raises(ConfigError, match="'fortran': not one of auto, rust, cpp, go, python"):
        select("auto")


def test_unknown_names_are_errors() -> None:
    with pytest.raises(ConfigError, match="not one of"):
        load("julia")
    with pytest.raises(ConfigError, match="not one of"):
        engine_factory("")


def test_the_self_test_runs_once(have: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    have("rust")
    load("rust")
    monkeypatch.setattr(self_test, "EXPECTED_SHA256", "")
    load("rust")
