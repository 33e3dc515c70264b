"""Categories and brands told from a photo, from text and from both, by each kind of photo encoder.

  LISTREC_DATA=data python -m benchmarks.photos.run [--pretrained FOLDER] [--folds 5] [--out FILE]

Rows are those of ``clothing`` (photos that sellers took, no text) and ``fashion`` (catalogue
photos with titles) below LISTREC_DATA; the category is the last level of theirs, as far as it has
ten titles or sellers. A title of ``fashion`` begins with its brand, which is taken out of it before
anything else is done. Cross-validation is grouped (by seller, else title): every row is once a test
row, and all, encoders included, is fitted afresh without its group. The linear probe is a logistic
regression on the vectors of the same photo encoder, fitted on all rows that are not tested. Figures
are accuracies on test rows, means over the folds with the standard error; differences are paired.
A fold is not measured again while its code stays as it was.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

import models
from benchmarks.shared.cache import fingerprint, load, store
from benchmarks.shared.folds import Fold, make_folds, read_source
from benchmarks.shared.markdown import explanation, mean_and_error, measured, replace_section
from cli.progress import progress
from common import encoders, metrics
from common.encoder_training import train as encoder_training
from common.encoders import Encoder
from common.encoders.cached import cached
from common.encoders.config import Config, ConvnetConfig, NgramConfig, TransformerConfig
from common.listing import MODES, Listing
from common.progress import Progress
from models.evaluation.views import predict_in_batches

SETS = {"clothing": "seller_id", "fashion": "title"}
"""The data sets, and the column whose values must not be on both sides of a split."""

SCRATCH = Path("build") / "photos"

TABLE = "listings.csv"
"""Beside it lie the photos that it names."""

MIN_ROWS = 10
"""A category needs this many titles or sellers to be found on both sides of a split."""

INVERSE_PENALTY = 0.01
"""Inverse penalty of the probe, as in the figures published for these vectors."""

CODE = (
    "benchmarks/shared/folds.py",
    "benchmarks/photos/run.py",
    "common",
    "constraints.txt",
    "models",
)
"""What results depend on: they are measured again where any of it has changed."""

SECTION = "photos"
"""How the names of parts of a document begin, one for each set."""

PROBE = "category, linear probe on photos"

Figures = Mapping[tuple[str, str], Sequence[float]]


def main() -> int:
    """Measure, print the tables, and put them into a document where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pretrained", help="name or folder of a photo model, none by default")
    parser.add_argument("--folds", type=int, default=5, help="how many folds, 2 or more")
    parser.add_argument("--only", type=int, help="measure this many of the folds alone")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="where results are kept")
    parser.add_argument("--out", type=Path, help="document to put the tables into")
    given = parser.parse_args()
    data = Path(os.environ.get("LISTREC_DATA", ""))
    if not os.environ.get("LISTREC_DATA"):
        print("error: set LISTREC_DATA to the folder that holds clothing and fashion",
              file=sys.stderr)  # fmt: skip
        return 2
    for name in given.sets:
        heading = [f"## Categories and brands from photos: {name}", _heading(given, name)]
        rows = [data / name / TABLE, *([Path(given.pretrained)] if given.pretrained else [])]
        key = fingerprint(CODE, rows, name, given.folds)
        kept = [given.scratch / f"{name}-{key}-{fold}.json" for fold in range(given.folds)]
        kept = kept[: given.only]
        if not all(path.exists() for path in kept):
            _measure_all(data / name, SETS[name], kept, given)
        found: dict[tuple[str, str], list[float]] = defaultdict(list)
        for kind, what, value in chain(*map(load, kept)):
            found[kind, what].append(value)
        text = "\n\n".join([*heading, _table(name, found)])
        print(text)
        if given.out:
            replace_section(given.out, f"{SECTION} {name}", text)
    return 0


