"""Decoder and photo encoders without a server: the limit of what the cores allow with photos.

Each process takes one photo after the other, decodes it and runs the encoders of the champion, as
a server does, and nothing else.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np
import psutil

from benchmarks.serving.load import WARM_UP_SECONDS, Load
from benchmarks.serving.peers.champion import load_champion
from common.encoders import Encoder
from common.errors import InputError, PhotoError
from common.listing import Listing
from common.photos.checking import decode_and_shrink

START_SECONDS = 60

Timings = tuple[list[float], float]
"""Seconds of each listing, and the processor seconds of all of them."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process has to do.

    Attributes:
        listings: listings with a photo each, taken in turn.
        seconds: how long.
        together: passed by all processes at once, when each has loaded its encoders.
    """

    listings: Sequence[Listing]
    seconds: float
    together: Any


def encode_photos(
    listings: Sequence[Listing], callers: int, seconds: float
) -> tuple[Load, float]:
    """Return the load that so many callers could be, and the processor ms of a photo.

    There is a process for each caller, but no more than cores; the latency is the time of a photo
    in a process. Raises ``InputError`` where the champion has no encoder of photos.
    """
    n_processes = min(callers, psutil.cpu_count())
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(n_processes)
    work = _Work(listings, seconds, together)
    with ProcessPoolExecutor(
        n_processes, context, initializer=_keep, initargs=(work,)
    ) as processes:
        futures = [processes.submit(_measure) for _ in range(n_processes)]
        timings = [future.result() for future in futures]

    latencies = np.array(
        [seconds for of_process, _ in timings for seconds in of_process]
    )
    cpu_seconds = sum(of_process for _, of_process in timings)
    p50, p99 = (1000 * np.percentile(latencies, (50, 99))).tolist()
    n_photos = len(latencies)
    load = Load(callers, n_photos / seconds, p50, p99, 0, n_photos)
    return load, 1000 * cpu_seconds / n_photos


_work: _Work
"""The work of this process: a barrier is passed on only while a process starts."""


def _keep(work: _Work) -> None:
    global _work
    _work = work


def _measure() -> Timings:
    encoders = [
        encoder
        for encoder in load_champion().encoders.values()
        if encoder.modality == "photo"
    ]
    if not encoders:
        raise InputError("the champion has no encoder of photos")

    in_turn = cycle(_work.listings)
    _encode_until(time.perf_counter() + WARM_UP_SECONDS, in_turn, encoders)
    _work.together.wait(START_SECONDS)
    started = time.process_time()
    latencies = _encode_until(time.perf_counter() + _work.seconds, in_turn, encoders)
    return latencies, time.process_time() - started


def _encode_until(
    end: float, listings: Any, encoders: Sequence[Encoder]
) -> list[float]:
    """Encode one listing after the other until ``end``; return the seconds of each."""
    latencies = []
    before = time.perf_counter()
    while before < end:
        listing = next(listings)
        photos = [decode_and_shrink(photo) for photo in listing.photos]
        usable = tuple(photo for photo in photos if not isinstance(photo, PhotoError))
        for encoder in encoders:
            encoder.encode([replace(listing, photos=usable)])
        now = time.perf_counter()
        latencies.append(now - before)
        before = now
    return latencies
