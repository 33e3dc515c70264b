"""The peers in a shop: tuned on validation rows, and stored until the rows or a method changes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.peers.contestants import (
    MINILM,
    NETWORKS,
    PEERS,
    VERSIONS,
    make_peer,
)
from benchmarks.peers.sentence_vectors import encode
from benchmarks.shared.folds import read_fold
from benchmarks.shared.jobs import run_jobs
from benchmarks.shared.protocol import EVALUATION_VERSION, TASKS, evaluate, split
from benchmarks.shared.result_cache import load
from benchmarks.shops.jobs import Job, Setting, checksum_rows
from benchmarks.shops.labels import has_text, measurable_models
from benchmarks.shops.rows import read_rows
from benchmarks.shops.shop_file import Shop
from common.listing import Listing

LARGE_ROWS, MANY_CLASSES = 20_000, 100
"""From these on, the settings of a peer are chosen on the first fold and used on all."""

FIGURES = "peers.tsv"
"""Shop, fold, contestant, metric and value of each figure of a peer, as they are measured."""

SHOP_PEERS = {name: names for name, names in PEERS.items() if name != NETWORKS}
"""The peers of shops, and the models that they are compared with."""


def peer_jobs(
    shop: Shop, rows: Sequence[Listing], peers: Sequence[str], folds: Sequence[int]
) -> Iterator[Job]:
    """Yield the jobs of peers in a shop, the first fold first, whose settings others use."""
    if not has_text(rows):
        return

    models = measurable_models(rows)
    for number in folds:
        for peer in peers:
            for model in models:
                if model in SHOP_PEERS[peer]:
                    yield Job(shop, number, peer, model)


def run_peers(
    shop: Shop, rows: Sequence[Listing], jobs: Sequence[Job], setting: Setting
) -> dict[Job, dict[str, Any]]:
    """Run the peers in one shop, or load what is stored of them."""
    if not jobs:
        return {}

    data = checksum_rows(rows, shop)
    if any(job.contestant == MINILM for job in jobs):
        text_model = setting.environment.text_model
        encode(rows, text_model, _vectors(setting, data))

    # The first fold chooses the settings that the others use.
    outputs: dict[Job, dict[str, Any]] = {}
    for is_first in (True, False):
        chosen = [job for job in jobs if (job.number == 0) == is_first]
        if not chosen:
            continue
        paths = {job: _output_path(setting, job, data) for job in chosen}
        measure = partial(_measure_peer, setting=setting, data=data)
        outputs |= run_jobs(paths, measure, setting.workers)
    return outputs


def _measure_peer(job: Job, setting: Setting, data: str) -> dict[str, Any]:
    rows = read_rows(job.shop, setting.scratch)
    peer = make_peer(job.contestant, setting.environment, _vectors(setting, data))
    known = _known_settings(job, rows, setting, data)
    figures: dict[str, float] = {}
    chosen: dict[str, Any] = {}

    with tempfile.TemporaryDirectory(dir=setting.scratch) as name:
        fold = read_fold(rows, job.number, job.shop.folds, Path(name) / "fold")
        for task in TASKS:
            if task.model == job.model:
                labelled = split(fold, task)
                answers = peer(task, labelled, known.get(task.prefix))
                figures |= evaluate(task, labelled.test, answers)
                chosen[task.prefix] = dict(answers.chosen)

    _append(setting.scratch / FIGURES, job, figures)
    return {"figures": figures, "chosen": chosen}


def _append(path: Path, job: Job, figures: Mapping[str, float]) -> None:
    """Add figures to a table that can be read while the benchmark runs."""
    lines = []
    for metric, value in figures.items():
        cells = (job.shop.name, job.number, job.contestant, metric, f"{value:.6g}")
        lines.append("\t".join(map(str, cells)))
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _known_settings(
    job: Job, rows: Sequence[Listing], setting: Setting, data: str
) -> Mapping[str, Any]:
    """The settings by context that the first fold chose; nothing if this fold is to choose."""
    (field,) = {task.field for task in TASKS if task.model == job.model}
    is_large = len(rows) >= LARGE_ROWS
    has_many_classes = (
        field != "price" and len({getattr(row, field) for row in rows}) > MANY_CLASSES
    )
    if job.number == 0 or not (is_large or has_many_classes):
        return {}

    first = Job(job.shop, 0, job.contestant, job.model)
    path = _output_path(setting, first, data)
    return dict(load(path)["chosen"]) if path.exists() else {}


def _output_path(setting: Setting, job: Job, data: str) -> Path:
    """The file of a job's output; shops of the same texts have the same."""
    version = f"{VERSIONS[job.contestant]}.{EVALUATION_VERSION}"
    contestant = job.contestant.replace(" ", "")
    name = f"{data}-{job.number}-{job.model}-{contestant}-{version}.json"
    return setting.scratch / "peers" / name


def _vectors(setting: Setting, data: str) -> Path:
    return setting.scratch / "vectors" / data
