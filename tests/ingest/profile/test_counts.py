"""Counts of a profile are exact for a shop, and their memory does not grow with the rows."""

import random
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.profile import counters
from ingest.profile.counters import quantiles
from ingest.profile.distinct import DistinctCounter
from ingest.rows import DroppedCell, Row
from ingest.source import RawRow
from tests.ingest.profile.invented_rows import count_rows, shard_row, shard_rows


def test_cells_are_conserved() -> None:
    profile = count_rows([])
    dropped = (DroppedCell("price", "Free", "price 'Free' is not an amount"),)
    profile.count_cells(Row(listing=None, used=("title",), dropped=dropped))
    profile.count_cells(Row(listing=None, used=("title", "price")))

    cells = profile.cells()
    assert cells["title"] == {"read": 2, "used": 2, "dropped": 0}
    assert (
        cells["price"]["read"]
        == cells["price"]["used"] + cells["price"]["dropped"]
        == 2
    )
    assert cells["price"]["reason"] == "price 'Free' is not an amount"


def test_reasons_are_counted_without_their_values_and_keep_the_first_one() -> None:
    profile = count_rows([])
    for line, value in enumerate("abc", start=2):
        profile.count_rejected(RawRow(line, {}, merged=1), [f"title '{value}' is odd"])

    assert profile.rejections == {"title … is odd": 3}
    assert profile.rejected["title … is odd"] == (2, "title 'a' is odd")
    assert profile.commonest_rejection() == "title 'a' is odd"
    assert profile.rows["read"] == profile.rows["rejected"] == 6


@given(st.lists(st.sampled_from(["", "mug", "cup", "pot", "Mug"]), max_size=40))
def test_repeated_titles_are_exact_in_a_small_table(titles: list[str]) -> None:
    profile = count_rows([shard_row(title=title) for title in titles])

    filled = [title for title in titles if title]
    assert profile.titles.n_repeated() == len(filled) - len(set(filled))


def test_repeated_titles_are_estimated_where_there_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counters, "MAX_VALUES", 100)
    titles = [f"mug {number % 6_000}" for number in range(10_000)]
    random.Random(0).shuffle(titles)

    profile = count_rows([])
    for start in range(0, len(titles), 500):
        rows = [shard_row(title=title) for title in titles[start : start + 500]]
        profile.count_accepted("train", rows)

    assert len(profile.titles.rows) <= 600
    assert profile.titles.n_repeated() == pytest.approx(4_000, rel=0.02)


def test_different_texts_are_counted_to_within_a_percent() -> None:
    counter = DistinctCounter()
    for _ in range(2):
        counter.update(f"a text {number}" for number in range(200_000))

    assert counter.estimate() == pytest.approx(200_000, rel=0.01)


def test_counters_do_not_grow_with_different_titles_prices_and_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counters, "MAX_VALUES", 100)
    profile = count_rows([])
    for start in range(0, 5_000, 50):
        rows = [
            shard_row(title=f"mug {n}", brand=f"{n}", price=1.0 + n, currency="EUR")
            for n in range(start, start + 50)
        ]
        profile.count_accepted("train", rows)

    counts = (profile.titles.rows, profile.values["brand"], profile.amounts["EUR"])
    assert max(map(len, counts)) <= 100


def test_titles_that_were_decoded_wrongly_are_counted() -> None:
    titles = [
        "caf\u00c3\u00a9",
        "Gr\u00f6\u00dfe \ufffd",
        "S\u00c3O PAULO",
        "caf\u00e9",
    ]
    profile = count_rows([shard_row(title=title) for title in titles])

    assert profile.titles.n_garbled == 2
    assert profile.titles.garbled == titles[0]


@given(
    st.dictionaries(st.integers(-50, 50), st.integers(1, 9), min_size=1),
    st.lists(st.floats(0, 1), max_size=5).map(sorted),
)
def test_quantiles_are_those_of_the_repeated_values(
    counts: dict[int, int], levels: list[float]
) -> None:
    values = sorted(value for value, n in counts.items() for _ in range(n))
    found = quantiles(Counter(counts), levels)

    for level, value in zip(levels, found, strict=True):
        n_below = sum(other < value for other in values)
        assert n_below <= level * len(values) or value == values[0]
        assert sum(other <= value for other in values) >= level * len(values)


def test_rows_are_counted_by_month_and_by_number_of_photos() -> None:
    date = datetime(2024, 5, 31)
    profile = count_rows(shard_rows(3, listed_at=date, photos=["a", "b"]))

    assert profile.months["listed_at"] == {12 * 2024 + 4: 3}
    assert profile.photos == {2: 3}
