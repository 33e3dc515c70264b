"""Two profiles beside each other: what is compared of them, and what differs too much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from common.amounts import format_amount
from ingest.profile.text_plot import fit
from pipelines.data_checks.compare import find_changes
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.profile import Profile

MAX_CATEGORIES = 12
"""Top categories that have a line."""

NAME_WIDTH = 34
"""Characters of a name in a line of text."""

MEDIAN = 1
"""Where the median is among the quartiles."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of two profiles, as text; empty where a profile does not have it."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two profiles beside each other.

    Attributes:
        before: Id of the earlier snapshot.
        now: Id of the later one, or name of a table.
        lines: Their figures.
        changes: A sentence for each difference for which a training run would stop.
    """

    before: str
    now: str
    lines: tuple[Line, ...]
    changes: tuple[str, ...]


def side_by_side(before: Profile, now: Profile, config: DataConfig) -> SideBySide:
    """Return the figures of two profiles, and the differences that ``find_changes`` counts."""
    return SideBySide(
        before=before.id,
        now=now.id,
        lines=tuple(_lines(before, now)),
        changes=tuple(change.sentence for change in find_changes(before, now, config)),
    )


def describe(compared: SideBySide) -> Iterator[str]:
    """Yield lines of text: the figures one below the other, and what differs too much."""
    yield f"Compared with snapshot {compared.before}"
    yield _row("", "before", "now")
    for line in compared.lines:
        yield _row(line.name, line.before or "-", line.now or "-")

    if not compared.changes:
        yield "A training run would go on: nothing differs more than it may."
        return
    yield "A training run would stop here, unless told to accept the data (--accept-data):"
    for change in compared.changes:
        yield f"  {change}"


def _row(name: str, before: str, now: str) -> str:
    return f"  {fit(name, NAME_WIDTH)} {before:>16} {now:>16}"


def _lines(before: Profile, now: Profile) -> Iterator[Line]:
    yield Line("rows", f"{before.rows:,}", f"{now.rows:,}")
    names = [name for name in now.coverage if now.coverage[name]]
    names += [name for name, n_rows in before.coverage.items() if n_rows]
    for name in dict.fromkeys(names):
        counts = [profile.coverage.get(name, 0) for profile in (before, now)]
        yield _shares(f"with {name}", counts, (before.rows, now.rows))

    totals = sum(before.currencies.values()), sum(now.currencies.values())
    for code in sorted({*before.currencies, *now.currencies}):
        counts = [profile.currencies.get(code, 0) for profile in (before, now)]
        yield _shares(f"prices in {code or 'no currency'}", counts, totals)
    for code in sorted({*before.prices, *now.prices}):
        yield Line(f"median price in {code}", _median(before, code), _median(now, code))

    yield from _categories(before, now)
    yield Line("newest listings", _newest(before), _newest(now))


def _categories(before: Profile, now: Profile) -> Iterator[Line]:
    """Yield the shares of the top categories that are the most frequent in both together."""
    totals = sum(before.categories.values()), sum(now.categories.values())
    shares = {
        name: sum(
            profile.categories.get(name, 0) / max(total, 1)
            for profile, total in zip((before, now), totals, strict=True)
        )
        for name in sorted({*before.categories, *now.categories})
    }
    frequent = sorted(shares, key=lambda name: -shares[name])
    for name in frequent[:MAX_CATEGORIES]:
        counts = [profile.categories.get(name, 0) for profile in (before, now)]
        yield _shares(f"in {name}", counts, totals)


def _shares(name: str, counts: list[int], totals: tuple[int, int]) -> Line:
    before, now = (
        f"{count / total:.1%}" if total else ""
        for count, total in zip(counts, totals, strict=True)
    )
    return Line(name, before, now)


def _median(profile: Profile, currency: str) -> str:
    quartiles = profile.prices.get(currency)
    return format_amount(quartiles[MEDIAN], currency) if quartiles else ""


def _newest(profile: Profile) -> str:
    if not profile.dates:
        return ""
    return f"{datetime.fromtimestamp(profile.dates[-1], UTC):%Y-%m-%d}"
