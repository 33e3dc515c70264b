"""Invented rows of a snapshot, their counts, and the manifest over them."""

from collections.abc import Sequence
from typing import Any

from common.snapshot import COLUMNS, SnapshotManifest
from ingest.profile.counts import ProfileCounts
from ingest.shards import ShardRow

PHOTOS = (
    "referenced",
    "distinct",
    "stored",
    "missing",
    "addresses",
    "broken",
    "left_out",
)
EMPTY: dict[str, Any] = dict.fromkeys(COLUMNS.names)
EMPTY |= {"listing_id": "1", "title": "", "description": "", "photos": []}


def shard_row(**fields: Any) -> ShardRow:
    """A row with these fields, and without the others."""
    return tuple((EMPTY | fields).values())


def shard_rows(n: int, **fields: Any) -> list[ShardRow]:
    """Rows with a title of their own; of a list of values each row has the next one."""
    rows = []
    for index in range(n):
        values = {
            name: value[index % len(value)]
            if isinstance(value, list) and name != "photos"
            else value
            for name, value in fields.items()
        }
        rows.append(shard_row(**{"title": f"mug {index}", **values}))
    return rows


def count_rows(rows: Sequence[ShardRow], **joined: Any) -> ProfileCounts:
    """Count rows of the training split; ``joined`` are spellings by field."""
    profile = ProfileCounts(joined)
    profile.count_accepted("train", rows)
    return profile


def describe_counts(
    profile: ProfileCounts, photos: dict[str, int] | None = None, **source: Any
) -> SnapshotManifest:
    """Return the manifest as an ingest would write it; ``source`` says more of the table."""
    prices = sorted(profile.prices.items())
    return SnapshotManifest(
        id="0123456789abcdef",
        created_at="2026-11-28T10:00:00+00:00",
        source={"name": "shop.csv", "kind": "csv", "checksum": "00", **source},
        rows=profile.rows,
        coverage={name: profile.coverage[name] for name in COLUMNS.names},
        currencies={currency: bins.total() for currency, bins in prices},
        split={"group_key": "seller, else title", "seed": 0},
        photos=dict.fromkeys(PHOTOS, 0) | (photos or {}),
        cells=profile.cells(),
    )


def reading(field: str, **said: str) -> dict[str, str]:
    """Return what is known of a column's meaning, as a manifest holds it."""
    empty = dict.fromkeys(("meaning", "evidence", "option", "warning"), "")
    return {"field": field, **empty, **said}
