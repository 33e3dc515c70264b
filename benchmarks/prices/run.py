"""Measures the seller's price where prices include the fee: on known fees, and of a price model."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.prices.matched import Matched, Tables, read_tables, write_others
from benchmarks.prices.report import page_section
from benchmarks.prices.seller_prices import (
    ERRORS,
    METHODS,
    known_seller_price,
    score,
    suggested_seller_price,
)
from benchmarks.shared.command_line import data_folder, format_command, make_parser
from benchmarks.shared.results import Estimate, Result, Results, Run, result
from benchmarks.shared.run_benchmark import run_benchmark
from benchmarks.shared.training import train_and_load
from common.listing import PriceRange
from models.evaluation.views import full_context

MODULE = "benchmarks.prices.run"

EXAMPLES = """
LISTREC_DATA=data python -m benchmarks.prices.run
LISTREC_DATA=data python -m benchmarks.prices.run --out docs/results/price-basis.json
"""


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    run = Run.start(
        "price basis", "mercari, mercari_women", format_command(MODULE, [], {})
    )

    def measure_all() -> Results:
        """Measure what is known and what is suggested."""
        data = data_folder("mercari, mercari_women and shipping")
        with tempfile.TemporaryDirectory() as folder:
            return Results(list(_measure(data, Path(folder), run)))

    return run_benchmark(run, measure_all, page_section, arguments.out)


def _measure(data: Path, folder: Path, run: Run) -> Iterator[Result]:
    tables = read_tables(data, folder)
    yield from _measure_known(tables, run)

    prices = _suggest(data, folder, tables)
    for payer in ("buyer", "seller"):
        of_payer = [
            (match, price)
            for match, price in zip(tables.matched, prices, strict=True)
            if match.listing.shipping_payer == payer
        ]
        yield from _measure_suggested(of_payer, tables.matched, payer, run)


def _measure_known(tables: Tables, run: Run) -> Iterator[Result]:
    """Yield how often the seller's price follows exactly from price, payer and known fee."""
    for payer in ("buyer", "seller"):
        errors = []
        for match in tables.matched:
            price = known_seller_price(match, tables.kaggle.price_basis)
            if match.listing.shipping_payer == payer and price is not None:
                errors.append(abs(price - match.item_price))

        exact = sum(error < 0.005 for error in errors) / len(errors)
        yield result(
            run,
            "known fee",
            "exact",
            exact,
            slice=payer,
            n_rows=len(errors),
        )


def _suggest(data: Path, folder: Path, tables: Tables) -> list[PriceRange]:
    """Train a price model on the other rows; return its price for each matched listing."""
    snapshot = write_others(data, tables, folder)
    predictor = train_and_load("price", snapshot, folder)

    listings = [match.listing for match in tables.matched]
    suggestions = predictor.predict(full_context(listings, "price"))
    prices = [suggestion.price for suggestion in suggestions]
    return [price for price in prices if price is not None]


def _measure_suggested(
    rows: list[tuple[Matched, PriceRange]],
    matched: tuple[Matched, ...],
    payer: str,
    run: Run,
) -> Iterator[Result]:
    """Yield the errors of the seller's price, however the fee is taken off, for one payer."""
    for method in METHODS:
        prices, truth = [], []
        for match, price in rows:
            of_seller = suggested_seller_price(method, match, price, matched)
            if of_seller is not None:
                prices.append(of_seller)
                truth.append(match.item_price)

        # Where the seller pays there is no fee to take off.
        if prices:
            yield from _results(method, payer, score(prices, truth), len(prices), run)


def _results(
    method: str, payer: str, scores: Mapping[str, Estimate], n_rows: int, run: Run
) -> Iterator[Result]:
    for metric, estimate in scores.items():
        yield result(
            run,
            method,
            metric,
            estimate.mean,
            standard_error=estimate.standard_error,
            unit="USD" if metric in ERRORS else "",
            slice=payer,
            n_rows=n_rows,
        )


def _parse_arguments() -> argparse.Namespace:
    description = """Compare the seller's price with the item's price of the same listings in
    another table, from known fees and of a trained price model, on rows below LISTREC_DATA."""
    parser = make_parser(MODULE, description, EXAMPLES)
    parser.add_argument("--out", type=Path, help="file of results to write")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
