"""What is printed about a table: short, aligned, and the evidence where it is asked for."""

from common.listing import FEE_INCLUDED
from ingest.preview import describe
from ingest.readings import Reading
from ingest.source import SourceDescription

SOURCE = SourceDescription(
    "csv",
    columns={"title": ("商品名",), "price": ("Preis",), "photos": tuple("abc")},
    unmatched=("Old price", *map(str, range(20))),
    similar={"Old price": "price"},
    notes=("delimiter: ';'",),
    readings=(
        Reading("price", "amounts in EUR", "all say so", "--currency", "a guess"),
    ),
)


def test_columns_are_a_table_of_field_column_and_meaning():
    lines = list(describe(SOURCE))
    assert lines[:2] == ["taken for: csv", "  delimiter: ';'"]
    assert lines[2:5] == [
        "  title   '商品名'",
        "  price   'Preis'              amounts in EUR",
        "  photos  'a', 'b' and 1 more",
    ]


def test_the_evidence_is_below_its_column():
    lines = list(describe(SOURCE, with_evidence=True))
    assert lines[4] == "          because all say so"


def test_long_lists_end_and_warnings_name_the_remedy():
    unread, similar, guess = list(describe(SOURCE))[-3:]
    assert unread.endswith("'9', '10' and 9 more")
    assert (
        similar
        == "warning: price has no column; --map price='Old price' reads this one"
    )
    assert guess == "warning: price: a guess (--currency decides it)"


def test_a_table_with_prices_says_what_they_are():
    assert "prices are those of the item alone (--prices decides it)" in describe(
        SOURCE
    )
    (said,) = [
        line for line in describe(SOURCE, FEE_INCLUDED) if line.startswith("prices are")
    ]
    assert "with the fee for shipping where the buyer pays it" in said
    assert not any("prices" in line for line in describe(SourceDescription("csv")))
