"""The profile as a page: whole in itself, escaped, and the same for the same rows."""

import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ingest.profile.counts import ProfileCounts
from ingest.profile.histogram import BINS_PER_UNIT, HEIGHT, WIDTH
from ingest.profile.page import write_page
from ingest.profile.plots import length_histogram, month_histogram, price_histogram
from tests.ingest.profile.invented_rows import count_rows, describe_counts, shard_rows

MARKUP = "<script>alert('mug')</script>&\"><img src=x>"
VOID = {"meta", "rect", "path", "img", "br"}


class Tags(HTMLParser):
    """Collects the tags of a page and checks that each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags[tag] += 1
        if tag not in VOID or (tag == "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.tags[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(profile: ProfileCounts, **source: object) -> str:
    return write_page(describe_counts(profile, **source), profile)


def invented_profile(text: str) -> ProfileCounts:
    """A table with one text in all of its labels, and with every plot."""
    labels = dict.fromkeys(("brand", "condition", "size", "colour", "language"), text)
    dates = datetime(2024, 5, 31, tzinfo=UTC)
    rows = shard_rows(
        30,
        title=text,
        category=f"{text}/{text}",
        price=[1.0, 20.0, 300.0],
        currency="EUR",
        listed_at=dates,
        photos=["a"],
        **labels,
    )
    return count_rows(rows, brand=[(text, text.upper())])


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = page_of(invented_profile("mug"))

    assert re.findall(r"(?:src|href|url|@import)\s*[=(]", page) == []
    assert "http" not in page.replace("http-equiv", "")
    assert Tags(page).tags["script"] == 0


def test_texts_of_sellers_are_escaped() -> None:
    profile = invented_profile(MARKUP)
    profile.count_photo_problems([MARKUP])
    photos = {"referenced": 9, "stored": 5, "missing": 4}
    source = {
        "name": MARKUP,
        "notes": [MARKUP],
        "unmatched": [MARKUP],
        "similar": {MARKUP: "colour"},
        "columns": {"title": [MARKUP]},
    }
    manifest = describe_counts(profile, photos, **source)

    tags = Tags(write_page(manifest, profile))
    assert tags.open == []
    assert tags.tags["script"] == tags.tags["img"] == 0


def test_the_page_has_a_plot_of_prices_titles_months_and_labels() -> None:
    page = page_of(invented_profile("mug"))

    for title in ("Prices in EUR", "Length of titles", "Listed by month", "Categories"):
        assert title in page
    assert Tags(page).tags["svg"] == 3


def test_a_table_of_titles_alone_has_a_page_too() -> None:
    assert Tags(page_of(count_rows(shard_rows(1)))).open == []


def test_the_same_counts_give_the_same_page() -> None:
    assert page_of(invented_profile("mug")) == page_of(invented_profile("mug"))


def test_categories_are_a_tree_with_the_rows_below_each() -> None:
    rows = shard_rows(60, category=["Home/Mugs/Red", "Home/Mugs/Blue", "Garden"])
    page = page_of(count_rows(rows))
    names = re.findall(
        r'class="name"><bdi>(.*?)</bdi>.*?figure">(\d+)', page, re.DOTALL
    )

    assert names == [
        ("Home", "40"),
        ("Mugs", "40"),
        ("Blue", "20"),
        ("Red", "20"),
        ("Garden", "20"),
    ]


@given(st.dictionaries(st.integers(-900, 2_100), st.integers(1, 10**6), min_size=1))
def test_every_price_is_in_a_bar_within_the_drawing(bins: dict[int, int]) -> None:
    plot = price_histogram("EUR", Counter(bins))

    n_rows = sum(int(bar.label.split()[-2].replace(",", "")) for bar in plot.bars)
    assert n_rows == sum(bins.values())
    assert all(0 <= bar.x <= WIDTH and 0 < bar.height <= HEIGHT for bar in plot.bars)
    assert all(bar.x + bar.width <= WIDTH + 1 for bar in plot.bars)


@given(st.dictionaries(st.integers(0, 1_000), st.integers(1, 99), min_size=1))
def test_lengths_and_months_have_bars_and_labels(counts: dict[int, int]) -> None:
    months = {24_000 + value: count for value, count in counts.items()}
    for plot in (
        length_histogram(Counter(counts)),
        month_histogram("Listed", Counter(months)),
    ):
        assert plot.bars
        assert plot.ticks
        assert all(0 <= tick.x <= WIDTH for tick in plot.ticks)


def test_prices_are_labelled_in_round_amounts() -> None:
    decades = [round(power * BINS_PER_UNIT * 2.302585) for power in (0, 3, 7)]
    plot = price_histogram("EUR", Counter(decades))

    labels = [tick.label for tick in plot.ticks]
    assert labels == ["1", "10", "100", "1k", "10k", "100k", "1M", "10M"]
