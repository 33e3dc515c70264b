"""What looks wrong with titles, descriptions, photos and dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from common.snapshot import SnapshotManifest
from ingest.profile.counts import DATE_FIELDS, ProfileCounts
from ingest.profile.finding import (
    NOTE,
    SERIOUS,
    WARNING,
    Finding,
    listed_in,
    severity_of,
)
from ingest.profile.losses import MAX_LOST_SHARE
from ingest.profile.titles import TitleCounts
from ingest.profile.wording import month, part, quote

MAX_EMPTY_DESCRIPTIONS = 0.5
"""Share of rows without a description from which it is spoken of."""

MAX_REPEATED_TITLES = 0.1
"""Share of rows whose title an earlier row has."""

FIRST_YEAR = 1995
"""Year in which the first marketplaces opened."""


def content_findings(
    manifest: SnapshotManifest, profile: ProfileCounts
) -> Iterator[Finding]:
    """Yield what looks wrong with what sellers wrote and photographed, and when."""
    n_rows = manifest.rows["accepted"]
    yield from _titles(profile.titles, n_rows)
    yield from _descriptions(n_rows, manifest.coverage.get("description", 0))
    yield from _photos(manifest, profile)
    for name in DATE_FIELDS:
        yield from _dates(
            name,
            profile.months[name],
            manifest.created_at,
        )


def _titles(titles: TitleCounts, n_rows: int) -> Iterator[Finding]:
    if titles.n_garbled:
        odd = part(titles.n_garbled, n_rows)
        yield Finding(
            SERIOUS,
            f"{odd} titles look decoded wrongly, such as {quote(titles.garbled)}",
            "--encoding names the encoding of the table; or export it again as UTF-8",
        )

    n_repeated = titles.n_repeated()
    if n_repeated > MAX_REPEATED_TITLES * n_rows:
        title, count = titles.rows.most_common(1)[0]
        yield Finding(
            WARNING,
            f"{part(n_repeated, n_rows)} rows repeat the title of an earlier row;"
            f" {quote(title)} is there {count:,} times",
            "take copies out of the table, or read a longer title with --map title=COLUMN",
        )


def _descriptions(n_rows: int, n_filled: int) -> Iterator[Finding]:
    n_empty = n_rows - n_filled
    if n_empty > MAX_EMPTY_DESCRIPTIONS * n_rows:
        empty = f"{part(n_empty, n_rows)} descriptions are empty"
        yield Finding(
            NOTE,
            f"{empty if n_filled else 'no row has a description'}: models learn from titles",
            "--map description=COLUMN names the column of the longer texts",
        )


def _photos(manifest: SnapshotManifest, profile: ProfileCounts) -> Iterator[Finding]:
    photos = manifest.photos
    n_named = photos.get("referenced", 0)
    n_addresses = photos.get("addresses", 0)
    if n_addresses:
        yield Finding(
            NOTE,
            f"{part(n_addresses, n_named)} photos are addresses, which are not fetched",
            "download them, and name the files in the column of photos",
        )

    # Of a table that is not ingested, only the first photos are tried.
    n_tried = photos.get("tried", n_named)
    n_lost = n_tried - photos.get("stored", 0)
    if "tried" not in photos:
        n_lost -= n_addresses
    if n_lost <= MAX_LOST_SHARE * n_tried:
        return

    reasons = [reason for reason, _ in profile.photo_problems.most_common(1)]
    lost = "are not in the snapshot" if manifest.id else "cannot be read"
    often = "".join(f", most often: {reason}" for reason in reasons)
    yield Finding(
        severity_of(n_lost, n_tried),
        f"{part(n_lost, n_tried)} photos {lost}{often}",
        "--photos-in says which folder or .zip they are in;"
        f" {listed_in(manifest, 'photo_problems.parquet')}",
    )


def _dates(name: str, months: Counter[int], created_at: str) -> Iterator[Finding]:
    # Months are compared, so that clocks and time zones do not matter.
    year, month_of_year, *_ = created_at.split("-")
    now = 12 * int(year) + int(month_of_year) - 1
    first = 12 * FIRST_YEAR

    future = [each for each in months if each > now]
    past = [each for each in months if each < first]
    if future:
        yield _odd_dates(
            name,
            months,
            future,
            "in the future",
            max(future),
        )
    if past:
        yield _odd_dates(
            name,
            months,
            past,
            f"before {FIRST_YEAR}",
            min(past),
        )


def _odd_dates(
    name: str, months: Counter[int], odd: list[int], when: str, furthest: int
) -> Finding:
    count = sum(months[each] for each in odd)
    dates = f"{part(count, months.total())} dates of {name}"
    return Finding(
        WARNING,
        f"{dates} lie {when}, as far as {month(furthest)}",
        f"--dates says which comes first, day or month; --map {name}= leaves them out",
    )
