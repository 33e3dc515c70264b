"""What ``benchmarks.scale.run`` measures: ``python -m benchmarks.scale.stages STAGE ROWS FOLDER``.

A stage finds in the folder what those before it made, and writes what it has to say about itself.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import models
from cli.progress import progress
from common.encoders import Encoder
from common.progress import Progress
from common.snapshot import Snapshot
from models.suggester import Suggester

Said = dict[str, float]

FIGURES = "figures"
"""The folder of each stage's figures."""

HEADLINES = {
    "category": ("top1", "warm_top1"),
    "brand": ("top1", "warm_top1"),
    "price": ("rmsle", "warm_rmsle", "coverage"),
    "shipping": ("auc", "warm_auc"),
}
"""Metrics of each model that are shown by size."""


def main() -> None:
    stage, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    with progress(stage) as report:
        said = STAGES[stage](stage, rows, folder, report)
    path = folder / FIGURES / f"{stage}.said.json"
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def _ingest(stage: str, rows: int, folder: Path, report: Progress) -> Said:
    from ingest.ingest import Options
    from simulator.source import ingest_synthetic

    snapshot = ingest_synthetic(rows, folder / "snapshot", Options(), report)
    return {"rows": float(snapshot.manifest.rows["read"])}


def _train_encoder(stage: str, rows: int, folder: Path, report: Progress) -> Said:
    from common.encoder_training import train
    from common.encoders.config import NgramConfig

    snapshot = _snapshot(folder)
    made = train.train(snapshot, folder / "artifacts", NgramConfig(), report)
    return _keep(stage, folder, made, snapshot)


def _train_model(name: str, rows: int, folder: Path, report: Progress) -> Said:
    snapshot, encoders = _snapshot(folder), list(_encoders(folder).values())
    made = models.train(name, snapshot, encoders, folder / "artifacts", models.config(name), report)
    return _keep(name, folder, made, snapshot)


def _suggest(stage: str, rows: int, folder: Path, report: Progress) -> Said:
    """Answer the test split as a table of titles and descriptions."""
    from ingest.tables import open_source
    from pipelines.batch import predict

    listings = folder / "test.parquet"
    _write_table(_snapshot(folder), listings)
    start = time.perf_counter()
    answered = predict.answer_table(
        open_source(listings),
        partial(_suggester, folder),
        folder / "answers.parquet",
        progress=report,
        workers=os.cpu_count() or 1,
    )
    return {"rows": answered, "rows_per_second": answered / (time.perf_counter() - start)}


def _evaluate(stage: str, rows: int, folder: Path, report: Progress) -> Said:
    """Measure the models on the test split, cold and warm, as a training run does."""
    test = _snapshot(folder).read("test")
    said: Said = {"rows": len(test)}
    for number, (name, predictor) in enumerate(_suggester(folder).predictors.items()):
        report(name, number / len(models.NAMES))
        found = models.evaluate(name, predictor, test)
        said |= {f"{name} {metric}": found[metric] for metric in HEADLINES[name]}
    return said


STAGES: dict[str, Callable[[str, int, Path, Progress], Said]] = {
    "ingest": _ingest,
    "encoder": _train_encoder,
    **dict.fromkeys(models.NAMES, _train_model),
    "suggest": _suggest,
    "evaluate": _evaluate,
}
"""Stages by name, in the order in which they build on each other."""

TRAINED = ("encoder", *models.NAMES)
"""Stages that train."""


def _snapshot(folder: Path) -> Snapshot:
    return Snapshot.open(folder / "snapshot", verify=False)


def _keep(stage: str, folder: Path, made: Path, snapshot: Snapshot) -> Said:
    """Remember an artifact for the stages to come."""
    (folder / f"{stage}.artifact").write_text(made.name, encoding="utf-8")
    size = sum(path.stat().st_size for path in made.iterdir())
    return {"rows": snapshot.count("train"), "artifact_bytes": size}


def _artifact(stage: str, folder: Path) -> Path:
    return folder / "artifacts" / (folder / f"{stage}.artifact").read_text(encoding="utf-8")


def _encoders(folder: Path) -> dict[str, Encoder]:
    from common import encoders

    encoder = encoders.load(_artifact("encoder", folder))
    return {encoder.id: encoder}


def _suggester(folder: Path) -> Suggester:
    from common.store.release import FetchedRelease, Release
    from models.suggester import load

    encoders = {name: _artifact("encoder", folder) for name in _encoders(folder)}
    trained = {name: _artifact(name, folder) for name in models.NAMES}
    return load(FetchedRelease(Release("scale", tuple(encoders), {}, {}), encoders, trained))


def _write_table(snapshot: Snapshot, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("listing_id", "title", "description")
    kinds = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(path, kinds) as writer:
        for batch in snapshot.batches("test"):
            columns = [pa.array([getattr(row, name) for row in batch]) for name in names]
            writer.write_table(pa.table(columns, schema=kinds))


if __name__ == "__main__":
    main()
