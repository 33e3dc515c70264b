"""Events as a Parquet file: a row for each, as the database has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from common.store.atomic import atomic_file

_CANDIDATE = {
    "field": pa.string(),
    "value": pa.string(),
    "probability": pa.float64(),
    "rank": pa.int64(),
    "propensity": pa.float64(),
}
_AMOUNT = {
    "field": pa.string(),
    "amount": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "currency": pa.string(),
    "propensity": pa.float64(),
}
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "event": pa.string(),
        "time": pa.timestamp("us", "UTC"),
        "request": pa.string(),
        "seller": pa.string(),
        "release": pa.string(),
        "versions": pa.map_(pa.string(), pa.string()),
        "variant": pa.string(),
        "candidates": pa.list_(pa.struct(_CANDIDATE)),
        "amounts": pa.list_(pa.struct(_AMOUNT)),
        "latency": pa.float64(),
        "policy": pa.string(),
        "field": pa.string(),
        "value": pa.string(),
        "number": pa.float64(),
        "action": pa.string(),
        "listing": pa.string(),
        "price": pa.float64(),
        "currency": pa.string(),
        "days": pa.float64(),
        "seconds": pa.float64(),
    }
)
"""The columns, named as those of ``common.event_database.tables``."""

_ROWS_AT_ONCE = 10_000


def write_events(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Write rows of ``EventDatabase.read`` to a file that appears whole; return how many."""
    number = 0
    remaining = iter(rows)
    with atomic_file(path) as draft, pq.ParquetWriter(draft, SCHEMA) as writer:
        while part := [_pairs(row) for row in islice(remaining, _ROWS_AT_ONCE)]:
            writer.write_table(pa.Table.from_pylist(part, SCHEMA))
            number += len(part)
    return number


def _pairs(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its map as pairs, as pyarrow takes it."""
    versions = row["versions"]
    return {**row, "versions": None if versions is None else list(versions.items())}
