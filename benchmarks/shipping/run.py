"""Accuracy of shipping fees and payers on real rows, beside simple and learned baselines.

The rows are those below LISTREC_DATA. Folds that are stored are used again as long as the code and
the rows are the same, so an interrupted run goes on with the same command.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.result_files import read_results
from benchmarks.shared.results import Result, Results, Run
from benchmarks.shared.run_benchmark import run_benchmark
from benchmarks.shipping.measure import measure_table
from benchmarks.shipping.report import page_section
from benchmarks.shipping.tables import TABLES, Table, find_tables

MODULE = "benchmarks.shipping.run"

EXAMPLES = """
python -m benchmarks.shipping.run --tables "ebay,mercari fees"
python -m benchmarks.shipping.run --out docs/results/shipping.json
make bench-shipping LISTREC_DATA=data
"""

SCRATCH = Path("build") / "shipping"


def main() -> int:
    """Measure, print the section, and write the results; those of other tables in the file stay."""
    arguments = _parse_arguments()
    # The commit is that of the code that is measured, so it is read before anything runs.
    run = Run.start("shipping", "real shops", _command(arguments))

    def measure_all() -> Results:
        """Measure the tables; return their results with those of other tables."""
        tables = find_tables(arguments.tables)
        results = _kept_results(arguments.out, tables)
        for table in tables:
            results += measure_table(table, arguments.scratch, run)
        return Results(results)

    return run_benchmark(run, measure_all, page_section, arguments.out)


def _kept_results(path: Path | None, tables: Sequence[Table]) -> list[Result]:
    """The results of a file that are not measured again: those of other tables."""
    if path is None or not path.exists():
        return []
    measured = {table.name for table in tables}
    known = {table.name for table in TABLES}
    _, results = read_results(path)
    return [item for item in results if item.variant in known - measured]


def _parse_arguments() -> argparse.Namespace:
    purpose = "Measure shipping fees and payers on real rows."
    parser = make_parser(MODULE, purpose, EXAMPLES)
    add = parser.add_argument
    add(
        "--tables", default="", help="names of tables, joined by commas; all by default"
    )
    add("--scratch", type=Path, default=SCRATCH, help="folder of stored outputs")
    add("--out", type=Path, help="file of the results, which pages are rendered from")
    return parser.parse_args()


def _command(arguments: argparse.Namespace) -> str:
    tables = f'"{arguments.tables}"' if arguments.tables else ""
    return format_command(MODULE, [], {"--tables": tables, "--out": arguments.out})


if __name__ == "__main__":
    sys.exit(main())
