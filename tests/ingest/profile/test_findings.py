"""What looks wrong with a table is said with its count, an example and a remedy."""

from datetime import UTC, datetime

import pytest

from common.snapshot import SnapshotManifest
from ingest.profile.counts import ProfileCounts
from ingest.profile.finding import SERIOUS
from ingest.profile.findings import find_problems
from ingest.rows import DroppedCell, Row
from ingest.shards import ShardRow
from ingest.source import RawRow
from tests.ingest.profile.invented_rows import (
    count_rows,
    describe_counts,
    reading,
    shard_row,
    shard_rows,
)

COMPLETE = {
    "description": "as new",
    "category": ["Home/Mugs", "Home/Plates"],
    "brand": ["Kestrel", "Merle"],
    "condition": ["new", "good"],
    "price": [12.5, 8.0, 30.0],
    "currency": "EUR",
    "shipping_payer": ["seller", "buyer"],
    "seller_id": ["ada", "bob", "cy"],
}
"""Fields of a table with which nothing is wrong."""


def complete_rows(n: int, **other: object) -> list[ShardRow]:
    return shard_rows(n, **(COMPLETE | other))


def problems(
    rows: list[ShardRow], photos: dict[str, int] | None = None, **source: object
) -> str:
    """The findings as text, where each line has its severity, its sentence and its remedy."""
    profile = count_rows(rows)
    profile.count_accepted("validation", shard_rows(50, **COMPLETE, title="cup"))
    profile.count_accepted("test", shard_rows(50, **COMPLETE, title="pot"))
    found = find_problems(describe_counts(profile, photos, **source), profile)
    return "\n".join(f"{each.word}: {each.sentence}: {each.remedy}" for each in found)


def test_nothing_is_wrong_with_a_usual_table() -> None:
    assert problems(complete_rows(1_900)) == ""


def test_a_second_currency_in_a_few_rows_is_taken_for_a_mistake() -> None:
    text = problems(complete_rows(900, currency=["EUR"] * 29 + ["USD"]))

    assert "warning: 30 of 1,000 (3.0 %) prices are in USD, most others in EUR" in text
    assert "correct them, if USD is a mistake" in text


def test_a_second_currency_in_many_rows_is_serious() -> None:
    text = problems(complete_rows(900, currency=["EUR", "USD"]))

    assert "serious: 450 of 1,000 (45 %) prices are in USD" in text
    assert "make a snapshot of each currency" in text


def test_a_currency_that_a_reading_warned_of_is_not_named_twice() -> None:
    warning = "3 % of the prices are in USD, the others in EUR"
    rows = complete_rows(900, currency=["EUR"] * 30 + ["USD"])
    text = problems(rows, readings=[reading("price", warning=warning)])

    assert text.count("USD") == 1
    assert f"price: {warning}" in text


@pytest.mark.parametrize(
    ("price", "side"), [(9_999_999.0, "above"), (0.01, "below")], ids=str
)
def test_prices_far_from_all_others_are_named(price: float, side: str) -> None:
    rows = complete_rows(1_900) + complete_rows(8, price=price)
    text = problems(rows)

    assert f"8 of 2,008 (0.4 %) prices in EUR are far {side} the others" in text
    assert f"such as {price:,g}".replace("1e+07", "9,999,999") in text


def test_prices_that_a_reading_warned_of_are_not_named_twice() -> None:
    warning = "1 price such as '9,999,999' lies far from the others: see --currency"
    rows = complete_rows(1_900) + complete_rows(8, price=9_999_999.0)

    text = problems(rows, readings=[reading("price", warning=warning)])
    assert text == f"warning: price: {warning}: "


def test_one_price_for_everything_is_serious() -> None:
    found = find_problems(*described(shard_rows(100, price=25.0, currency="EUR")))

    assert found[0].severity == SERIOUS
    assert "100 % of the prices in EUR are 25" in found[0].sentence


def test_repeated_titles_are_counted_and_the_commonest_is_named() -> None:
    text = problems(complete_rows(900, title=[f"mug {i}" for i in range(300)]))

    assert "698 of 1,000 (70 %) rows repeat the title of an earlier row" in text
    assert "'cup' is there 50 times" in text


def test_spellings_that_were_joined_are_named() -> None:
    profile = count_rows(
        complete_rows(100), brand=[("Nike", "NIKE", "nike"), ("Fila", "FILA")]
    )
    found = find_problems(describe_counts(profile), profile)

    assert any("brand: 2 labels were in several spellings" in f.sentence for f in found)
    assert any("'Nike' for 'NIKE', 'nike'" in each.sentence for each in found)


