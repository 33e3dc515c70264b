"""Measures the mapping of real shops' categories to Shopify's taxonomy, beside plain methods.

Figures are of the labelled categories of the half called ``test``; weights are learned on the other
one by ``benchmarks.taxonomy.fit``. The category trees are mapped whole, as siblings count.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import OURS, TRAIN, Result, Results, Run, result
from benchmarks.taxonomy.baselines import baselines
from benchmarks.taxonomy.labels import (
    SHOPS,
    SPLITS,
    LabelledCategory,
    open_shop,
    read_labels,
)
from benchmarks.taxonomy.measure import measure
from benchmarks.taxonomy.methods import REDUCED, Method, ours
from benchmarks.taxonomy.report import ALL, SECONDS, page_section
from cli.progress import progress
from common.category_trees.built_in import SHOPIFY, built_in_tree
from common.category_trees.tree import CategoryTree
from common.errors import ListrecError
from common.progress import Progress
from pipelines.category_mapping.categories import Categories

MODULE = "benchmarks.taxonomy.run"

EXAMPLES = """
LISTREC_DATA=data python -m benchmarks.taxonomy.run --judged judged.csv
LISTREC_DATA=data python -m benchmarks.taxonomy.run --judged judged.csv --sentence-model FOLDER
make bench-taxonomy LISTREC_DATA=data JUDGED=judged.csv
"""


class Answer(NamedTuple):
    """Scores ``[labelled categories, nodes]`` of a shop, and the seconds for all of its tree."""

    scores: NDArray[np.float32]
    seconds: float


class Figures(NamedTuple):
    """The values of metrics in a slice, and its number of labelled categories."""

    name: str
    n_rows: int
    values: dict[str, float]


class Shop(NamedTuple):
    """A shop's categories with their labels, and the target in its language."""

    source: Categories
    tree: CategoryTree
    labelled: list[LabelledCategory]

    @classmethod
    def open(cls, name: str, labelled: Sequence[LabelledCategory]) -> Shop:
        """Open the listings of a shop."""
        tree = built_in_tree(SHOPIFY, SHOPS[name])
        of_shop = [each for each in labelled if each.shop == name]
        return cls(open_shop(name), tree, of_shop)


def main() -> int:
    """Measure, print the section of the page, and write the results."""
    arguments = _parse_arguments()
    try:
        _write_section(arguments)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _write_section(arguments: argparse.Namespace) -> None:
    labelled = []
    for each in read_labels(arguments.judged):
        if each.split == SPLITS[1]:
            labelled.append(each)

    command = format_command(MODULE, [], {"--judged": arguments.judged.name})
    run = Run.start("taxonomy", "real shops", command)
    with progress("map categories") as report:
        results = _measure(run, labelled, arguments.sentence_model, report)

    print(page_section(run, results))
    if arguments.out:
        write_results(arguments.out, run, results)


def _measure(
    run: Run,
    labelled: Sequence[LabelledCategory],
    sentence_model: str,
    report: Progress,
) -> Results:
    """Measure every contestant in every shop, and in all shops together."""
    shops = {name: Shop.open(name, labelled) for name in SHOPS}
    contestants = _contestants(sentence_model)

    results: list[Result] = []
    for number, (named, method) in enumerate(contestants.items()):
        contestant, variant = named
        report(contestant, number / len(contestants))

        figures = _figures(shops, method, is_calibrated=contestant == OURS)
        for of_slice in figures:
            results += _results(run, contestant, variant, of_slice)
    return Results(results)


def _results(
    run: Run, contestant: str, variant: str, figures: Figures
) -> Iterator[Result]:
    for metric, value in figures.values.items():
        yield result(
            run,
            contestant,
            metric,
            value,
            variant=variant,
            slice=figures.name,
            n_rows=figures.n_rows,
        )


def _contestants(sentence_model: str) -> dict[tuple[str, str], Method]:
    """Return methods by contestant and variant, ours first."""
    contestants: dict[tuple[str, str], Method] = {(OURS, TRAIN): ours}
    for variant, method in REDUCED.items():
        contestants[OURS, variant] = method
    for name, method in baselines(sentence_model).items():
        contestants[name, TRAIN] = method
    return contestants


def _figures(
    shops: Mapping[str, Shop], method: Method, is_calibrated: bool
) -> list[Figures]:
    """Return the figures of a method in each shop, and in all of them together."""
    answers = []
    figures = []
    for name, shop in shops.items():
        answer = _answer(method, shop)
        measured = measure(shop.labelled, answer.scores, shop.tree, is_calibrated)
        measured[SECONDS] = answer.seconds

        answers.append(answer)
        figures.append(Figures(name, len(shop.labelled), measured))

    together = _figures_together(list(shops.values()), answers, is_calibrated)
    return [*figures, together]


def _answer(method: Method, shop: Shop) -> Answer:
    """Map all of a shop's tree, and return the scores of its labelled categories."""
    start = time.perf_counter()
    scores = method(shop.source, shop.tree)
    seconds = time.perf_counter() - start

    paths = shop.source.mapped_paths()
    numbers = {path: number for number, path in enumerate(paths)}
    rows = [numbers[each.path] for each in shop.labelled]
    return Answer(scores[rows], seconds)


def _figures_together(
    shops: Sequence[Shop], answers: Sequence[Answer], is_calibrated: bool
) -> Figures:
    """Return the figures over the labelled categories of all shops."""
    labelled: list[LabelledCategory] = []
    for shop in shops:
        labelled += shop.labelled
    scores = np.concatenate([answer.scores for answer in answers])

    # Ids are the same in all languages, so that one tree serves for all.
    measured = measure(labelled, scores, shops[0].tree, is_calibrated)
    measured[SECONDS] = sum(answer.seconds for answer in answers)
    return Figures(ALL, len(labelled), measured)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, __doc__ or "", EXAMPLES)
    add = parser.add_argument
    add("--judged", type=Path, required=True, help="CSV file of labelled categories")
    add(
        "--sentence-model",
        default="",
        help="folder of a sentence model to compare with",
    )
    add("--out", type=Path, help="JSON file to write; see benchmarks.pages")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
