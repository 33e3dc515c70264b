"""The profile of a snapshot in Markdown: its rows, fields, values, prices and problems."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from common.amounts import format_number
from common.listing import NO_BRAND
from common.snapshot import SPLITS, SnapshotManifest
from ingest.profile import BINS_PER_UNIT, ProfileCounts

MAX_LINES = 20
"""Lines of a list of the most frequent values."""

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_VALUE_TITLES = {
    "category": "Categories",
    "brand": f"Brands (`{NO_BRAND}`: the seller said there is none)",
    "condition": "Conditions",
    "shipping_payer": "Who pays for shipping",
    "language": "Languages",
}

Line = Sequence[str]
"""The cells of a line of a table."""


def write_report(manifest: SnapshotManifest, profile: ProfileCounts) -> str:
    """Return the profile as Markdown; the same rows give the same report."""
    n_accepted = max(1, manifest.rows["accepted"])
    levels = [f"{level:.0%}" for level in _QUANTILES]

    sections = [
        f"# Snapshot {manifest.id}",
        _origin(manifest),
        *_split_sections(manifest, n_accepted),
        _table(
            "Fields", ("field", "rows", "share"), _shares(manifest.coverage, n_accepted)
        ),
        *_value_tables(profile, n_accepted),
        _table("Prices", ("currency", "rows", *levels), _price_lines(profile)),
        _table("Title length in characters", ("rows", *levels), _length_lines(profile)),
        *_problem_tables(manifest, profile),
    ]
    # A table without lines is an empty section: it has nothing to report.
    return "\n\n".join(section for section in sections if section) + "\n"


def _split_sections(manifest: SnapshotManifest, n_accepted: int) -> list[str]:
    counts = {split: manifest.rows[split] for split in SPLITS}
    return [
        _table("Splits", ("split", "rows", "share"), _shares(counts, n_accepted)),
        f"Split by {manifest.split['group_key']}; seed {manifest.split['seed']}.",
    ]


def _problem_tables(manifest: SnapshotManifest, profile: ProfileCounts) -> list[str]:
    missing_photos = _reason_lines(profile.photo_problems)
    rejected_rows = _reason_lines(profile.rejections)
    return [
        _table("Photos", ("photos", "count"), _photo_lines(manifest)),
        _table("Why photos are not here", ("reason", "photos"), missing_photos),
        _table("Why rows were rejected", ("reason", "rows"), rejected_rows),
    ]


def _origin(manifest: SnapshotManifest) -> str:
    rows, source = manifest.rows, manifest.source
    return (
        f"From `{source['name']}` ({source['kind']}): {rows['read']:,} rows read,"
        f" {rows['accepted']:,} accepted, {rows['rejected']:,} rejected."
    )


def _value_tables(profile: ProfileCounts, n_accepted: int) -> list[str]:
    tables = []
    for name, title in _VALUE_TITLES.items():
        lines = _shares(_most_common(profile.values[name]), n_accepted)
        tables.append(_table(title, (name, "rows", "share"), lines))
    return tables


def _price_lines(profile: ProfileCounts) -> list[Line]:
    lines: list[Line] = []
    for currency, bins in sorted(profile.prices.items()):
        count = f"{bins.total():,}"
        quantiles = []
        for bin_ in _quantiles(bins):
            price = math.exp(bin_ / BINS_PER_UNIT)
            quantiles.append(format_number(price, currency))
        lines.append((currency, count, *quantiles))
    return lines


def _length_lines(profile: ProfileCounts) -> list[Line]:
    lengths = profile.title_lengths
    if not lengths:
        return []
    count = f"{lengths.total():,}"
    return [(count, *map(str, _quantiles(lengths)))]


def _photo_lines(manifest: SnapshotManifest) -> list[Line]:
    if not manifest.photos.get("referenced"):
        return []

    lines: list[Line] = []
    for status, count in manifest.photos.items():
        name = status.replace("_", " ")
        lines.append((name, f"{count:,}"))
    return lines


def _reason_lines(reasons: Counter[str]) -> list[Line]:
    frequent = _most_common(reasons)
    return [(reason, f"{count:,}") for reason, count in frequent.items()]


def _quantiles(counts: Counter[int]) -> list[int]:
    """Return the value at each of ``_QUANTILES``: the first that so many counts do not exceed."""
    quantiles = []
    values = sorted(counts)
    for level in _QUANTILES:
        rank, seen = level * counts.total(), 0
        for value in values:
            seen += counts[value]
            if seen >= rank:
                break
        quantiles.append(value)
    return quantiles


def _most_common(counts: Counter[str]) -> dict[str, int]:
    # Counter.most_common leaves ties in the order of the rows; by value they are reproducible.
    by_value = sorted(counts.items())
    ranked = sorted(by_value, key=lambda item: item[1], reverse=True)
    return dict(ranked[:MAX_LINES])


def _shares(counts: Mapping[str, int], n_accepted: int) -> list[Line]:
    lines: list[Line] = []
    for name, count in counts.items():
        share = count / n_accepted
        lines.append((name, f"{count:,}", f"{share:.1%}"))
    return lines


def _table(title: str, header: Line, lines: Sequence[Line]) -> str:
    if not lines:
        return ""

    rows = [header, ["---"] * len(header), *lines]
    text = [f"## {title}\n"]
    for row in rows:
        cells = " | ".join(map(_escape, row))
        text.append(f"| {cells} |")
    return "\n".join(text)


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
