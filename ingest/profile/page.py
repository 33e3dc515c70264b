"""The profile of a snapshot as one HTML page with plots; all text of sellers is escaped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from jinja2 import Template
from markupsafe import Markup, escape

from common.listing import NO_BRAND
from common.snapshot import SnapshotManifest
from ingest.profile.category_tree import Share, category_tree
from ingest.profile.counters import commonest
from ingest.profile.counts import DATE_FIELDS, ProfileCounts
from ingest.profile.histogram import Histogram
from ingest.profile.page_templates import page_templates
from ingest.profile.plots import length_histogram, month_histogram, price_histogram
from ingest.profile.report import MAX_FINDINGS
from ingest.profile.summary import summarise
from ingest.profile.wording import percent

MAX_VALUES = 12
"""Bars of a plot of values."""

MAX_CURRENCIES = 4

VALUE_TITLES = {
    "brand": "Brands",
    "condition": "Conditions",
    "shipping_payer": "Who pays for shipping",
    "language": "Languages",
    "shipping_method": "Shipping methods",
    "parcel_size": "Parcel sizes",
    "size": "Sizes",
    "colour": "Colours",
}

DATE_TITLES = {"listed_at": "Listed by month", "sold_at": "Sold by month"}

PHOTO_STATUSES = {
    "stored": "used",
    "missing": "dropped",
    "addresses": "empty",
    "broken": "broken",
    "left_out": "empty",
}
"""Statuses of photos, and the colour of each."""


_OPTION = re.compile(r"--[a-z-]+( [a-z_]+=(&#34;.*?&#34;|[A-Z]+)?)?")
"""An option in an escaped sentence, with the field and the column after it."""


def write_page(manifest: SnapshotManifest, profile: ProfileCounts) -> str:
    """Return the page: styles and plots are in it, and no scripts; same rows give the same page."""
    page = _template().render(
        manifest=manifest,
        summary=summarise(manifest, profile),
        n_rows=max(1, manifest.rows["accepted"]),
        max_findings=MAX_FINDINGS,
        prices=price_histograms(profile),
        histograms=tuple(_histograms(profile)),
        categories=category_tree(profile.values["category"]),
        values=tuple(_values(profile)),
        statuses=PHOTO_STATUSES,
        photos_per_row=profile.photos,
    )
    return page.rstrip() + "\n"


def price_histograms(profile: ProfileCounts) -> list[Histogram]:
    """Return the distributions of the prices in the commonest currencies."""
    n_rows = Counter({code: bins.total() for code, bins in profile.prices.items()})
    return [
        price_histogram(currency, profile.prices[currency])
        for currency in commonest(n_rows, MAX_CURRENCIES)
    ]


@cache
def _template() -> Template:
    """Compile the template, which takes longer than a small table."""
    environment = page_templates()
    environment.filters |= {"percent": percent, "options": _mark_options}
    return environment.get_template("page.html")


def _histograms(profile: ProfileCounts) -> Iterator[Histogram]:
    lengths = profile.titles.lengths
    if any(lengths):
        yield length_histogram(lengths)
    for name in DATE_FIELDS:
        if profile.months[name]:
            yield month_histogram(DATE_TITLES[name], profile.months[name])


def _values(profile: ProfileCounts) -> Iterator[tuple[str, str, Share]]:
    """Yield field, title and commonest values of each field that has any."""
    for name, title in VALUE_TITLES.items():
        counts = profile.values[name]
        if counts:
            root = Share("", profile.coverage[name])
            shown = commonest(counts, MAX_VALUES)
            for value, count in shown.items():
                root.children.append(Share(label_of(value), count))
            root.n_more = len(counts) - len(shown)
            yield name, title, root


def _mark_options(text: str) -> Markup:
    """Escape a sentence, and set the options in it as code, which no line break divides."""
    escaped = str(escape(text))
    # The text is escaped above.
    return Markup(_OPTION.sub(r"<code>\g<0></code>", escaped))  # nosec B704


def label_of(value: str) -> str:
    """Return a value as people read it."""
    return "(no brand, as the seller says)" if value == NO_BRAND else value
