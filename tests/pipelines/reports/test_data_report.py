"""The page about rows that have changed."""

from html.parser import HTMLParser

import pytest

from pipelines.data_checks.compare import find_changes
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.profile import Profile
from pipelines.reports.data_report import render

MARKUP = "<script>alert('mug')</script>"


def a_profile(name, **changes):
    values = {
        "id": name,
        "created_at": "2026-11-30",
        "rows": 1_000,
        "coverage": {"brand": 900, "price": 1_000},
        "currencies": {"USD": 1_000},
        "categories": {"Women": 600, MARKUP: 400},
        "prices": {"USD": [10.0, 20.0, 40.0]},
        "dates": [0.0, 8_640_000.0],
        "brands": {"Acme": 900},
        "price_bins": {"USD": {"230": 500, "300": 500}},
    }
    return Profile(**{**values, **changes})


class _Page(HTMLParser):
    """Keeps the names of all tags, and the texts of the rows that are marked."""

    def __init__(self):
        super().__init__()
        self.tags, self.over, self._is_over = [], [], False

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "tr":
            self._is_over = ("class", "over") in attributes
            if self._is_over:
                self.over.append("")

    def handle_data(self, data):
        if self._is_over:
            self.over[-1] += f"{data} "

    def handle_endtag(self, tag):
        if tag == "tr":
            self._is_over = False


@pytest.fixture
def read():
    def page(before, now):
        config = DataConfig()
        parsed = _Page()
        parsed.feed(render(before, now, config, find_changes(before, now, config)))
        return parsed

    return page


def test_what_is_over_its_threshold_is_marked_and_nothing_else(read):
    now = a_profile(
        "now",
        coverage={"brand": 410, "price": 1_000},
        prices={"USD": [1_000.0, 2_000.0, 4_000.0]},
    )

    page = read(a_profile("before"), now)

    assert len(page.over) == 2
    assert page.over[0].startswith("rows with brand 90% 41% 20% more or less")
    assert page.over[1].startswith("median price in USD 20.00 USD 2,000.00 USD")


def test_texts_of_tables_are_escaped_and_nothing_is_a_script(read):
    page = read(a_profile("before"), a_profile("now", rows=10, coverage={}))

    assert "script" not in page.tags
    assert page.tags.count("svg") == 2


def test_both_snapshots_have_the_same_axis_of_prices():
    now = a_profile("now", price_bins={"USD": {"900": 10}})

    text = render(a_profile("before"), now, DataConfig(), [])

    axes = [part.split("</svg>")[0] for part in text.split("<svg")[1:]]
    labels = [[tick.split(">")[1] for tick in axis.split("<text")[1:]] for axis in axes]
    assert labels[0] == labels[1] != []


def test_a_profile_of_an_earlier_version_has_no_plots(read):
    before = a_profile("before", brands={}, price_bins={})

    page = read(before, a_profile("now", rows=10, coverage={}))

    assert page.tags.count("svg") == 1
