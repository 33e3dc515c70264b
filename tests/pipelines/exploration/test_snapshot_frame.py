"""The rows of a snapshot become tables of labels and prices."""

import pytest

from common.progress import ignore_progress
from common.snapshot import Snapshot
from ingest.ingest import Options, ingest_file
from ingest.options import ReadOptions
from pipelines.exploration import plots
from pipelines.exploration.snapshot_frame import (
    NO_CATEGORY,
    label_coverage,
    price_quantiles,
    read_frame,
    values_needed,
)


@pytest.fixture(scope="module")
def frame(tmp_path_factory):
    """A shop with 60 women's things, half of them with a brand, and 20 without a category."""
    folder = tmp_path_factory.mktemp("shop")
    rows = [f"dress {n},Women/Dresses,{n % 2 * 'Nike'},{10 + n}" for n in range(60)]
    rows += [f"mug {n},,,5" for n in range(20)]
    text = "title,category,brand,price\n" + "\n".join(rows)
    (folder / "shop.csv").write_text(text + "\n")
    reading = ReadOptions(currency="EUR", empty_brand="unknown")
    snapshot = ingest_file(
        folder / "shop.csv", folder / "out", Options(reading), ignore_progress
    )
    return read_frame(Snapshot.open(snapshot.path))


def test_coverage_is_by_top_category(frame):
    table = label_coverage(frame)

    assert list(table["rows"]) == [60, 20]
    assert table.loc["Women", "brand"] == 0.5
    assert table.loc[NO_CATEGORY, "category"] == 0
    assert "shipping_payer" not in table, "no row has it"


def test_prices_are_by_top_category_in_the_commonest_currency(frame):
    table = price_quantiles(frame)

    assert table.columns.name == "EUR"
    assert table[0.5]["Women"] == pytest.approx(39.5)
    assert table[0.95][NO_CATEGORY] == 5
    assert price_quantiles(frame.assign(price=None)).empty


def test_values_are_counted_from_the_commonest_on(frame):
    assert values_needed(frame, "brand") == [1.0]
    assert values_needed(frame.assign(brand=["a"] * 60 + ["b"] * 20), "brand") == [
        0.75,
        1.0,
    ]


def test_plots_name_their_axes_with_units(frame):
    assert "price in EUR (logarithmic)" in plots.prices(price_quantiles(frame))
    assert "share of the rows" in plots.coverage(label_coverage(frame))
