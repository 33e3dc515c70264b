"""The peers in a shop: tuned on validation rows, and stored until the rows or a method changes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.peers.contestants import MINILM, NETWORKS, PEERS, VERSIONS, make_peer
from benchmarks.peers.sentence_vectors import encode
from benchmarks.shared.folds import Fold, read_fold
from benchmarks.shared.jobs import run_jobs
from benchmarks.shared.protocol import EVALUATION_VERSION, TASKS, Peer, evaluate, split
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
    for number, peer in product(folds, peers):
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
    if setting.workers and any(job.contestant == MINILM for job in jobs):
        text_model = setting.environment.text_model
        encode(rows, text_model, _vectors(setting, data))

    # The first fold chooses the settings that the others use.
    first = [job for job in jobs if job.number == 0]
    others = [job for job in jobs if job.number > 0]
    outputs = _run(first, data, setting)
    return outputs | _run(others, data, setting)


def _run(jobs: Sequence[Job], data: str, setting: Setting) -> dict[Job, dict[str, Any]]:
    if not jobs:
        return {}
    paths = {job: _output_path(setting, job, data) for job in jobs}
    measure = partial(_measure_peer, setting=setting, data=data)
    return run_jobs(paths, measure, setting.workers)


def _measure_peer(job: Job, setting: Setting, data: str) -> dict[str, Any]:
    rows = read_rows(job.shop, setting.scratch)
    peer = make_peer(job.contestant, setting.environment, _vectors(setting, data))
    known = _known_settings(job, rows, setting, data)

    with tempfile.TemporaryDirectory(dir=setting.scratch) as name:
        out = Path(name) / "fold"
        fold = read_fold(rows, job.number, job.shop.folds, out)
        output = _answer(peer, job.model, fold, known)

    # A run takes hours, and its figures are of use before its end.
    _append(setting.scratch / FIGURES, job, output["figures"])
    return output


def _answer(
    peer: Peer, model: str, fold: Fold, known: Mapping[str, Any]
) -> dict[str, Any]:
    """The figures and the chosen settings of a peer in every context of a model."""
    figures: dict[str, float] = {}
    chosen: dict[str, Any] = {}
    for task in TASKS:
        if task.model != model:
            continue
        labelled = split(fold, task)
        answers = peer(task, labelled, known.get(task.prefix))
        figures |= evaluate(task, labelled.test, answers)
        chosen[task.prefix] = dict(answers.chosen)

    return {"figures": figures, "chosen": chosen}


def _append(path: Path, job: Job, figures: Mapping[str, float]) -> None:
    """Add figures to a table that can be read while the benchmark runs."""
    lines = []
    for metric, value in figures.items():
        names = f"{job.shop.name}\t{job.number}\t{job.contestant}\t{metric}"
        lines.append(f"{names}\t{value:.6g}\n")

    with path.open("a", encoding="utf-8") as file:
        file.writelines(lines)


def _known_settings(
    job: Job, rows: Sequence[Listing], setting: Setting, data: str
) -> Mapping[str, Any]:
    """The settings by context that the first fold chose; nothing if this fold is to choose."""
    if job.number == 0 or not _is_large(rows, job.model):
        return {}

    first = Job(job.shop, 0, job.contestant, job.model)
    path = _output_path(setting, first, data)
    return dict(load(path)["chosen"]) if path.exists() else {}


def _is_large(rows: Sequence[Listing], model: str) -> bool:
    """Whether choosing settings in each fold takes too long."""
    has_many_rows = len(rows) >= LARGE_ROWS
    if has_many_rows or model == "price":
        return has_many_rows

    (field,) = {task.field for task in TASKS if task.model == model}
    classes = {getattr(row, field) for row in rows}
    return len(classes) > MANY_CLASSES


def _output_path(setting: Setting, job: Job, data: str) -> Path:
    """The file of a job's output; shops of the same texts have the same."""
    version = f"{VERSIONS[job.contestant]}.{EVALUATION_VERSION}"
    contestant = job.contestant.replace(" ", "")
    name = f"{data}-{job.number}-{job.model}-{contestant}-{version}.json"
    return setting.scratch / "peers" / name


def _vectors(setting: Setting, data: str) -> Path:
    return setting.scratch / "vectors" / data
