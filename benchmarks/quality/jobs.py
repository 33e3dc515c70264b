"""The benchmark cut into jobs: two at a time, each result kept, so that a broken run can go on."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import lightgbm_peer, networks
from benchmarks.peers import linear as peers
from benchmarks.peers.protocol import TASKS, Peer, measure, split
from benchmarks.peers.sentence_vectors import encode, sentences
from benchmarks.peers.subprocess_peer import foreign
from benchmarks.quality.ours import measure_ours
from benchmarks.quality.simulated import measure_market
from benchmarks.shared.cache import load, store
from benchmarks.shared.folds import Fold, read_fold, read_source, rename
from common.listing import Listing

LEAST_PRICE = 3.0
"""Cheaper rows do not count for prices, as in the competition."""

OURS, MARKET, VECTORS = "ours", "market", "sentence vectors"
MINILM = "MiniLM + linear"
FOREIGN = ("fastText", "CatBoost")
"""Peers that run in an environment of their own."""

PEERS = {
    "tf-idf + linear": ("category", "brand", "price", "shipping"),
    "four networks": ("price",),
    "fastText": ("category", "brand"),
    "LightGBM": ("price", "shipping"),
    "CatBoost": ("price", "shipping"),
    MINILM: ("category", "price", "shipping"),
}
"""Peers and the models that they are held against."""

EXTRA = {
    OURS: ("category", "brand", "shipping"),
    "tf-idf + linear": ("category", "brand", "shipping"),
    "fastText": ("category", "brand"),
}
"""Who is measured with the rows of a second table as well, which have no prices."""

SHARES = {"train": 1.0, "extra": 1.0, "half": 0.5, "quarter": 0.25}
"""Variants of the training rows, as shares of their groups; ``extra`` adds those of a second
table."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where rows come from and go to; ``python`` runs foreign peers, ``text`` is a folder.

    What is empty is not measured. Results of peers are kept in ``peers``, by default in
    ``scratch``.
    """

    source: str
    scratch: Path
    rows: int = 0
    folds: int = 5
    extra: str = ""
    text: str = ""
    python: str = ""
    market_rows: int = 12_000
    peers: Path | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One contestant on one fold (for the market: one seed) of one variant."""

    variant: str
    number: int
    contestant: str
    models: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of its file."""
        return "-".join([self.variant, str(self.number), self.contestant, *self.models])


def run_all(jobs: Sequence[Job], setting: Setting, workers: int) -> dict[Job, dict[str, Any]]:
    """Run the jobs that have no result yet, telling of each; return all results."""
    waiting = [job for job in jobs if not _result(job, setting).exists()]
    there = len(jobs) - len(waiting)
    print(f"{len(waiting)} jobs to run, {there} are there already", file=sys.stderr)
    context = multiprocessing.get_context("spawn")  # torch does not survive a fork
    done, start = 0, time.monotonic()
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        running: dict[Future[float], Job] = {
            pool.submit(_run, job, setting): job for job in waiting
        }
        try:
            for future in as_completed(running):
                took, done = future.result(), done + 1
                so_far = f"{done}/{len(waiting)}, {(time.monotonic() - start) / 60:.1f} min"
                print(f"{running[future].name}: {took:.0f} s ({so_far})", file=sys.stderr)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {job: load(_result(job, setting)) for job in jobs}


def prepare(setting: Setting) -> None:
    """Read the tables once, before jobs share them."""
    read_rows(setting)
    read_extra(setting)


def read_rows(setting: Setting) -> list[Listing]:
    """Return the rows that are cut into folds."""
    folder = setting.scratch / "all"
    return read_source(setting.source, folder, rows=setting.rows, least_price=LEAST_PRICE)


def read_extra(setting: Setting) -> list[Listing]:
    """Return the rows that variant ``extra`` adds, without prices."""
    if not setting.extra:
        return []
    found = read_source(setting.extra, setting.scratch / "all-extra", rows=setting.rows)
    return rename([row.without("price") for row in found], "extra-")


def fold_of_job(job: Job, setting: Setting) -> Fold:
    """Return the fold of a job; within a process it is written once."""
    extra = read_extra(setting) if job.variant == "extra" else []
    out = setting.scratch / "folds" / f"{job.variant}-{job.number}-{os.getpid()}"
    share = SHARES[job.variant]
    return read_fold(read_rows(setting), job.number, setting.folds, out, extra=extra, share=share)


def trained_in(job: Job, setting: Setting) -> Path:
    """Where our models of a fold are."""
    return setting.scratch / "artifacts" / f"{job.variant}-{job.number}"


def _run(job: Job, setting: Setting) -> float:
    start = time.monotonic()
    store(_result(job, setting), _measure(job, setting))
    return time.monotonic() - start


def _measure(job: Job, setting: Setting) -> dict[str, Any]:
    if job.contestant == VECTORS:
        encode(read_rows(setting), setting.text, _vectors(setting))
        return {}
    folder = trained_in(job, setting)
    if job.contestant == OURS:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if job.variant == MARKET:
            return {"figures": measure_market(setting.market_rows, job.number, folder)}
        return measure_ours(fold_of_job(job, setting), folder, job.models, setting.text)
    return {"figures": _measure_peer(job, setting)}


def _measure_peer(job: Job, setting: Setting) -> dict[str, float]:
    rows, peer = fold_of_job(job, setting), _peer(job.contestant, setting)
    found: dict[str, float] = {}
    for task in TASKS:
        if task.model in job.models and not (job.variant == "extra" and task.prefix):
            labelled = split(rows, task)
            if all((labelled.train, labelled.validation, labelled.test)):
                found |= measure(task, labelled.test, peer(task, labelled))
    return found


def _peer(name: str, setting: Setting) -> Peer:
    if name in FOREIGN:
        return foreign(name.lower(), Path(setting.python))
    if name == MINILM:
        return sentences(_vectors(setting))
    known: dict[str, Peer] = {
        "tf-idf + linear": peers.linear,
        "four networks": networks.networks,
        "LightGBM": lightgbm_peer.boosted,
    }
    return known[name]


def _result(job: Job, setting: Setting) -> Path:
    folder = setting.peers if job.contestant in PEERS and setting.peers else setting.scratch
    return folder / "results" / f"{job.name}.json"


def _vectors(setting: Setting) -> Path:
    return (setting.peers or setting.scratch) / "vectors"
