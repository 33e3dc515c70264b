"""The setting of Kaggle's Mercari Price Suggestion Challenge: prices from all other fields.

Rows below 3 dollars do not count, as they did not there; a twentieth of the rows, drawn at random,
is held out, and the score is the RMSLE on it. Winners of 2018 had it near .38.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import models
from common import encoders, metrics
from common.encoders import Encoder
from common.errors import InputError
from common.progress import Progress
from common.snapshot import Snapshot
from models.evaluation import full_context, predict_in_batches

if TYPE_CHECKING:
    from common.encoders.config import Config

MIN_PRICE = 3.0
SPLIT = (0.9, 0.05, 0.05)
"""Shares of rows to train on, to blend and calibrate with, and to score on."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took: seconds, and the most memory that the process had had by its end."""

    name: str
    seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Score:
    """``rmsle`` is the competition's; ``coverage`` is that of the 80 % interval.

    ``baseline`` is the RMSLE of always answering the median of the training rows.
    """

    rmsle: float
    r2: float
    coverage: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Result:
    """The score, rows trained on and held out, and what each step took."""

    score: Score
    trained: int
    held_out: int
    steps: tuple[Step, ...]


@dataclass(slots=True)
class _Clock:
    """Runs steps one after the other, and reports their progress."""

    progress: Progress
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, share: float, of: float) -> Iterator[Progress]:
        """Time a step that goes from ``share`` of the whole to ``share + of``."""
        start = time.perf_counter()
        self.progress(name, share)
        yield lambda doing, fraction: self.progress(f"{name}: {doing}", share + of * fraction)
        self.steps.append(Step(name, time.perf_counter() - start, _peak()))


def run(
    table: Path,
    folder: Path,
    seed: int,
    progress: Progress,
    chosen: Mapping[str, Config],
    overrides: Mapping[str, Any],
) -> Result:
    """Read ``table``, train in ``folder`` and score; a snapshot of it that is there is used.

    ``chosen`` are the encoders by name, ``overrides`` settings of the price model. Raises
    ``InputError`` when the table is not one of the competition, or has too few rows.
    """
    clock = _Clock(progress)
    with clock.step("ingest", 0.0, 0.2) as report:
        snapshot = _ingest(table, folder, seed, report)
    found = []
    for name, config in chosen.items():
        with clock.step(f"encoder {name}", 0.2, 0.3) as report:
            found.append(_train_encoder(snapshot, folder, name, config, report))
    with clock.step("price", 0.5, 0.4) as report:
        settings = models.config("price", overrides)
        made = models.train("price", snapshot, found, folder, settings, report)
    with clock.step("score", 0.9, 0.1):
        score = _score(snapshot, models.load("price", made, found))
    return Result(score, snapshot.count("train"), snapshot.count("test"), tuple(clock.steps))


def _ingest(table: Path, folder: Path, seed: int, report: Progress) -> Snapshot:
    """The table's snapshot, named after its content, so that it is found again."""
    from common.store.artifacts import checksum
    from ingest import mercari
    from ingest.ingest import Options, ingest_file
    from ingest.tables import open_source

    if open_source(table).kind != mercari.KIND:
        raise InputError(f"{table} is not a table of the competition: it has other columns")
    out = folder / f"snapshot-{checksum(table)[:12]}-{seed}"
    if not out.exists():
        options = Options(fractions=SPLIT, seed=seed, by_row=True, priced_from=MIN_PRICE)
        ingest_file(table, out, options, report)
    snapshot = Snapshot.open(out)
    if not snapshot.count("validation") or not snapshot.count("test"):
        raise InputError(f"{table} has too few rows to hold out a twentieth of them")
    return snapshot


def _train_encoder(
    snapshot: Snapshot, folder: Path, name: str, config: Config, report: Progress
) -> Encoder:
    from common.encoder_training import train

    return encoders.load(train.train(snapshot, folder, config, report, name))


def _score(snapshot: Snapshot, predictor: models.Predictor) -> Score:
    rows = snapshot.read("test")
    truth = np.array([row.price for row in rows])
    ranges = [
        each.price
        for each in predict_in_batches(predictor, full_context(rows, "price"))
        if each.price
    ]
    median, low, high = (
        np.array([getattr(each, name) for each in ranges]) for name in ("median", "low", "high")
    )
    trained = np.array([row.price for batch in snapshot.batches("train") for row in batch])
    return Score(
        rmsle=metrics.rmsle(truth, median),
        r2=metrics.r2_log1p(truth, median),
        coverage=metrics.coverage(truth, low, high),
        baseline=metrics.rmsle(truth, np.full(len(truth), np.median(trained))),
    )


def _peak() -> int:
    """The most memory that this process has had resident, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
