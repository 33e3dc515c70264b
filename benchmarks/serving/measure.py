"""Measures the servers one after the other, and stores each row as soon as it is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.serving.answers import check_answers
from benchmarks.serving.bare import encode_photos
from benchmarks.serving.contestants import Contestant
from benchmarks.serving.goals import BARE
from benchmarks.serving.load import Load, put_under_load
from benchmarks.serving.processes import Running
from benchmarks.serving.requests import LARGE_PHOTO, PHOTO
from benchmarks.serving.rows import Cell, Footprint, Row
from common.errors import InputError, ListrecError
from common.listing import Listing
from models.suggester import Suggester

BARE_CALLERS = (1, 16)
"""One process, and one a core."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        seconds: duration of a measurement.
        repetitions: measurements of a cell, of which the median by answers per second counts.
        callers: numbers of callers, of those that a server is meant to have.
        listings: listings that are sent in turn, by kind of the requests.
    """

    seconds: float
    repetitions: int
    callers: Sequence[int]
    listings: Mapping[str, Sequence[Listing]]


def measure(contestant: Contestant, plan: Plan, champion: Suggester) -> Row:
    """Start a server and put it under all its loads.

    A peer that cannot be measured is a row with the reason; one of ours raises.
    """
    try:
        return _measure(contestant, plan, champion)
    except (ListrecError, OSError) as error:
        if not contestant.is_peer:
            raise
        return Row(contestant.name, failure=str(error))


def measure_bare(plan: Plan) -> Row:
    """Decode and encode photos without a server.

    A champion that reads no photos is a row with the reason.
    """
    cells = []
    for callers in BARE_CALLERS:
        if PHOTO in plan.listings and callers in plan.callers:
            photos = plan.listings[PHOTO]
            work = partial(encode_photos, photos, callers, plan.seconds)
            try:
                cells.append(_median(BARE, PHOTO, plan.repetitions, work))
            except InputError as error:
                return Row(BARE, failure=str(error))
    return Row(BARE, tuple(cells))


def _measure(contestant: Contestant, plan: Plan, champion: Suggester) -> Row:
    name = contestant.name
    cells: list[Cell] = []
    memory: list[float] = []
    with contestant.start() as running:
        for kind, listings in plan.listings.items():
            all_callers = contestant.loads.get(kind, ())
            chosen = [number for number in all_callers if number in plan.callers]
            if contestant.is_peer and chosen:
                check_answers(running.address, contestant.to_body, listings, champion)
            bodies = [contestant.to_body(listing) for listing in listings]
            connect = partial(contestant.connect, running.address)
            for callers in chosen:
                load = partial(put_under_load, connect, bodies, callers, plan.seconds)
                work = partial(_with_cpu_ms, running, load)
                cells.append(_median(name, kind, plan.repetitions, work))
            # Decoding a huge photo leaves a process larger, and few sellers have one.
            if kind != LARGE_PHOTO:
                memory = running.memory()
        footprint = Footprint(name, running.start_seconds, tuple(memory))
    return Row(name, tuple(cells), footprint)


def _with_cpu_ms(running: Running, load: Callable[[], Load]) -> tuple[Load, float]:
    """Put a server under a load; return the processor ms of each answer too."""
    before = running.cpu_seconds()
    seen = load()
    spent = running.cpu_seconds() - before
    return seen, 1000 * spent / max(seen.n_answers, 1)


def _median(
    server: str, kind: str, repetitions: int, work: Callable[[], tuple[Load, float]]
) -> Cell:
    """Measure several times; return the median by answers per second."""
    measured = [work() for _ in range(repetitions)]
    measured.sort(key=lambda result: result[0].per_second)
    load, cpu_ms = measured[len(measured) // 2]
    return Cell(server, kind, load, cpu_ms)
