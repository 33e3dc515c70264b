"""Our models beside tf-idf and a linear model, on the same rows in the same run.

  python -m benchmarks.quality SOURCE [--splits 5] [--out docs/quality.md]
  python -m benchmarks.quality synthetic --rows 8000

SOURCE is anything ``listrec ingest`` reads. Each split draws training, validation and test rows
anew by group (seller, else title); everything, the encoder included, is fitted afresh in it. Cold
rows show title, description and condition; warm rows everything but the answer. Figures are means
over the splits; "better by" is the mean difference of paired splits with its standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import models
from benchmarks import peers
from benchmarks.sections import measured, replace_section
from cli.progress import progress
from common import encoders, metrics
from common.encoders import train as encoder_training
from common.encoders.config import NgramConfig
from common.evaluation import COLD
from common.listing import NO_BRAND, Listing
from common.snapshot import Snapshot
from common.sources.ingest import Options, ingest_file, ingest_synthetic

Figures = dict[str, float]

WARM = {
    "price": ("category", "brand", "condition", "size", "colour", "shipping_payer"),
    "shipping": ("category", "brand", "condition", "size", "colour", "price"),
}
"""Fields that peers are shown on warm rows: those that our models may look at and the data has."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="a table, or 'synthetic'")
    parser.add_argument("--rows", type=int, default=8000, help="rows of the synthetic shop")
    parser.add_argument("--splits", type=int, default=5, help="how many splits to average")
    parser.add_argument("--out", type=Path, help="write the table as Markdown and JSON")
    given = parser.parse_args()
    heading = _heading(given)  # names the commit that is measured, so before anything runs
    ours: dict[str, list[float]] = defaultdict(list)
    theirs: dict[str, list[float]] = defaultdict(list)
    seconds: list[Figures] = []
    for seed in range(given.splits):
        with tempfile.TemporaryDirectory() as folder, progress(f"split {seed + 1}") as report:
            snapshot = _split(given.source, given.rows, seed, Path(folder) / "snapshot")
            found, took = _measure_ours(snapshot, Path(folder), report)
            _append(ours, found)
            seconds.append(took)
            report("peers", 0.9)
            _append(theirs, _measure_peers(snapshot))
    text = "\n".join([*heading, *_table(ours, theirs, seconds)])
    print(text)
    if given.out:
        replace_section(given.out, "quality", text)
        figures = json.dumps({"ours": ours, "peers": theirs, "seconds": seconds}, indent=1)
        given.out.with_suffix(".json").write_text(figures + "\n", encoding="utf-8")
    worse = [name for name in theirs if np.mean(ours[name]) <= np.mean(theirs[name])]
    if worse:
        print(f"not better than tf-idf and a linear model: {', '.join(worse)}", file=sys.stderr)
    return 1 if worse else 0


def _split(source: str, rows: int, seed: int, out: Path) -> Snapshot:
    options = Options(seed=seed)
    if source == "synthetic":
        return ingest_synthetic(rows, out, options, lambda doing, fraction: None)
    return ingest_file(Path(source), out, options, lambda doing, fraction: None)


def _measure_ours(
    snapshot: Snapshot, folder: Path, report: models.Progress
) -> tuple[Figures, Figures]:
    took: Figures = {}
    start = time.perf_counter()
    encoder = encoders.load(encoder_training.train(snapshot, folder, NgramConfig()))
    took["encoder"] = time.perf_counter() - start
    test = snapshot.read("test")
    found: Figures = {}
    for number, name in enumerate(models.NAMES):
        report(f"training {name}", 0.2 + 0.15 * number)
        start = time.perf_counter()
        artifact = models.train(name, snapshot, [encoder], folder, models.config(name))
        took[name] = time.perf_counter() - start
        predictor = models.load(name, artifact, [encoder])
        measured = models.evaluate(name, predictor, test)
        found |= {f"{name} {metric}": value for metric, value in measured.items()}
        start = time.perf_counter()
        for place in range(0, len(test) // 32 * 32, 32):
            predictor.predict(test[place : place + 32])
        count = max(len(test) // 32 * 32, 1)
        took[f"{name}, microseconds a listing"] = (time.perf_counter() - start) / count * 1e6
    return found, took


def _measure_peers(snapshot: Snapshot) -> Figures:
    found: Figures = {}
    for name, field in (("category", "category"), ("brand", "brand")):
        if rows := list(_labelled(snapshot, field)):
            ranked = peers.rank(*rows, field, COLD)
            truth = [str(getattr(row, field)) for row in rows[2]]
            found[f"{name} top1"] = metrics.top_k_accuracy(truth, ranked, 1)
            found[f"{name} top5"] = metrics.top_k_accuracy(truth, ranked, 5)
            if name == "brand":
                branded = [
                    row[0] == value
                    for row, value in zip(ranked, truth, strict=True)
                    if value != NO_BRAND
                ]
                found["brand recall"] = float(np.mean(branded))
    for prefix, fields in (("", COLD), ("warm_", WARM["price"])):
        if rows := list(_labelled(snapshot, "price")):
            prices = peers.predict_price(*rows, fields)
            found[f"price {prefix}r2"] = metrics.r2_log1p([row.price for row in rows[2]], prices)
    for prefix, fields in (("", COLD), ("warm_", WARM["shipping"])):
        if rows := list(_labelled(snapshot, "shipping_payer")):
            scores = peers.score_payer(*rows, fields)
            truth = [row.shipping_payer == "seller" for row in rows[2]]
            found[f"shipping {prefix}auc"] = metrics.auc(truth, scores)
    return found


def _labelled(snapshot: Snapshot, field: str) -> Iterator[list[Listing]]:
    """Training, validation and test rows with the label; nothing when a split has none."""
    splits = [
        [row for row in snapshot.read(split) if getattr(row, field) is not None]
        for split in ("train", "validation", "test")
    ]
    yield from splits if all(splits) else []


def _append(figures: dict[str, list[float]], found: Figures) -> None:
    for name, value in found.items():
        figures[name].append(value)


def _table(
    ours: dict[str, list[float]],
    theirs: dict[str, list[float]],
    seconds: list[Figures],
) -> list[str]:
    lines = ["| metric | ours | tf-idf + linear | better by |", "|---|---|---|---|"]
    for name, values in theirs.items():
        gap = np.array(ours[name]) - np.array(values)
        error = gap.std(ddof=1) / np.sqrt(len(gap)) if len(gap) > 1 else float("nan")
        lines.append(
            f"| {name} | {np.mean(ours[name]):.3f} | {np.mean(values):.3f}"
            f" | {gap.mean():+.3f} ± {error:.3f} |"
        )
    lines += ["", "| our other figures | mean |", "|---|---|"]
    others = (name for name in ours if name not in theirs and not name.endswith(" rows"))
    lines += [f"| {name} | {np.mean(ours[name]):.3f} |" for name in others]
    lines += ["", "| seconds of training | median |", "|---|---|"]
    lines += [
        f"| {name} | {np.median([each[name] for each in seconds]):.1f} |" for name in seconds[0]
    ]
    return [*lines, ""]


def _heading(given: argparse.Namespace) -> list[str]:
    name = "synthetic" if given.source == "synthetic" else Path(given.source).name
    return [
        f"# Quality on {name}",
        "",
        measured(f"python -m benchmarks.quality {name} --splits {given.splits}")
        + f" Means over {given.splits} grouped splits, everything fitted afresh in each. Cold rows"
        " show title, description and condition; rows of metrics named `warm` show everything but"
        " the answer.",
        "",
    ]


if __name__ == "__main__":
    sys.exit(main())
