"""Categories told from a photo, from text and from both, by each kind of photo encoder.

  LISTREC_DATA=data python -m benchmarks.photos --pretrained FOLDER [--out docs/quality.md]

Rows are those of ``clothing`` (photos that sellers took, no text) and ``fashion`` (catalogue
photos with titles) below LISTREC_DATA; the category is the last level of theirs, as far as it has
ten titles or sellers. Each split draws training, validation and test rows anew by seller, else by
title; everything is fitted afresh in it. The linear probe is a logistic regression on the vectors
of the same photo encoder, fitted on the same training rows. Figures are accuracies on test rows,
means over the splits with the standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

import models
from benchmarks.sections import explanation, mean_and_error, measured, replace_section
from cli.progress import progress
from common import encoders
from common.encoders import Encoder
from common.encoders import train as encoder_training
from common.encoders.config import ConvnetConfig, NgramConfig, TransformerConfig
from common.encoders.remembered import remember
from common.listing import MODES, Listing
from common.snapshot import Snapshot
from common.sources.ingest import Options, ingest_file

SETS = {"clothing": "seller_id", "fashion": "title"}
"""The data sets, and the column whose values must not be on both sides of a split."""

LEAST = 10
"""A category needs this many titles or sellers to be found on both sides of a split."""

PENALTY = 0.01
"""Inverse penalty of the probe, as in the figures published for these vectors."""

Figures = Mapping[tuple[str, str], Sequence[float]]


def main() -> int:
    """Measure, print the table, and put it into a document where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pretrained", required=True, help="name or folder of a photo model")
    parser.add_argument("--splits", type=int, default=3, help="how many splits to average")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--out", type=Path, help="document to put the table into")
    given = parser.parse_args()
    data = Path(os.environ.get("LISTREC_DATA", ""))
    if not os.environ.get("LISTREC_DATA"):
        print("error: set LISTREC_DATA to the folder that holds clothing and fashion",
              file=sys.stderr)  # fmt: skip
        return 2
    model = Path(given.pretrained).name
    command = f"make bench-photos LISTREC_DATA=... PRETRAINED={model}"
    heading = measured(f"{command} SPLITS={given.splits}")
    kinds = {"convnet": ConvnetConfig(), model: TransformerConfig(model=given.pretrained)}
    parts = ["## Categories from photos", f"{heading} {explanation(__doc__)}"]
    for name in given.sets:
        found: dict[tuple[str, str], list[float]] = defaultdict(list)
        for seed in range(given.splits):
            with tempfile.TemporaryDirectory() as folder, progress(f"{name} {seed + 1}") as report:
                snapshot = _split(data / name, SETS[name], seed, Path(folder))
                for kind, config in kinds.items():
                    report(f"training on {kind}", 0.1 if kind == "convnet" else 0.6)
                    for what, value in _measure(snapshot, config, Path(folder)):
                        found[kind, what].append(value)
        parts.append(_table(name, found))
    text = "\n\n".join(parts)
    print(text)
    if given.out:
        replace_section(given.out, "photos", text)
    return 0


def _split(folder: Path, group: str, seed: int, out: Path) -> Snapshot:
    """Make a snapshot of the rows whose category is frequent enough, with their photos."""
    rows = pd.read_csv(folder / "listings.csv", dtype=str, keep_default_na=False)
    rows["category"] = "All/" + rows["category"].str.split("/").str[-1]
    rows = rows[rows.groupby("category")[group].transform("nunique") >= LEAST]
    table = out / "rows.parquet"
    kept = [name for name in ("title", "seller_id", "category") if name in rows]
    photos = [[(folder / path).read_bytes()] for path in rows["photo"]]
    rows[kept].assign(photos=photos).to_parquet(table)
    return ingest_file(table, out / "snapshot", Options(seed=seed), lambda doing, fraction: None)


def _measure(snapshot: Snapshot, config: Any, folder: Path) -> Iterator[tuple[str, float]]:
    """Train on one kind of photo encoder; yield what was measured by name."""
    start = time.perf_counter()
    encoder = encoders.load(encoder_training.train(snapshot, folder, config))
    yield "seconds to train the encoder", time.perf_counter() - start
    photo = remember(encoder, folder)
    shared: list[Encoder] = [photo]
    train, test = snapshot.read("train"), snapshot.read("test")
    if any(row.title for row in train):
        shared.insert(0, encoders.load(encoder_training.train(snapshot, folder, NgramConfig())))
    artifact = models.train("category", snapshot, shared, folder, models.config("category"))
    predictor = models.load("category", artifact, shared)
    for mode in MODES if len(shared) > 1 else ("photo",):
        asked = [row.only().showing(mode) for row in test]
        yield f"{mode} alone" if mode != "both" else mode, _accuracy(predictor, asked, test)
    start = time.perf_counter()
    vectors = encoder.encode(test)
    yield "ms a photo", (time.perf_counter() - start) / len(test) * 1e3
    probe = LogisticRegression(C=PENALTY, max_iter=300)
    probe.fit(photo.encode(train), [row.category for row in train])
    truth = np.array([row.category for row in test])
    yield "linear probe, photo alone", float(np.mean(probe.predict(vectors) == truth))


def _accuracy(
    predictor: models.Predictor, asked: Sequence[Listing], truth: Sequence[Listing]
) -> float:
    right = []
    for start in range(0, len(asked), 256):
        answers = predictor.predict(asked[start : start + 256])
        rows = zip(answers, truth[start : start + 256], strict=True)
        right += [answer.candidates["category"][0].value == row.category for answer, row in rows]
    return float(np.mean(right))


def _table(name: str, found: Figures) -> str:
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    names = list(dict.fromkeys(what for _, what in found))
    lines = [f"| {name} | {' | '.join(kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    for what in names:
        digits = 1 if what.startswith(("seconds", "ms")) else 3
        cells = [mean_and_error(found[kind, what], digits) for kind in kinds]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
