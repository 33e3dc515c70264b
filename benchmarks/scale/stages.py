"""The stages of ``benchmarks.scale.run``: ``python -m benchmarks.scale.stages STAGE ROWS FOLDER``.

A stage reads from the folder the outputs of the stages before it, and writes figures of its own.
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
from common.progress import Progress
from common.snapshot import Snapshot
from models.suggester import Suggester

OwnFigures = dict[str, float]
"""Figures that a stage measures itself, beside its time and memory."""

FIGURES = "figures"
"""The folder of each stage's figures."""

HEADLINES = {
    "category": ("top1", "warm_top1"),
    "brand": ("top1", "warm_top1"),
    "price": ("rmsle", "warm_rmsle", "coverage"),
    "shipping": ("auc", "warm_auc"),
}
"""Metrics of each model that are reported by size."""


def main() -> None:
    """Run the stage that the command line names."""
    stage = sys.argv[1]
    rows = int(sys.argv[2])
    folder = Path(sys.argv[3])
    with progress(stage) as report_progress:
        figures = STAGES[stage](stage, rows, folder, report_progress)

    content = json.dumps(figures, indent=1)
    path = folder / FIGURES / f"{stage}.own.json"
    path.write_text(content + "\n", encoding="utf-8")


def _ingest(
    stage: str, rows: int, folder: Path, report_progress: Progress
) -> OwnFigures:
    from ingest.ingest import Options
    from simulator.source import ingest_synthetic

    snapshot = ingest_synthetic(rows, folder / "snapshot", Options(), report_progress)
    return {"rows": float(snapshot.manifest.rows["read"])}


def _train_model(
    name: str, rows: int, folder: Path, report_progress: Progress
) -> OwnFigures:
    snapshot = _snapshot(folder)
    config = models.config(name)
    out = folder / "artifacts"
    artifact = models.train(name, snapshot, [], out, config, report_progress)
    return _register(name, folder, artifact, snapshot)


def _suggest(
    stage: str, rows: int, folder: Path, report_progress: Progress
) -> OwnFigures:
    """Answer the test split as a table of titles and descriptions."""
    from ingest.tables import open_table
    from pipelines.batch import predict

    listings = folder / "test.parquet"
    _write_table(_snapshot(folder), listings)

    start = time.perf_counter()
    n_answered = predict.answer_table(
        open_table(listings),
        partial(_suggester, folder),
        folder / "answers.parquet",
        progress=report_progress,
        workers=os.cpu_count() or 1,
    )
    seconds = time.perf_counter() - start
    return {
        "rows": n_answered,
        "rows_per_second": n_answered / seconds,
    }


def _evaluate(
    stage: str, rows: int, folder: Path, report_progress: Progress
) -> OwnFigures:
    """Evaluate the models on the test split in both contexts, as a training run does."""
    test = _snapshot(folder).read("test")
    figures: OwnFigures = {"rows": len(test)}

    # The predictors are those of a release, as a server loads them.
    predictors = _suggester(folder).predictors
    for number, (name, predictor) in enumerate(predictors.items()):
        report_progress(name, number / len(models.NAMES))
        metrics = models.evaluate(name, predictor, test)
        for metric in HEADLINES[name]:
            figures[f"{name} {metric}"] = metrics[metric]

    return figures


STAGES: dict[str, Callable[[str, int, Path, Progress], OwnFigures]] = {
    "ingest": _ingest,
    **dict.fromkeys(models.NAMES, _train_model),
    "suggest": _suggest,
    "evaluate": _evaluate,
}
"""Stages by name, in the order in which they build on each other."""

TRAINED = models.NAMES
"""Stages that train."""


def _snapshot(folder: Path) -> Snapshot:
    return Snapshot.open(folder / "snapshot", verify=False)


def _register(
    stage: str, folder: Path, artifact: Path, snapshot: Snapshot
) -> OwnFigures:
    """Note the name of an artifact for later stages."""
    (folder / f"{stage}.artifact").write_text(artifact.name, encoding="utf-8")
    n_bytes = 0
    for path in artifact.iterdir():
        n_bytes += path.stat().st_size

    return {
        "rows": snapshot.count("train"),
        "artifact_bytes": n_bytes,
    }


def _artifact(stage: str, folder: Path) -> Path:
    name = (folder / f"{stage}.artifact").read_text(encoding="utf-8")
    return folder / "artifacts" / name


def _suggester(folder: Path) -> Suggester:
    from common.store.release import FetchedRelease, Release
    from models.suggester import load

    trained = {name: _artifact(name, folder) for name in models.NAMES}
    release = Release("scale", (), {}, {})
    return load(FetchedRelease(release, {}, trained))


def _write_table(snapshot: Snapshot, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("listing_id", "title", "description")
    schema = pa.schema([(name, pa.string()) for name in names])

    # Rows are streamed: peak memory of this process is to be that of suggesting.
    with pq.ParquetWriter(path, schema) as writer:
        for batch in snapshot.batches("test"):
            columns = []
            for name in names:
                values = [getattr(row, name) for row in batch]
                columns.append(pa.array(values))
            writer.write_table(pa.table(columns, schema=schema))


if __name__ == "__main__":
    main()
