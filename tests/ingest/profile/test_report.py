"""The profile in Markdown says on its first screen what a table was taken for and what is wrong."""

from ingest.profile.counts import ProfileCounts
from ingest.profile.report import write_report
from ingest.rows import DroppedCell, Row
from ingest.source import RawRow
from tests.ingest.profile.invented_rows import (
    count_rows,
    describe_counts,
    reading,
    shard_rows,
)

FIRST_SCREEN = 40


def invented_profile() -> ProfileCounts:
    """A table of twelve fields with something wrong in each way."""
    rows = shard_rows(
        300,
        title=["<b>mug</b> | `red`"],
        price=[*range(10, 50), 9_999_999.0],
        currency=["EUR"] * 30 + ["USD"],
        brand=["Kestrel"],
        seller_id="ada",
    )
    profile = count_rows(rows, brand=[("Kestrel", "KESTREL")])
    dropped = (DroppedCell("price", "Free", "price 'Free' is not an amount"),)
    profile.count_cells(Row(listing=None, used=("title",), dropped=dropped))
    profile.count_rejected(RawRow(17, {}), ["title 'x' is odd"])
    return profile


def report(**source: object) -> str:
    profile = invented_profile()
    return write_report(describe_counts(profile, **source), profile)


def test_the_first_screen_says_what_the_table_was_taken_for_and_what_is_wrong() -> None:
    text = report(
        notes=["encoding: cp932 (half are kana)", "2 title lines are skipped"],
        columns={"price": ["Preis"], "title": ["Titel"]},
        unmatched=["Lager"],
        readings=[
            reading(
                "price", meaning="amounts in EUR", evidence="34 of 50 cells, '1,50'"
            )
        ],
    )
    screen = "\n".join(text.splitlines()[:FIRST_SCREEN])

    assert "- taken for: csv\n- encoding: cp932 (half are kana)" in screen
    assert "- rows: 301 read: 300 accepted, 1 rejected" in screen
    assert "- not read: 'Lager'" in screen
    assert "prices in EUR are far above the others" in screen
    assert "1 of 1 (100 %) cells of price are dropped" in screen
    assert "| price | Preis | amounts in EUR | 34 of 50 cells, '1,50' |" in screen


def test_texts_of_sellers_are_no_markup() -> None:
    text = report(unmatched=["<script>"])

    assert "\\<b>mug\\</b> \\| \\`red\\`" in text
    assert " <" not in text
    assert "'\\<script>'" in text


def test_every_dropped_cell_and_rejected_row_has_an_example() -> None:
    text = report()

    assert "| price | price 'Free' is not an amount | 1 |" in text
    assert "| title 'x' is odd | 17 | 1 |" in text


def test_the_same_counts_give_the_same_report() -> None:
    assert report() == report()