def _measure_all(data: Path, group: str, kept: Sequence[Path], given: argparse.Namespace) -> None:
    """Measure the folds whose results are not kept yet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = read_rows(data, group, folder)
        for path, fold in zip(kept, make_folds(rows, given.folds, folder), strict=False):
            if not path.exists():
                with progress(path.stem) as report:
                    store(path, list(_measure(fold, given.pretrained, folder, report)))


def read_rows(folder: Path, group: str, out: Path) -> list[Listing]:
    """Return the rows whose category is frequent enough, with their photos, no brand in a title."""
    rows = pd.read_csv(folder / TABLE, dtype=str, keep_default_na=False)
    rows["category"] = "All/" + rows["category"].str.split("/").str[-1]
    rows = rows[rows.groupby("category")[group].transform("nunique") >= MIN_ROWS]
    if "brand" in rows:
        named = zip(rows["title"], rows["brand"], strict=True)
        rows["title"] = [without_brand(title, brand) for title, brand in named]
    kept = [name for name in ("title", "seller_id", "category", "brand") if name in rows]
    photos = [[(folder / path).read_bytes()] for path in rows["photo"]]
    rows[kept].assign(photos=photos).to_parquet(out / "rows.parquet")
    return read_source(str(out / "rows.parquet"), out / "all")


def without_brand(title: str, brand: str) -> str:
    """Return the title without the brand, wherever the brand's words follow each other in it."""
    words, names = title.split(), brand.casefold().split()
    size, place = len(names), 0
    while names and place <= len(words) - size:
        if [word.casefold() for word in words[place : place + size]] == names:
            del words[place : place + size]
        else:
            place += 1
    return " ".join(words)


def _heading(given: argparse.Namespace, name: str) -> str:
    model = f" --pretrained {Path(given.pretrained).name}" if given.pretrained else ""
    only = f" --only {given.only}" if given.only else ""
    command = f"python -m benchmarks.photos.run{model} --folds {given.folds}{only} --sets {name}"
    return f"{measured(command)} {explanation(__doc__)}"


def _measure(
    fold: Fold, pretrained: str | None, folder: Path, report: Progress
) -> Iterator[tuple[str, str, float]]:
    """Train on each kind of photo encoder; yield the kind, what was measured, and the figure."""
    shared: list[Encoder] = []
    if any(row.title for row in fold.train):
        report("training on titles", 0.0)
        shared = [encoders.load(encoder_training.train(fold.snapshot, folder, NgramConfig()))]
    kinds: dict[str, Config] = {"convnet": ConvnetConfig()}
    if pretrained:
        name = Path(pretrained).name
        kinds[name] = TransformerConfig(model=pretrained)
        kinds[f"{name}, not tuned"] = TransformerConfig(model=pretrained, finetune_epochs=0)
    for place, (kind, config) in enumerate(kinds.items()):
        report(f"training on {kind}", (place + 0.2) / len(kinds))
        start = time.perf_counter()
        encoder = encoders.load(encoder_training.train(fold.snapshot, folder, config))
        yield kind, "seconds to train the encoder", time.perf_counter() - start
        start = time.perf_counter()
        encoder.encode(fold.test)
        yield kind, "ms a photo", (time.perf_counter() - start) / len(fold.test) * 1e3
        photo = cached(encoder, folder)
        for what, value in _measure_models(fold, [*shared, photo], folder):
            yield kind, what, value
        yield kind, PROBE, _probe(photo, fold)


def _measure_models(
    fold: Fold, shared: Sequence[Encoder], folder: Path
) -> Iterator[tuple[str, float]]:
    """Train the models on the encoders; yield accuracies by what a listing is seen by."""
    for field in ("category", "brand") if len(shared) > 1 else ("category",):
        artifact = models.train(field, fold.snapshot, shared, folder, models.config(field))
        predictor, right = models.load(field, artifact, shared), {}
        for mode in MODES if len(shared) > 1 else ("photo",):
            asked = [row.only().showing(mode) for row in fold.test]
            answers = [
                [one.value for one in each.candidates[field]]
                for each in predict_in_batches(predictor, asked)
            ]
            truth = [str(getattr(row, field)) for row in fold.test]
            right[mode] = metrics.top_k_accuracy(truth, answers, 1)
            yield f"{field}, {mode}" + (" alone" if mode != "both" else ""), right[mode]
        for mode in MODES[:2] if len(right) > 1 else ():
            yield f"{field}, both less {mode} alone", right["both"] - right[mode]


def _probe(photo: Encoder, fold: Fold) -> float:
    rows = fold.train + fold.validation
    probe = LogisticRegression(C=INVERSE_PENALTY, max_iter=300)
    probe.fit(photo.encode(rows), [row.category for row in rows])
    truth = np.array([row.category for row in fold.test])
    return float(np.mean(probe.predict(photo.encode(fold.test)) == truth))


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
