"""Packages that take long to import and that many runs never touch: imported at the first use of one of their names."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any


class _LazyModule(ModuleType):
    """Stands in for a package until it is used; afterwards its names are looked up as those of any module."""

    def __getattr__(self, name: str) -> Any:
        module = import_module(self.__name__)
        self.__dict__.update({key: value for key, value in vars(module).items() if not key.startswith("__")})
        return getattr(module, name)


def lazy_module(name: str) -> Any:
    """What stands for the module of this name; type checkers are to see the import itself."""
    return _LazyModule(name)
