"""Our models beside well-known ones, on the same rows in the same run.

  python -m benchmarks.quality TABLE [--folds 5] [--out docs/quality.md]
  python -m benchmarks.quality synthetic --rows 8000

Cross-validation is grouped (by seller, else title):
every row is once a test row, and all, encoders included, is fitted afresh without its group. A
tenth of the other rows is held out to choose settings and to calibrate by. Peers are fitted on all
of them in the end: tf-idf with ridge regression, a linear support vector machine or logistic
regression, penalties chosen on held-out rows; for prices also the mean of four networks of the kind
that won on Kaggle. Prices below 3 are left out. Cold rows show title, description and condition;
warm rows everything but the answer. Figures are means over the folds with the standard error,
"better by" the mean of paired differences from the best peer.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import models
from benchmarks import peers, price_peers
from benchmarks.folds import Fold, folds, read_source
from benchmarks.intervals import state
from benchmarks.quality_report import Found, shared, tables
from benchmarks.sections import explanation, measured, replace_section
from cli.progress import progress
from common import encoders, metrics
from common.encoders import train as encoder_training
from common.encoders.config import NgramConfig
from common.evaluation import COLD, show_cold, show_warm
from common.listing import NO_BRAND, Listing

LEAST_PRICE = 3.0
"""Cheaper rows do not count for prices, as in the competition."""

SVM, RIDGE, LOGISTIC = "linear SVM", "ridge", "logistic"
NETWORKS = "four networks"

WARM = {
    "price": ("category", "brand", "condition", "size", "colour", "shipping_payer"),
    "shipping": ("category", "brand", "condition", "size", "colour", "price"),
}
"""Fields that peers are shown on warm rows: those that our models may look at and the data has."""


def main() -> int:
    """Measure, print the tables, and put them into a document where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="a table, or 'synthetic'")
    parser.add_argument("--rows", type=int, default=8000, help="rows of the synthetic shop")
    parser.add_argument("--folds", type=int, default=5, help="how many folds, 3 or more")
    parser.add_argument("--out", type=Path, help="write the tables as Markdown and JSON")
    given = parser.parse_args()
    heading = _heading(given)  # names the commit that is measured, so before anything runs
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        rows = read_source(
            given.source, Path(folder) / "all", rows=given.rows, least_price=LEAST_PRICE
        )
        for number, fold in enumerate(folds(rows, given.folds, Path(folder)), start=1):
            with progress(f"fold {number}") as report:
                _measure_ours(fold, Path(folder), report, found)
                _measure_peers(fold, report, found)
    text = "\n".join([*heading, *tables(found)])
    print(text)
    if given.out:
        replace_section(given.out, "quality", text)
        figures = json.dumps({"ours": found.ours, "peers": found.peers}, indent=1)
        given.out.with_suffix(".json").write_text(figures + "\n", encoding="utf-8")
    worse = [name for name in shared(found) if np.mean(found.gaps(name)) <= 0]
    if worse:
        print(f"not better than the best peer: {', '.join(worse)}", file=sys.stderr)
    return 1 if worse else 0


def _measure_ours(fold: Fold, folder: Path, report: models.Progress, found: Found) -> None:
    def note(name: str, value: float) -> None:
        found.ours[name].append(value)

    start = time.perf_counter()
    artifact = encoder_training.train(fold.snapshot, folder, NgramConfig())
    encoder, size = encoders.load(artifact), _size(artifact)
    note("encoder, seconds to train", time.perf_counter() - start)
    for number, name in enumerate(models.NAMES):
        report(f"training {name}", 0.1 + 0.15 * number)
        start = time.perf_counter()
        artifact = models.train(name, fold.snapshot, [encoder], folder, models.config(name))
        note(f"{name}, seconds to train", time.perf_counter() - start)
        predictor, size = models.load(name, artifact, [encoder]), size + _size(artifact)
        for metric, value in models.evaluate(name, predictor, fold.test).items():
            note(f"{name} {metric}", value)
        note(f"{name}, microseconds a listing of 32", _microseconds(predictor, fold.test))
        if name == "price":
            priced = [row for row in fold.test if row.price is not None]
            for kind, shown in (("cold", show_cold(priced)), ("warm", show_warm(priced, "price"))):
                found.intervals[kind].append(state(predictor, shown, priced))
    note("all artifacts, MB", size / 1e6)


def _measure_peers(fold: Fold, report: models.Progress, found: Found) -> None:
    def note(peer: str, name: str, value: float) -> None:
        found.peers[peer].setdefault(name, []).append(value)

    for name in ("category", "brand"):
        report(f"peers of {name}", 0.7)
        if rows := _labelled(fold, name):
            ranked = peers.rank(*rows, name, COLD)
            truth = [str(getattr(row, name)) for row in rows[2]]
            note(SVM, f"{name} top1", metrics.top_k_accuracy(truth, ranked, 1))
            note(SVM, f"{name} top5", metrics.top_k_accuracy(truth, ranked, 5))
            if name == "brand":
                pairs = zip(ranked, truth, strict=True)
                right = [row[0] == value for row, value in pairs if value != NO_BRAND]
                note(SVM, "brand recall", float(np.mean(right)))
    report("peers of price", 0.8)
    for prefix, fields in (("", COLD), ("warm_", WARM["price"])):
        if rows := _labelled(fold, "price"):
            truth = [row.price for row in rows[2]]
            for peer, predict in ((RIDGE, peers.predict_price), (NETWORKS, price_peers.mlp)):
                prices = predict(*rows, fields)
                note(peer, f"price {prefix}r2", metrics.r2_log1p(truth, prices))
    for prefix, fields in (("", COLD), ("warm_", WARM["shipping"])):
        if rows := _labelled(fold, "shipping_payer"):
            scores = peers.score_payer(*rows, fields)
            pays = [row.shipping_payer == "seller" for row in rows[2]]
            note(LOGISTIC, f"shipping {prefix}auc", metrics.auc(pays, scores))


def _labelled(fold: Fold, name: str) -> list[list[Listing]]:
    """Training, validation and test rows with the label; nothing when a split has none."""
    splits = [
        [row for row in rows if getattr(row, name) is not None]
        for rows in (fold.train, fold.validation, fold.test)
    ]
    return splits if all(splits) else []


def _microseconds(predictor: models.Predictor, rows: Sequence[Listing]) -> float:
    """Time of a listing in batches of 32, those of one process and thread."""
    batches = [rows[place : place + 32] for place in range(0, len(rows) // 32 * 32, 32)]
    start = time.perf_counter()
    for batch in batches:
        predictor.predict(batch)
    return (time.perf_counter() - start) / max(32 * len(batches), 1) * 1e6


def _size(artifact: Path) -> int:
    return sum(path.stat().st_size for path in artifact.rglob("*") if path.is_file())


def _heading(given: argparse.Namespace) -> list[str]:
    name = "synthetic" if given.source == "synthetic" else Path(given.source).name
    command = f"python -m benchmarks.quality {name} --folds {given.folds}"
    return [f"# Quality on {name}", "", f"{measured(command)} {explanation(__doc__)}", ""]


if __name__ == "__main__":
    sys.exit(main())
