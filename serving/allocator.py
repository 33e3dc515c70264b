"""The C library's allocator: a server returns more of its memory than other programs do."""

from __future__ import annotations

import asyncio
import ctypes

INTERVAL = 5.0
"""Seconds between two returns of free memory, which take a few milliseconds each."""

_M_ARENA_MAX = -8
"""The number of ``M_ARENA_MAX`` in glibc's ``malloc.h``."""


def use_one_arena() -> None:
    """Let all threads allocate from one arena, before the first of them is started.

    By default glibc gives each thread an arena, which keeps what the thread has freed: those that
    decode photos would keep some 20 MB each. Does nothing where the C library is another one.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, 1)


def return_free_memory() -> None:
    """Return to the system what was freed; does nothing where the C library is not glibc."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


async def keep_returning() -> None:
    """Return what was freed again and again, until this is cancelled.

    Requests with photos leave free memory between what is still in use, which the C library would
    keep: dozens of megabytes after a peak.
    """
    while True:
        await asyncio.sleep(INTERVAL)
        await asyncio.to_thread(return_free_memory)
