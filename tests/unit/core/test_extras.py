"""Optional packages."""

from __future__ import annotations

import sys

import pytest

from quartet.core.errors import ConfigError
from quartet.core.extras import needed


def test_a_package_that_is_there_is_imported() -> None:
    assert needed("json.decoder", "research", "a test") is sys.modules["json.decoder"]


def test_a_missing_package_names_its_extra() -> None:
    with pytest.raises(ConfigError, match=r"a test needs the package no_such, .* pip install quartet\[research\]"):
        needed("no_such.part", "research", "a test")


def test_what_a_package_itself_lacks_is_not_hidden(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_installed.py").write_text("import no_such_dependency\n")  # type: ignore[operator]
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency"):
        needed("half_installed", "research", "a test")
