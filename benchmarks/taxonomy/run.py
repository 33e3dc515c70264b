"""Measures the mapping of real shops' categories to Shopify's taxonomy, beside plain methods.

Figures are of the labelled categories of the half called ``test``; weights are learned on the other
one by ``benchmarks.taxonomy.fit``. The category trees are mapped whole, as siblings count.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
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


def main() -> int:
    """Measure, print the section of the page, and write the results."""
    arguments = _parse_arguments()
    try:
        labelled = [
            each for each in read_labels(arguments.judged) if each.split == SPLITS[1]
        ]
        command = format_command(MODULE, [], {"--judged": arguments.judged.name})
        run = Run.start("taxonomy", "real shops", command)
        with progress("map categories") as report:
            results = _measure(run, labelled, arguments.sentence_model, report)

        print(page_section(run, results))
        if arguments.out:
            write_results(arguments.out, run, results)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _measure(
    run: Run,
    labelled: Sequence[LabelledCategory],
    sentence_model: str,
    report: Progress,
) -> Results:
    """Measure every contestant in every shop, and in all shops together."""
    shops = {shop: open_shop(shop) for shop in SHOPS}
    trees = {shop: built_in_tree(SHOPIFY, language) for shop, language in SHOPS.items()}
    contestants = _contestants(sentence_model)

    results: list[Result] = []
    for number, ((contestant, variant), method) in enumerate(contestants.items()):
        report(contestant, number / len(contestants))
        answers = {
            shop: _answer(method, source, trees[shop], labelled, shop)
            for shop, source in shops.items()
        }
        of_shops = _figures(labelled, answers, trees, contestant == OURS)
        for name, (n_rows, figures) in of_shops.items():
            for metric, value in figures.items():
                about = {"variant": variant, "slice": name, "n_rows": n_rows}
                results.append(result(run, contestant, metric, value, **about))
    return Results(results)


def _contestants(sentence_model: str) -> dict[tuple[str, str], Method]:
    """Return methods by contestant and variant, ours first."""
    contestants: dict[tuple[str, str], Method] = {(OURS, TRAIN): ours}
    for variant, method in REDUCED.items():
        contestants[OURS, variant] = method
    for name, method in baselines(sentence_model).items():
        contestants[name, TRAIN] = method
    return contestants


def _answer(
    method: Method,
    source: Categories,
    tree: CategoryTree,
    labelled: Sequence[LabelledCategory],
    shop: str,
) -> Answer:
    """Map all of a shop's tree, and return the scores of its labelled categories."""
    start = time.perf_counter()
    scores = method(source, tree)
    seconds = time.perf_counter() - start

    rows = _rows(source, labelled, shop)
    return Answer(scores[rows], seconds)


def _figures(
    labelled: Sequence[LabelledCategory],
    answers: Mapping[str, Answer],
    trees: Mapping[str, CategoryTree],
    is_calibrated: bool,
) -> dict[str, tuple[int, dict[str, float]]]:
    """Return the number of labelled categories and the figures of each shop, and of all."""
    figures = {}
    together: list[LabelledCategory] = []
    for shop, answer in answers.items():
        of_shop = [each for each in labelled if each.shop == shop]
        together += of_shop
        measured = measure(of_shop, answer.scores, trees[shop], is_calibrated)
        figures[shop] = (len(of_shop), measured | {SECONDS: answer.seconds})

    # Ids are the same in all languages, so that one tree serves for all.
    tree = next(iter(trees.values()))
    scores = np.concatenate([answer.scores for answer in answers.values()])
    measured = measure(together, scores, tree, is_calibrated)
    seconds = sum(answer.seconds for answer in answers.values())
    figures[ALL] = (len(together), measured | {SECONDS: seconds})
    return figures


def _rows(
    source: Categories, labelled: Sequence[LabelledCategory], shop: str
) -> list[int]:
    numbers = {path: number for number, path in enumerate(source.mapped_paths())}
    return [numbers[each.path] for each in labelled if each.shop == shop]


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
