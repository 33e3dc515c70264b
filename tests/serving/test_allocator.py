"""A server gives memory back that the C library would keep."""

import ctypes
import subprocess
import sys

import pytest

ARENAS = """
import ctypes, sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from serving.allocator import return_free_memory, use_one_arena

if sys.argv[1] == "one":
    use_one_arena()
barrier = Barrier(4)

def allocate():
    barrier.wait()
    return bytearray(100_000)

with ThreadPoolExecutor(4) as threads:
    blocks = [thread.result() for thread in [threads.submit(allocate) for _ in range(4)]]
return_free_memory()

library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, stream)
library.fflush(stream)
"""

PEAK = """
import asyncio, os
from serving import allocator

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])

async def main():
    before = resident()
    blocks = [bytes(3000) for _ in range(20_000)]
    peak = resident()
    del blocks[::2], blocks[:-1]
    freed = resident()
    allocator.INTERVAL = 0.01
    returning = asyncio.ensure_future(allocator.keep_returning())
    await asyncio.sleep(0.5)
    returning.cancel()
    print(peak - before, freed - before, resident() - before)

asyncio.run(main())
"""

needs_glibc = pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_info"), reason="needs glibc"
)


@needs_glibc
def test_threads_share_an_arena():
    assert _arenas("one") == 1


@needs_glibc
def test_threads_of_other_programs_have_arenas_of_their_own():
    assert _arenas("default") > 1


@needs_glibc
def test_what_a_peak_has_left_is_returned():
    peak, freed, returned = map(int, _run(PEAK).split())

    assert returned < peak / 4
    # Else nothing was tested.
    assert freed > peak / 2


def _arenas(choice):
    return _run(ARENAS, choice).count("<heap nr=")


def _run(program, *arguments):
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout
