"""Our models in a shop, by their default settings; stored until the rows or our code change."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.shared.folds import read_fold
from benchmarks.shared.jobs import run_jobs
from benchmarks.shared.ours import measure_ours
from benchmarks.shared.result_cache import fingerprint
from benchmarks.shared.results import OURS
from benchmarks.shops.jobs import Job, Setting, checksum_rows
from benchmarks.shops.labels import measurable_models
from benchmarks.shops.rows import read_rows
from benchmarks.shops.shop_file import Shop
from common.listing import Listing

OUR_CODE = (
    "benchmarks/shared/calibration.py",
    "benchmarks/shared/folds.py",
    "benchmarks/shared/ours.py",
    "common",
    "constraints.txt",
    "models",
)
"""Code that our outputs depend on."""


def run_ours(
    shop: Shop, rows: Sequence[Listing], folds: Sequence[int], setting: Setting
) -> dict[Job, dict[str, Any]]:
    """Train and measure our models on folds of a shop, or load what is stored of them."""
    code = fingerprint(OUR_CODE, ())
    data = checksum_rows(rows, shop)
    folder = setting.scratch / f"ours-{code}"
    paths = {}
    for number in folds:
        job = Job(shop, number, OURS)
        # The same texts are learned with photos and without.
        paths[job] = folder / f"{data}-{shop.kind}-{number}.json"

    measure = partial(_measure, setting=setting)
    return run_jobs(paths, measure, setting.workers)


def _measure(job: Job, setting: Setting) -> dict[str, Any]:
    rows = read_rows(job.shop, setting.scratch)
    with tempfile.TemporaryDirectory(dir=setting.scratch) as name:
        folder = Path(name)
        out = folder / "fold"
        fold = read_fold(rows, job.number, job.shop.folds, out)
        names = measurable_models(rows)
        return measure_ours(fold, folder, names)
