"""All threads of a server allocate from one arena of the C library."""

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

needs_glibc = pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_info"), reason="needs glibc"
)


@needs_glibc
def test_threads_share_an_arena():
    assert _arenas("one") == 1


@needs_glibc
def test_threads_of_other_programs_have_arenas_of_their_own():
    assert _arenas("default") > 1


def _arenas(choice):
    command = [sys.executable, "-c", ARENAS, choice]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")