@pytest.mark.parametrize("field", ["seller_id", "category", "condition"])
def test_one_value_in_all_rows_is_named(field: str) -> None:
    found = find_problems(*described(shard_rows(100, **{field: "Kestrel"})))

    sentence = f"all 100 rows with a {field} have 'Kestrel'"
    assert [each.sentence for each in found].count(sentence) == 1


def test_a_label_of_its_own_in_most_rows_is_doubted() -> None:
    rows = complete_rows(900, brand=[f"A-{number}" for number in range(900)])

    text = problems(rows)
    assert "900 of 1,000 (90 %) rows have a brand that no other row has" in text
    assert "--map brand=COLUMN reads another" in text


def test_empty_descriptions_are_named_where_they_are_most() -> None:
    text = problems(complete_rows(900, description=["", "", "", "nice"]))

    assert "675 of 1,000 (68 %) descriptions are empty" in text


def test_titles_in_a_wrong_encoding_are_serious() -> None:
    text = problems(complete_rows(899) + complete_rows(1, title="caf\u00c3\u00a9"))

    assert "serious: 1 of 1,000 (0.1 %) titles look decoded wrongly" in text
    assert "--encoding" in text


def test_photos_that_are_missing_are_named_with_the_folder_to_give() -> None:
    text = problems(complete_rows(900), {"referenced": 90, "stored": 60})

    assert "serious: 30 of 90 (33 %) photos are not in the snapshot" in text
    assert "--photos-in" in text


def test_addresses_of_photos_are_no_missing_files() -> None:
    text = problems(complete_rows(900), {"referenced": 90, "addresses": 90})

    assert "note: 90 of 90 (100 %) photos are addresses, which are not fetched" in text
    assert "--photos-in" not in text


def test_dates_in_the_future_and_before_marketplaces_are_named() -> None:
    dates = [datetime(year, 5, 1, tzinfo=UTC) for year in (2024, 2099, 1970, 2025)]
    text = problems(complete_rows(900, listed_at=dates))

    assert (
        "225 of 900 (25 %) dates of listed_at lie in the future, as far as 2099-05"
        in text
    )
    assert (
        "225 of 900 (25 %) dates of listed_at lie before 1995, as far as 1970-05"
        in text
    )


def test_a_column_that_looks_like_a_field_is_named_with_its_option() -> None:
    text = problems(complete_rows(900), similar={"Colour name": "colour"})

    assert '--map colour="Colour name" reads it' in text


def test_fields_without_a_value_are_named_together() -> None:
    found = find_problems(*described(shard_rows(100, brand=["Kestrel", "Merle"])))

    sentences = " ".join(each.sentence for each in found)
    assert "no row has a category or a price or a shipping_payer" in sentences


def test_lost_rows_and_cells_are_named_with_an_example() -> None:
    profile = count_rows(complete_rows(90))
    for line in range(10):
        profile.count_rejected(RawRow(line, {}), [f"title '{line}' is odd"])
        dropped = (DroppedCell("price", "Free", "price 'Free' is not an amount"),)
        profile.count_cells(Row(listing=None, dropped=dropped))

    options = [reading("price", option="--decimal")]
    found = find_problems(describe_counts(profile, readings=options), profile)
    cells, rows = found[:2]
    assert rows.sentence.startswith(
        "10 of 100 (10 %) rows are rejected, most often: title '0'"
    )
    assert "most often: price 'Free' is not an amount" in cells.sentence
    assert cells.remedy.startswith("--decimal decides how they are read")


def test_the_most_serious_findings_come_first() -> None:
    rows = complete_rows(900, currency=["EUR", "USD"], description="")
    severities = [line.partition(":")[0] for line in problems(rows).splitlines()]

    order = {"serious": 0, "warning": 1, "note": 2}
    assert severities == sorted(severities, key=order.__getitem__)
    assert len(set(severities)) > 1


def test_an_empty_snapshot_has_no_distribution_to_doubt() -> None:
    sentences = [
        each.sentence for each in find_problems(*described([shard_row(title="a")]))
    ]

    assert not any("prices" in sentence for sentence in sentences)


def described(rows: list[ShardRow]) -> tuple[SnapshotManifest, ProfileCounts]:
    profile = count_rows(rows)
    return describe_counts(profile), profile
