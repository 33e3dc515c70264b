"""A readable report of a snapshot, counted while its rows go by."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from common.listing import NO_BRAND
from common.snapshot import COLUMNS, SPLITS, SnapshotManifest
from ingest.shards import ShardRow

MAX_WORDS = 50_000
"""Different values that are counted; beyond, the rarest half is forgotten."""

N_SHOWN = 20
"""Lines of a top list."""

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_BINS = 100  # a unit of the logarithm: prices are told apart by 1 %
_VALUE = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBERS = re.compile(r"\d[\d,]*")
_NAMES = COLUMNS.names


class ProfileCounts:
    """What is counted; its size does not grow with the number of rows."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.coverage: Counter[str] = Counter()
        self.values: dict[str, Counter[str]] = defaultdict(Counter)
        self.title_lengths: Counter[int] = Counter()
        self.prices: dict[str, Counter[int]] = defaultdict(Counter)
        self.reasons: Counter[str] = Counter()
        self.photos: Counter[str] = Counter()

    def accept(self, rows: Sequence[ShardRow]) -> None:
        """Count valid rows."""
        if not rows:
            return
        columns = dict(zip(_NAMES, zip(*rows, strict=True), strict=True))
        for name, column in columns.items():
            self.coverage[name] += sum(map(bool, column))
        for name in ("category", "brand", "language", "condition", "shipping_payer"):
            _count(self.values[name], filter(None, columns[name]))
        self.title_lengths.update(map(len, columns["title"]))
        for price, currency in zip(columns["price"], columns["currency"], strict=True):
            if price is not None:
                self.prices[currency][round(math.log(price) * _BINS)] += 1

    def reject(self, reasons: Iterable[str]) -> None:
        """Count the reasons of one rejected row."""
        _count(self.reasons, (_VALUE.sub("…", reason) for reason in reasons))

    def miss(self, reasons: Iterable[str]) -> None:
        """Count the reasons why photos are not in the snapshot."""
        _count(self.photos, (_NUMBERS.sub("…", reason) for reason in reasons))


def write_report(manifest: SnapshotManifest, tally: ProfileCounts) -> str:
    """Say in Markdown what a snapshot holds; the same rows give the same report."""
    rows = manifest.rows
    accepted = max(1, rows["accepted"])
    parts = [
        f"# Snapshot {manifest.id}",
        f"From `{manifest.source['name']}` ({manifest.source['kind']}): {rows['read']:,} rows read,"
        f" {rows['accepted']:,} accepted, {rows['rejected']:,} rejected.",
        _table(
            "Splits", ("split", "rows", "share"), _shares({s: rows[s] for s in SPLITS}, accepted)
        ),
        f"Split by {manifest.split['group_key']}; seed {manifest.split['seed']}.",
        _table("Fields", ("field", "rows", "share"), _shares(manifest.coverage, accepted)),
        *_top_lists(tally, accepted),
        _table("Prices", ("currency", "rows", *_percents()), _price_lines(tally)),
        _table("Title length in characters", ("rows", *_percents()), _length_lines(tally)),
        _table("Photos", ("photos", "count"), _photo_lines(manifest)),
        _table("Why photos are not here", ("reason", "photos"), _reason_lines(tally.photos)),
        _table("Why rows were rejected", ("reason", "rows"), _reason_lines(tally.reasons)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _top_lists(tally: ProfileCounts, accepted: int) -> list[str]:
    titles = {
        "category": "Categories",
        "brand": f"Brands (`{NO_BRAND}`: the seller said there is none)",
        "condition": "Conditions",
        "shipping_payer": "Who pays for shipping",
        "language": "Languages",
    }
    return [
        _table(title, (name, "rows", "share"), _shares(_top(tally.values[name]), accepted))
        for name, title in titles.items()
    ]


def _price_lines(tally: ProfileCounts) -> list[Sequence[str]]:
    return [
        (code, f"{bins.total():,}", *(f"{math.exp(q / _BINS):,.2f}" for q in _quantiles(bins)))
        for code, bins in sorted(tally.prices.items())
    ]


def _length_lines(tally: ProfileCounts) -> list[Sequence[str]]:
    lengths = tally.title_lengths
    return [(f"{lengths.total():,}", *map(str, _quantiles(lengths)))] if lengths else []


def _photo_lines(manifest: SnapshotManifest) -> list[Sequence[str]]:
    if not manifest.photos.get("referenced"):
        return []
    return [(name.replace("_", " "), f"{count:,}") for name, count in manifest.photos.items()]


def _reason_lines(reasons: Counter[str]) -> list[Sequence[str]]:
    return [(reason, f"{count:,}") for reason, count in _top(reasons).items()]


def _quantiles(counts: Counter[int]) -> list[int]:
    found = []
    values = sorted(counts)
    for level in _QUANTILES:
        wanted, seen = level * counts.total(), 0
        for value in values:
            seen += counts[value]
            if seen >= wanted:
                break
        found.append(value)
    return found


def _percents() -> list[str]:
    return [f"{level:.0%}" for level in _QUANTILES]


def _top(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:N_SHOWN])


def _shares(counts: Mapping[str, int], accepted: int) -> list[Sequence[str]]:
    return [(name, f"{count:,}", f"{count / accepted:.1%}") for name, count in counts.items()]


def _table(title: str, head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    if not lines:
        return ""
    rows = [head, ["---"] * len(head), *lines]
    return f"## {title}\n\n" + "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _count(counter: Counter[str], values: Iterable[str]) -> None:
    counter.update(values)
    if len(counter) > MAX_WORDS:
        kept = counter.most_common(MAX_WORDS // 2)
        counter.clear()
        counter.update(dict(kept))
