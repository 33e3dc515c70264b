"""Kaggle's Mercari Price Suggestion Challenge: prices from all other fields.

As in the competition, rows below 3 dollars do not count, a random twentieth of the rows is held
out, and the score is the RMSLE on it. The winners of 2018 reached about .38.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import models
from common import encoders, metrics
from common.encoders import Encoder
from common.errors import InputError
from common.progress import Progress
from common.snapshot import Snapshot
from models.evaluation.columns import price_columns
from models.evaluation.views import full_context, predict_in_batches

if TYPE_CHECKING:
    from common.encoders.config import Config

MIN_PRICE = 3.0
"""Rows with a lower price do not count, in dollars."""

SPLIT = (0.9, 0.05, 0.05)
"""Shares of rows to train on, to blend and calibrate with, and to score on."""


@dataclass(frozen=True, slots=True)
class Step:
    """The cost of one step.

    Attributes:
        name: the step.
        seconds: how long it took.
        peak_bytes: the most memory that the process had had resident by its end.
    """

    name: str
    seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Score:
    """How good the prices of the held-out rows are.

    Attributes:
        rmsle: the competition's score.
        r2: the explained share of the variance of ``log1p(price)``.
        coverage: the share of prices inside the 80 % interval.
        baseline: the RMSLE of always answering the median of the training rows.
    """

    rmsle: float
    r2: float
    coverage: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Result:
    """The score, how many rows were trained on and held out, and the cost of each step."""

    score: Score
    trained: int
    held_out: int
    steps: tuple[Step, ...]


@dataclass(slots=True)
class _Clock:
    """Times steps one after the other, and reports their progress."""

    progress: Progress
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, begin: float, share: float) -> Iterator[Progress]:
        """Time a step that goes from the fraction ``begin`` to ``begin + share`` of the whole."""

        start = time.perf_counter()
        self.progress(name, begin)
        yield partial(self._report, name, begin, share)
        seconds = time.perf_counter() - start
        self.steps.append(Step(name, seconds, _peak_bytes()))

    def _report(
        self, name: str, begin: float, share: float, message: str, fraction: float
    ) -> None:
        self.progress(f"{name}: {message}", begin + share * fraction)


def run(
    table: Path,
    folder: Path,
    seed: int,
    progress: Progress,
    configs: Mapping[str, Config],
    overrides: Mapping[str, Any],
) -> Result:
    """Read ``table``, train in ``folder`` and score; a snapshot of the table there is reused.

    ``configs`` are those of the encoders by name, ``overrides`` settings of the price model.
    Raises ``InputError`` when the table is not one of the competition, or has too few rows.
    """
    clock = _Clock(progress)
    with clock.step("ingest", 0.0, 0.2) as report:
        snapshot = _ingest(table, folder, seed, report)

    trained_encoders = _train_encoders(clock, snapshot, folder, configs)
    with clock.step("price", 0.5, 0.4) as report:
        config = models.config("price", overrides)
        artifact = models.train(
            "price", snapshot, trained_encoders, folder, config, report
        )

    with clock.step("score", 0.9, 0.1):
        score = _score(snapshot, models.load("price", artifact, trained_encoders))

    return Result(
        score=score,
        trained=snapshot.count("train"),
        held_out=snapshot.count("test"),
        steps=tuple(clock.steps),
    )


def _ingest(table: Path, folder: Path, seed: int, progress: Progress) -> Snapshot:
    """The table's snapshot, in a folder named after its content, so that it is reused."""
    from common.store.artifacts import checksum
    from ingest.exports import kaggle_mercari
    from ingest.ingest import Options, ingest_file
    from ingest.options import ReadOptions
    from ingest.tables import open_table

    # Whoever asks for this benchmark says which form the table has: its cells prove nothing more.
    reading = ReadOptions(form=kaggle_mercari.KIND)
    known = open_table(table, reading).description.columns
    if not known.keys() >= {*kaggle_mercari.EXPECTED, "price"}:
        raise InputError(
            f"{table} is not a table of the competition: it has other columns"
        )

    out = folder / f"snapshot-{checksum(table)[:12]}-{seed}"
    if not out.exists():
        options = Options(
            reading=reading,
            fractions=SPLIT,
            seed=seed,
            by_row=True,
            priced_from=MIN_PRICE,
        )
        ingest_file(table, out, options, progress)

    snapshot = Snapshot.open(out)
    if not snapshot.count("validation") or not snapshot.count("test"):
        raise InputError(f"{table} has too few rows to hold out a twentieth of them")
    return snapshot


def _train_encoders(
    clock: _Clock, snapshot: Snapshot, folder: Path, configs: Mapping[str, Config]
) -> list[Encoder]:
    from common.encoder_training import train

    trained = []
    for name, config in configs.items():
        # Every encoder counts from the same fraction: how many there are is the caller's choice.
        with clock.step(f"encoder {name}", 0.2, 0.3) as report:
            artifact = train.train(snapshot, folder, config, report, name)
            trained.append(encoders.load(artifact))
    return trained


def _score(snapshot: Snapshot, predictor: models.Predictor) -> Score:
    listings = snapshot.read("test")
    suggestions = predict_in_batches(predictor, full_context(listings, "price"))
    truth = [listing.price for listing in listings if listing.price is not None]
    columns = price_columns(truth, suggestions)

    price, median = columns["price"], columns["median"]
    baseline = np.full(len(price), _median_price(snapshot))
    return Score(
        rmsle=metrics.rmsle(price, median),
        r2=metrics.r2_log1p(price, median),
        coverage=metrics.mean(columns["inside"]),
        baseline=metrics.rmsle(price, baseline),
    )


def _median_price(snapshot: Snapshot) -> float:
    """The median of the training rows' prices."""
    prices = []
    for batch in snapshot.batches("train"):
        prices += [listing.price for listing in batch]
    return metrics.median(np.array(prices))


def _peak_bytes() -> int:
    """The most memory that this process has had resident."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kibibytes.
    return peak if sys.platform == "darwin" else peak * 1024
