"""Memory: what a process keeps for good stays out of the collector's rounds, what it freed goes back to the system."""

import ctypes
import gc
from functools import lru_cache


def settle() -> None:
    """Take everything there is for good: to be called once models, indexes and vocabulary are loaded.

    A full round over a million such objects stops every answer for 0.5 s, and a few hundred new answers bring one about. What is thrown
    away in cycles later, of what was there, is not found any more: only for processes that keep what they opened.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Hand memory that was freed in small pieces back to the system, where its C library can (glibc)."""
    if trim := _trim():
        trim(0)


@lru_cache(maxsize=1)
def _trim() -> "ctypes._NamedFuncPointer | None":
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None
