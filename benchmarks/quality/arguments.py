"""Options that the benchmarks of quality share."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.shared.command_line import make_parser


def make_table_parser(
    module: str, description: str, examples: str
) -> argparse.ArgumentParser:
    """A parser for a benchmark that reads a table: ``source`` and ``--rows``."""
    parser = make_parser(module, description, examples)
    parser.add_argument("source", help="a table of listings, or 'synthetic'")
    parser.add_argument(
        "--rows", type=int, default=0, help="use at most this many rows"
    )
    return parser


def add_fold_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a benchmark that trains on folds and writes results."""
    add = parser.add_argument
    add("--folds", type=int, default=5, help="number of folds, 3 or more")
    add("--pretrained-text", default="", help="folder of a sentence model")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
