"""The benchmark as jobs: run in parallel, each output stored, so that a broken run can go on."""

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

from benchmarks.peers import lightgbm_peer, linear, networks
from benchmarks.peers.protocol import TASKS, Peer, evaluate, split
from benchmarks.peers.sentence_vectors import encode, sentence_peer
from benchmarks.peers.subprocess_peer import isolated_peer
from benchmarks.quality.ours import measure_ours
from benchmarks.quality.simulated import measure_market
from benchmarks.shared.folds import Fold, read_fold, read_source, rename
from benchmarks.shared.result_cache import load, store
from benchmarks.shared.results import OURS, TRAIN
from common.listing import Listing

MIN_PRICE = 3.0
"""Lower prices are removed, as in the Mercari competition."""

MARKET, EXTRA = "market", "extra"
"""Variants of the rows: the synthetic market, and training rows of a second table added."""

VECTORS = "sentence vectors"
"""Contestant of the job that encodes all rows with the sentence model."""

TFIDF, NETWORKS, FASTTEXT = "tf-idf + linear", "four networks", "fastText"
LIGHTGBM, CATBOOST, MINILM = "LightGBM", "CatBoost", "MiniLM + linear"

ISOLATED = (FASTTEXT, CATBOOST)
"""Peers that run in an environment of their own."""

PEERS = {
    TFIDF: ("category", "brand", "price", "shipping"),
    NETWORKS: ("price",),
    FASTTEXT: ("category", "brand"),
    LIGHTGBM: ("price", "shipping"),
    CATBOOST: ("price", "shipping"),
    MINILM: ("category", "price", "shipping"),
}
"""Peers and the models that they are compared with."""

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
        text_model: folder of a sentence model.
        python: interpreter of the isolated peers.
        market_rows: listings of each synthetic market.
        peers: folder of the peers' outputs; that of ours by default.
    """

    source: str
    scratch: Path
    rows: int = 0
    folds: int = 5
    extra: str = ""
    text_model: str = ""
    python: str = ""
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
    waiting = [job for job in jobs if not _output_path(job, setting).exists()]
    n_stored = len(jobs) - len(waiting)
    print(f"{len(waiting)} jobs to run, {n_stored} are stored already", file=sys.stderr)

    _run_in_parallel(waiting, setting, workers)
    outputs = {}
    for job in jobs:
        outputs[job] = load(_output_path(job, setting))
    return outputs


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


def _run_in_parallel(jobs: Sequence[Job], setting: Setting, workers: int) -> None:
    context = multiprocessing.get_context("spawn")  # torch does not survive a fork
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        running = {}
        for job in jobs:
            future = pool.submit(_run, job, setting)
            running[future] = job

        try:
            _report(running)
        except BaseException:
            # Otherwise the pool would first finish every job that waits.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _report(running: dict[Future[float], Job]) -> None:
    start = time.monotonic()

    for n_done, future in enumerate(as_completed(running), start=1):
        job = running[future]
        seconds = future.result()
        elapsed = time.monotonic() - start
        total = f"{n_done}/{len(running)}, {elapsed / 60:.1f} min"
        print(f"{job.name}: {seconds:.0f} s ({total})", file=sys.stderr)


def _run(job: Job, setting: Setting) -> float:
    start = time.monotonic()
    output = _measure(job, setting)
    store(_output_path(job, setting), output)
    return time.monotonic() - start


def _measure(job: Job, setting: Setting) -> dict[str, Any]:
    if job.contestant == VECTORS:
        encode(read_rows(setting), setting.text_model, setting.vectors)
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
    return measure_ours(fold, folder, job.models, setting.text_model)


def _measure_peer(job: Job, setting: Setting) -> dict[str, float]:
    fold = fold_of_job(job, setting)
    peer = _peer(job.contestant, setting)
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


def _peer(name: str, setting: Setting) -> Peer:
    if name in ISOLATED:
        return isolated_peer(name.lower(), Path(setting.python))
    if name == MINILM:
        return sentence_peer(setting.vectors)

    peers: dict[str, Peer] = {
        TFIDF: linear.linear,
        NETWORKS: networks.networks,
        LIGHTGBM: lightgbm_peer.boosted,
    }
    return peers[name]


def _output_path(job: Job, setting: Setting) -> Path:
    of_peers = setting.peers if job.contestant in PEERS else None
    folder = of_peers or setting.scratch
    return folder / "results" / f"{job.name}.json"
