"""Tables of a profile: splits, fields, values, prices, lengths of titles, photos, problems."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from common.amounts import format_number
from common.listing import NO_BRAND
from common.snapshot import SPLITS, SnapshotManifest
from ingest.profile.counters import commonest, quantiles
from ingest.profile.counts import ProfileCounts
from ingest.profile.histogram import BINS_PER_UNIT
from ingest.profile.markdown import Line, table

MAX_LINES = 20
"""Lines of a list of the most frequent values."""

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_LEVELS = [f"{level:.0%}" for level in _QUANTILES]
_VALUE_TITLES = {
    "category": "Categories",
    "brand": f"Brands (`{NO_BRAND}`: the seller said there is none)",
    "condition": "Conditions",
    "shipping_payer": "Who pays for shipping",
    "language": "Languages",
}


def tables(manifest: SnapshotManifest, profile: ProfileCounts) -> list[str]:
    """Return the sections; one that has nothing to report is empty."""
    n_accepted = max(1, manifest.rows["accepted"])
    coverage = _shares(manifest.coverage, n_accepted)
    prices = _price_lines(profile)
    lengths = _length_lines(profile)

    return [
        *_split_sections(manifest, n_accepted),
        table("Fields", ("field", "rows", "share"), coverage),
        *_value_tables(profile, n_accepted),
        table("Prices", ("currency", "rows", *_LEVELS), prices),
        table("Title length in characters", ("rows", *_LEVELS), lengths),
        *_photo_tables(manifest, profile),
        *_loss_tables(profile),
    ]


def _split_sections(manifest: SnapshotManifest, n_accepted: int) -> list[str]:
    if not manifest.split:
        return []
    counts = {split: manifest.rows[split] for split in SPLITS}
    split = manifest.split
    return [
        table("Splits", ("split", "rows", "share"), _shares(counts, n_accepted)),
        f"Split by {split['group_key']}; seed {split['seed']}.",
    ]


def _value_tables(profile: ProfileCounts, n_accepted: int) -> list[str]:
    sections = []
    for name, title in _VALUE_TITLES.items():
        counts = commonest(profile.values[name], MAX_LINES)
        lines = _shares(counts, n_accepted)
        sections.append(table(title, (name, "rows", "share"), lines))
    return sections


def _price_lines(profile: ProfileCounts) -> list[Line]:
    lines: list[Line] = []
    for currency, bins in sorted(profile.prices.items()):
        prices = []
        for bin_ in quantiles(bins, _QUANTILES):
            price = math.exp(bin_ / BINS_PER_UNIT)
            prices.append(format_number(price, currency))
        lines.append((currency, f"{bins.total():,}", *prices))

    return lines


def _length_lines(profile: ProfileCounts) -> list[Line]:
    lengths = profile.titles.lengths
    if not lengths:
        return []
    values = quantiles(lengths, _QUANTILES)
    return [(f"{lengths.total():,}", *map(str, values))]


def _photo_tables(manifest: SnapshotManifest, profile: ProfileCounts) -> list[str]:
    if not manifest.photos.get("referenced"):
        return []

    counts = {
        status.replace("_", " "): count for status, count in manifest.photos.items()
    }
    problems = commonest(profile.photo_problems, MAX_LINES)
    return [
        table("Photos", ("photos", "count"), _counts(counts)),
        table("Why photos are not here", ("reason", "photos"), _counts(problems)),
    ]


def _loss_tables(profile: ProfileCounts) -> list[str]:
    """Return the reasons for dropped cells and rejected rows, each with its first example."""
    cells = _dropped_lines(profile)
    rows = _rejected_lines(profile)
    return [
        table("Why cells were dropped", ("field", "such as", "cells"), cells),
        table("Why rows were rejected", ("such as", "line", "rows"), rows),
    ]


def _dropped_lines(profile: ProfileCounts) -> list[Line]:
    """Return the commonest reasons of all fields, each with its first example."""
    dropped: Counter[tuple[str, str]] = Counter()
    for name, reasons in profile.dropped.items():
        for reason, count in reasons.items():
            dropped[name, reason] = count

    lines: list[Line] = []
    for kind, count in commonest(dropped, MAX_LINES).items():
        name, reason = kind
        example = profile.examples.get(kind, reason)
        lines.append((name, example, f"{count:,}"))

    return lines


def _rejected_lines(profile: ProfileCounts) -> list[Line]:
    rejections = commonest(profile.rejections, MAX_LINES)
    lines: list[Line] = []
    for reason, count in rejections.items():
        unknown = (0, reason)
        line, example = profile.rejected.get(reason, unknown)
        lines.append((example, f"{line:,}", f"{count:,}"))
    return lines


def _counts(counts: Mapping[str, int]) -> list[Line]:
    return [(name, f"{count:,}") for name, count in counts.items()]


def _shares(counts: Mapping[str, int], n_accepted: int) -> list[Line]:
    lines: list[Line] = []
    for name, count in counts.items():
        share = count / n_accepted
        lines.append((name, f"{count:,}", f"{share:.1%}"))
    return lines
