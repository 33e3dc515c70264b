"""The benchmark of shipping fees: its figures, its baselines and its page, on invented rows."""

import numpy as np
import pytest

from benchmarks.shared.folds import read_fold
from benchmarks.shared.results import Results, Run, repeated_result
from benchmarks.shipping import baselines
from benchmarks.shipping.figures import Fees, measure_fees, measure_payers
from benchmarks.shipping.report import page_section
from benchmarks.shipping.tables import TABLES, find_tables, read_table
from common.errors import InputError
from common.listing import Listing

RUN = Run("shipping", "invented", "2026-11-29", "abc", "3.11", "python -m x")
KINDS = (("Coats", 9.0, 1500.0), ("Cups", 6.0, 400.0), ("Rings", 4.0, 30.0))


def invented_rows():
    return [
        Listing(
            f"{kind} number {number}",
            category=kind,
            price=10.0 + number,
            currency="USD",
            shipping_fee=fee,
            shipping_payer="buyer",
            weight=weight,
            dimensions="30x20x10",
            listing_id=str(number),
        )
        for number in range(150)
        for kind, fee, weight in [KINDS[number % 3]]
    ]


@pytest.fixture(scope="module")
def fold(tmp_path_factory):
    return read_fold(invented_rows(), 0, 5, tmp_path_factory.mktemp("fold") / "rows")


def test_figures_of_perfect_answers_are_perfect():
    rows = invented_rows()
    fees = np.array([row.shipping_fee for row in rows])
    measured = measure_fees(rows, Fees(fees, fees, fees), n_amounts=3)
    best = {"within 20 %": 1, "r2": 1, "accuracy": 1, "coverage": 1, "width": 1}
    assert measured == {"mae": 0, **best}


def test_exact_answers_are_not_counted_among_many_fees():
    measured = measure_fees(invented_rows(), Fees(np.full(150, 6.0)), n_amounts=50)
    assert measured.keys() == {"mae", "within 20 %", "r2"}


def test_payers_are_measured_by_their_ranks():
    rows = [Listing(shipping_payer=payer) for payer in ("seller", "buyer")]
    assert measure_payers(rows, np.array([0.9, 0.2])) == {"auc": 1.0}


@pytest.mark.parametrize(
    "predict", [*baselines.BASELINES["full"].values(), baselines.ridge_on_text]
)
def test_a_baseline_that_knows_the_category_learns_its_fee(predict, fold):
    measured = measure_fees(fold.test, predict(fold), n_amounts=3)
    assert measured["within 20 %"] > 0.9


def test_the_median_fee_has_an_interval_and_knows_nothing(fold):
    measured = measure_fees(fold.test, baselines.median(fold), n_amounts=3)
    assert measured["r2"] < 0.1
    assert measured["coverage"] == 1


def test_the_page_names_every_contestant_that_was_measured():
    results = Results(
        [
            repeated_result(
                RUN, name, metric, {0: 0.5, 1: 0.7}, variant="ebay", n_rows=9
            )
            for name in ("ours", "median fee")
            for metric in ("full mae", "early mae")
        ]
    )
    text = page_section(RUN, results)
    assert "### Fees of ebay" in text
    assert "| early | median fee | 0.60 ± 0.10 |" in text
    assert "exact" not in text.partition("### Fees of ebay")[2]


def test_a_table_that_is_not_known_is_refused_with_those_that_are():
    assert [table.name for table in find_tables("ebay, olist")] == ["ebay", "olist"]
    assert find_tables("") == list(TABLES)
    with pytest.raises(InputError, match="no table 'etsy'; there are ebay"):
        find_tables("etsy")


def test_a_table_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("LISTREC_DATA", str(tmp_path))
    with pytest.raises(InputError, match="ebay.tsv is not there"):
        read_table(TABLES[0], tmp_path)
