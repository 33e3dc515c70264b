"""What each part of our models brings: everything is measured again without it.

  python -m benchmarks.quality.ablation TABLE [--pretrained-text FOLDER] [--count 2] [--out FILE]

Folds are those of ``benchmarks.quality.run``. Differences are those of the whole from what is left
without a part, paired by fold, so that more is better; a model that does not have the part stays
empty. Without trees a price still has its interval from trees on the error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import models
from benchmarks.quality.jobs import LEAST_PRICE
from benchmarks.quality.ours import train_encoders
from benchmarks.shared.folds import Fold, read_fold, read_source
from benchmarks.shared.markdown import explanation, mean_and_error, measured, replace_section
from cli.progress import progress
from common import encoders
from common.encoders import Encoder
from common.errors import ListrecError
from common.progress import Progress

METRICS = {
    "category": ("top1", "top5"),
    "brand": ("recall", "top1"),
    "price": ("r2", "warm_r2"),
    "shipping": ("auc", "warm_auc"),
}
"""What is shown of each model."""


Change = Callable[[Any], Any]
"""Turns the settings of a model into those without a part."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part, and how each model that has it is trained without; ``words`` are pretrained ones."""

    name: str
    without: Mapping[str, Change]
    words: bool = True


def _set(name: str, **values: Any) -> Change:
    """Change some of the settings below a name."""
    return lambda config: replace(config, **{name: replace(getattr(config, name), **values)})


def _same(config: Any) -> Any:
    return config


_ONE_SEED = _set("ngrams", n_seeds=1)
_MUTE = _set("lda", score_scale=0.0)
_FLAT = _set("linear", C=1e-6, alpha=1e9)
WHOLE = Part("whole", dict.fromkeys(models.NAMES, _same))
PARTS = (
    Part("second seed", {"category": _ONE_SEED, "brand": _ONE_SEED}),
    Part("discriminants", {"category": _MUTE, "brand": _MUTE}),
    Part(
        "trees",
        {
            "price": _set("boosted_trees", n_estimators=1),
            "shipping": _set("boosted_trees", min_rows=10**9),
        },
    ),
    Part("linear models", {"price": _FLAT, "shipping": _FLAT}),
    Part("words of a pretrained model", WHOLE.without, words=False),
)

Figures = dict[tuple[str, str], list[float]]
"""Values of a metric of a model, fold by fold, by what was left out."""


def main() -> int:
    """Measure, print the table, and put it into a document where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="a table of listings")
    parser.add_argument("--pretrained-text", default="", help="folder of a sentence model")
    parser.add_argument("--folds", type=int, default=5, help="how many folds, 3 or more")
    parser.add_argument("--count", type=int, default=2, help="measure so many of them")
    parser.add_argument("--rows", type=int, default=0, help="use no more rows than these")
    parser.add_argument("--out", type=Path, help="document to put the table into")
    given = parser.parse_args()
    heading = _heading(given)
    found: Figures = defaultdict(list)
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            rows = read_source(
                given.source, folder / "all", rows=given.rows, least_price=LEAST_PRICE
            )
            for number in range(given.count):
                each = read_fold(rows, number, given.folds, folder / str(number))
                with progress(f"fold {number}") as report:
                    for part, metric, value in measure(each, folder, given.pretrained_text, report):
                        found[part, metric].append(value)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    text = "\n".join(["## What each part brings", "", heading, "", *table(found)])
    print(text)
    if given.out:
        replace_section(given.out, "ablation", text)
    return 0


def measure(
    fold: Fold, folder: Path, text: str, report: Progress
) -> Iterator[tuple[str, str, float]]:
    """Train with everything and without each part; yield what was left out, metric and value."""
    report("training encoders", 0.0)
    shared = [encoders.load(each) for each in train_encoders(fold, folder, text)]
    parts = [WHOLE, *(part for part in PARTS if part.words or text)]
    for number, part in enumerate(parts):
        report(f"measuring {part.name}", number / len(parts))
        read = shared if part.words else shared[:1]
        for model, change in part.without.items():
            for metric, value in _measure(model, change, fold, folder, read):
                yield part.name, f"{model} {metric}", value


def table(found: Mapping[tuple[str, str], Sequence[float]]) -> list[str]:
    """Return Markdown: the whole, and by how much each part makes it better."""
    columns = [f"{model} {metric}" for model, names in METRICS.items() for metric in names]
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    whole = [mean_and_error(found[WHOLE.name, metric]) for metric in columns]
    lines.append(f"| {WHOLE.name} | {' | '.join(whole)} |")
    for part in dict.fromkeys(part for part, _ in found if part != WHOLE.name):
        cells = []
        for metric in columns:
            pairs = zip(found[WHOLE.name, metric], found.get((part, metric), ()), strict=False)
            gains = [value - without for value, without in pairs]
            cells.append(mean_and_error(gains) if gains else "")
        lines.append(f"| {part} | {' | '.join(cells)} |")
    return lines


def _measure(
    model: str,
    change: Change,
    fold: Fold,
    folder: Path,
    shared: Sequence[Encoder],
) -> Iterator[tuple[str, float]]:
    artifact = models.train(model, fold.snapshot, shared, folder, change(models.config(model)))
    measured = models.evaluate(model, models.load(model, artifact, shared), fold.test)
    for metric in METRICS[model]:
        yield metric, measured[metric]


def _heading(given: argparse.Namespace) -> str:
    said = {
        "--pretrained-text": Path(given.pretrained_text).name,
        "--rows": given.rows,
        "--folds": given.folds,
        "--count": given.count,
    }
    words = " ".join(f"{flag} {value}" for flag, value in said.items() if value)
    command = f"python -m benchmarks.quality.ablation {Path(given.source).name} {words}"
    return f"{measured(command)} {explanation(__doc__)}"


if __name__ == "__main__":
    sys.exit(main())
