"""How parts of the kernel are compiled: without reference counts, and with no entrance from Python.

To make the entrances of functions that only other compiled functions call took as long as all the rest.
"""

from functools import partial

from numba import njit

called = partial(njit, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)()
inlined = partial(njit, forceinline=True, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)()
