"""A profile for the terminal: what a table is taken for, what is in it, and what looks wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap

from ingest.profile.category_tree import Share, category_tree
from ingest.profile.counters import commonest
from ingest.profile.counts import DATE_FIELDS
from ingest.profile.page import (
    DATE_TITLES,
    VALUE_TITLES,
    label_of,
    price_histograms,
)
from ingest.profile.plots import month_histogram
from ingest.profile.summary import FieldSummary, Summary, summarise
from ingest.profile.table_profile import TableProfile
from ingest.profile.text_plot import BAR_CHARACTERS, fit, text_bar, text_histogram
from ingest.profile.wording import part, percent

WIDTH = 88
"""Characters of a line of text."""

NAME_WIDTH = 34

MAX_VALUES = 6
"""Values that are shown of a field, the commonest ones."""

MAX_ROOTS, MAX_CHILDREN = 8, 3
"""Categories that are shown on the first level, and below each of them."""

MAX_PHOTOS = 5
"""Numbers of photos of a row that have a line."""


def describe_profile(profile: TableProfile) -> Iterator[str]:
    """Yield the lines of a profile; the same rows give the same lines."""
    summary = summarise(profile.manifest, profile.counts)
    sections = (
        _facts(summary),
        _fields(summary, profile),
        _categories(profile),
        _prices(profile),
        _values(profile),
        _dates(profile),
        _photos(profile),
        _findings(summary),
    )
    for number, section in enumerate(filter(None, map(list, sections))):
        if number:
            yield ""
        yield from section


def _facts(summary: Summary) -> Iterator[str]:
    yield summary.name
    for name, value in summary.facts:
        yield from _paragraph(f"{name}: {value}", indent="  ")


def _fields(summary: Summary, profile: TableProfile) -> Iterator[str]:
    """Yield a line for each field: how many rows have it, from which columns, as what."""
    n_rows = profile.manifest.rows["accepted"]
    yield "Fields: rows that have one, the columns that hold it, and what the cells mean"
    for field in summary.fields:
        bar = text_bar(field.used, n_rows).ljust(BAR_CHARACTERS, "·")
        columns = ", ".join(field.columns) or "(of all rows)"
        share = percent(field.used, n_rows)
        yield f"  {field.name:<16} {bar} {share:>6}  {columns}"
        yield from _paragraph(_meaning(field), indent=" " * 19)


def _meaning(field: FieldSummary) -> str:
    """Return what the cells of a field mean, and how many of them are dropped."""
    parts = [field.meaning]
    if field.dropped:
        parts.append(f"{field.dropped:,} cells dropped")
    return "; ".join(filter(None, parts))


def _categories(profile: TableProfile) -> Iterator[str]:
    paths = profile.counts.values["category"]
    if not paths:
        return

    root = category_tree(paths)
    yield f"Categories: {root.count:,} rows have one of {_number(len(paths))}"
    longest = max(child.count for child in root.children)
    for node in root.children[:MAX_ROOTS]:
        yield _bar_line(node, root.count, longest, "  ")
        for child in node.children[:MAX_CHILDREN]:
            yield _bar_line(child, root.count, longest, "    ")
        n_hidden = len(node.children) - MAX_CHILDREN + node.n_more
        if n_hidden > 0:
            yield f"    {n_hidden:,} more"

    n_hidden = len(root.children) - MAX_ROOTS + root.n_more
    if n_hidden > 0:
        yield f"  {n_hidden:,} more"


def _bar_line(node: Share, total: int, longest: int, indent: str) -> str:
    name = fit(indent + node.name, NAME_WIDTH)
    bar = text_bar(node.count, longest)
    return f"{name} {bar:<{BAR_CHARACTERS}} {node.count:>9,} {percent(node.count, total):>6}"


def _prices(profile: TableProfile) -> Iterator[str]:
    for plot in price_histograms(profile.counts):
        yield from text_histogram(plot)


def _values(profile: TableProfile) -> Iterator[str]:
    """Yield the commonest values of each field that has any."""
    n_sections = 0
    for name, title in VALUE_TITLES.items():
        values = profile.counts.values[name]
        if not values:
            continue
        if n_sections:
            yield ""
        n_sections += 1
        total = profile.counts.coverage[name]
        yield f"{title}: {total:,} rows have one of {_number(len(values))}"
        shown = commonest(values, MAX_VALUES)
        longest = max(shown.values())
        for value, count in shown.items():
            yield _bar_line(Share(label_of(value), count), total, longest, "  ")
        if len(values) > MAX_VALUES:
            yield f"  {_number(len(values) - MAX_VALUES)} more"


def _dates(profile: TableProfile) -> Iterator[str]:
    for name in DATE_FIELDS:
        months = profile.counts.months[name]
        if months:
            yield from text_histogram(month_histogram(DATE_TITLES[name], months))


def _photos(profile: TableProfile) -> Iterator[str]:
    photos = profile.manifest.photos
    if not photos.get("referenced"):
        return

    per_row = _grouped(profile.counts.photos)
    n_rows = sum(per_row.values())
    yield f"Photos of a row: {part(n_rows - per_row.get('none', 0), n_rows)} rows have some"
    longest = max(per_row.values())
    for label, count in per_row.items():
        yield _bar_line(Share(label, count), n_rows, longest, "  ")


def _grouped(per_row: Counter[int]) -> dict[str, int]:
    """Return the rows by number of photos; large numbers are one group."""
    grouped: dict[str, int] = {}
    for number, count in sorted(per_row.items()):
        label = f"{number}" if number < MAX_PHOTOS else f"{MAX_PHOTOS} or more"
        label = label if number else "none"
        grouped[label] = grouped.get(label, 0) + count
    return grouped


def _findings(summary: Summary) -> Iterator[str]:
    if not summary.findings:
        yield "Nothing looks wrong that these rules know of."
        return

    yield "What looks wrong, and what to do about it"
    for finding in summary.findings:
        yield from _paragraph(f"{finding.word}: {finding.sentence}", indent="  ")
        if finding.remedy:
            yield from _paragraph(f"-> {finding.remedy}", indent="    ")


def _paragraph(text: str, indent: str) -> Sequence[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,
    )


def _number(count: int) -> str:
    return "1 value" if count == 1 else f"{count:,} values"
