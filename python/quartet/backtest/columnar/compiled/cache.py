"""What was compiled stays in the user's cache, known by what it was compiled from, and compiling is said on the screen.

Numba's own cache lies beside the source and knows it by the time of the file: a new environment, a read-only one and a
clone would each compile again.
"""

import hashlib
import os
import sys
import time
from functools import cache
from pathlib import Path

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

from quartet.backtest.columnar import layout
from quartet.core import contract

_PLACE_VARIABLES = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")


def cache_place() -> Path:
    """$NUMBA_CACHE_DIR, else $XDG_CACHE_HOME, else ~/.cache, and in it quartet/compiled."""
    named = next((os.environ[name] for name in _PLACE_VARIABLES if os.environ.get(name)), None)
    return (Path(named) if named else Path.home() / ".cache") / "quartet" / "compiled"


@cache
def sources() -> str:
    """A hash of every file that is compiled, and of the numbers that they read."""
    here = Path(__file__).parent
    whole = hashlib.sha256()
    for path in sorted([*here.glob("*.py"), Path(layout.__file__), Path(contract.__file__)]):
        whole.update(path.read_bytes())
    return whole.hexdigest()


class _Locator(_CacheLocator):
    def __init__(self, place):
        self._place = place

    def get_cache_path(self):
        return str(self._place)

    def get_source_stamp(self):
        return sources()

    def get_disambiguator(self):
        return sources()[:16]

    @classmethod
    def from_function(cls, py_func, py_file):
        return cls(cache_place())


class _Implementation(CompileResultCacheImpl):
    _locator_classes = (_Locator,)


class _Cache(FunctionCache):
    _impl_class = _Implementation

    def __init__(self, function, what):
        super().__init__(function)
        self._what, self._started = what, 0.0

    def load_overload(self, sig, target_context):
        try:
            found = super().load_overload(sig, target_context)
        except OSError:  # there is no such folder; what that means is said when it is to be written
            found = None
        if found is None:
            # Whole lines: a progress bar may hold back the rest of one.
            sys.stderr.write(f"quartet: compiling {self._what}, once for this machine; it takes some seconds\n")
            self._started = time.perf_counter()
        return found

    def save_overload(self, sig, data):
        sys.stderr.write(f"quartet: compiled in {time.perf_counter() - self._started:.1f} s\n")
        try:
            super().save_overload(sig, data)
        except OSError as error:
            sys.stderr.write(f"quartet: it cannot be kept: {error}; set NUMBA_CACHE_DIR to a folder that takes it\n")


def compiled(what, signature=None):
    """Of a function of this folder: without the interpreter's lock, and kept; signature: its types, or those given."""

    def make(function):
        made = njit(nogil=True, _nrt=False, no_cfunc_wrapper=True)(function)
        made._cache = _Cache(function, what)
        if signature is not None:
            made.compile(signature)
            made.disable_compile()
        return made

    return make
