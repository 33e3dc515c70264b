"""The benchmark as jobs: run in parallel, each output stored, so that a broken run can go on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.peers.contestants import FASTTEXT, PEERS, TFIDF, Environment, make_peer
from benchmarks.peers.sentence_vectors import encode
from benchmarks.quality.simulated import measure_market
from benchmarks.shared.folds import Fold, read_fold, read_source, rename
from benchmarks.shared.jobs import run_jobs
from benchmarks.shared.ours import measure_ours
from benchmarks.shared.protocol import TASKS, evaluate, split
from benchmarks.shared.results import OURS, TRAIN
from common.listing import Listing

MIN_PRICE = 3.0
"""Lower prices are removed, as in the Mercari competition."""

MARKET, EXTRA = "market", "extra"
"""Variants of the rows: the synthetic market, and training rows of a second table added."""

VECTORS = "sentence vectors"
"""Contestant of the job that encodes all rows with the sentence model."""

EXTRA_CONTESTANTS = {
    OURS: ("category", "brand", "shipping"),
    TFIDF: ("category", "brand", "shipping"),
    FASTTEXT: ("category", "brand"),
}
"""Contestants that are measured with a second table as well, whose rows have no prices."""

SHARES = {TRAIN: 1.0, EXTRA: 1.0, "half": 0.5, "quarter": 0.25}
"""Variants of the training rows, as shares of their groups."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Sources and folders of a run; what is empty is not measured.

    Attributes:
        source: path of a table, or "synthetic".
        scratch: folder of stored outputs and artifacts.
        rows: number of rows; 0 for all of a table.
        folds: number of folds.
        extra: path of a second table.
        environment: what some peers need.
        market_rows: listings of each synthetic market.
        peers: folder of the peers' outputs; that of ours by default.
    """

    source: str
    scratch: Path
    rows: int = 0
    folds: int = 5
    extra: str = ""
    environment: Environment = Environment()
    market_rows: int = 12_000
    peers: Path | None = None

    @property
    def vectors(self) -> Path:
        """Folder of the sentence model's vectors."""
        return (self.peers or self.scratch) / "vectors"


@dataclass(frozen=True, slots=True)
class Job:
    """One contestant on one fold of one variant.

    Attributes:
        variant: variant of the rows.
        number: number of the fold; of the seed, for the market.
        contestant: name of the contestant.
        models: models to train.
    """

    variant: str
    number: int
    contestant: str
    models: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of its file."""
        parts = [self.variant, str(self.number), self.contestant, *self.models]
        return "-".join(parts)


def run_all(
    jobs: Sequence[Job], setting: Setting, workers: int
) -> dict[Job, dict[str, Any]]:
    """Run the jobs whose output is not stored yet, and report each; returns all outputs."""
    paths = {job: _output_path(job, setting) for job in jobs}
    return run_jobs(paths, partial(_measure, setting=setting), workers)


def prepare(setting: Setting) -> None:
    """Read the tables once, before the jobs share them."""
    read_rows(setting)
    read_extra(setting)


def read_rows(setting: Setting) -> list[Listing]:
    """The rows that are divided into folds."""
    folder = setting.scratch / "all"
    return read_source(
        setting.source,
        folder,
        rows=setting.rows,
        min_price=MIN_PRICE,
    )


def read_extra(setting: Setting) -> list[Listing]:
    """The rows that the variant ``extra`` adds, without prices."""
    if not setting.extra:
        return []

    folder = setting.scratch / "all-extra"
    listings = read_source(setting.extra, folder, rows=setting.rows)
    without_prices = [row.without("price") for row in listings]
    return rename(without_prices, "extra-")


def fold_of_job(job: Job, setting: Setting) -> Fold:
    """The fold of a job; a process writes it once."""
    extra = read_extra(setting) if job.variant == EXTRA else []
    out = setting.scratch / "folds" / f"{job.variant}-{job.number}-{os.getpid()}"
    return read_fold(
        read_rows(setting),
        job.number,
        setting.folds,
        out,
        extra=extra,
        share=SHARES[job.variant],
    )


def artifact_folder(job: Job, setting: Setting) -> Path:
    """The folder of our models of a fold."""
    return setting.scratch / "artifacts" / f"{job.variant}-{job.number}"


def _measure(job: Job, setting: Setting) -> dict[str, Any]:
    if job.contestant == VECTORS:
        encode(read_rows(setting), setting.environment.text_model, setting.vectors)
        return {}
    if job.contestant != OURS:
        return {"figures": _measure_peer(job, setting)}

    # A run that was stopped may have left a part of the artifacts.
    folder = artifact_folder(job, setting)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if job.variant == MARKET:
        figures = measure_market(setting.market_rows, job.number, folder)
        return {"figures": figures}

    fold = fold_of_job(job, setting)
    return measure_ours(fold, folder, job.models, setting.environment.text_model)


def _measure_peer(job: Job, setting: Setting) -> dict[str, float]:
    fold = fold_of_job(job, setting)
    peer = make_peer(job.contestant, setting.environment, setting.vectors)
    figures: dict[str, float] = {}

    for task in TASKS:
        # The second table lacks fields of the full context.
        is_measurable = not (job.variant == EXTRA and task.prefix)
        if task.model not in job.models or not is_measurable:
            continue

        labelled = split(fold, task)
        if labelled.train and labelled.validation and labelled.test:
            answers = peer(task, labelled)
            figures |= evaluate(task, labelled.test, answers)

    return figures


def _output_path(job: Job, setting: Setting) -> Path:
    of_peers = setting.peers if job.contestant in PEERS else None
    folder = of_peers or setting.scratch
    return folder / "results" / f"{job.name}.json"
