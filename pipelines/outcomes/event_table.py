"""Events as an Arrow table with the columns of the database, written and read as Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from common.errors import InputError
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
        "experiments": pa.map_(pa.string(), pa.string()),
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
    with atomic_file(path) as draft, pq.ParquetWriter(draft, SCHEMA) as writer:
        for part in _tables(rows, SCHEMA):
            writer.write_table(part)
            number += len(part)
    return number


def to_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pa.Table:
    """Return some columns of rows of ``EventDatabase.read`` as a table."""
    schema = pa.schema([SCHEMA.field(name) for name in columns])
    return pa.concat_tables([schema.empty_table(), *_tables(rows, schema)])


def read_file(
    path: Path, columns: Sequence[str], since: datetime, until: datetime
) -> pa.Table:
    """Read some columns of the events from ``since`` on and before ``until``, both with a zone.

    Raises ``InputError`` for a file that ``write_events`` has not written.
    """
    try:
        lacking = set(columns) - set(pq.read_schema(path).names)
        if not lacking:
            schema = pa.schema([SCHEMA.field(name) for name in columns])
            return _read_in_range(path, columns, since, until).cast(schema)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(
            f"{path} cannot be read as a table of events ({reason}): 'listrec events export' writes"
            " one"
        ) from None
    raise InputError(
        f"{path} has no column {min(lacking)}, which tables of events have: write it anew by"
        " 'listrec events export'"
    )


def _read_in_range(
    path: Path, columns: Sequence[str], since: datetime, until: datetime
) -> pa.Table:
    """Read rows of a file in small parts: to read it at once takes twice the memory."""
    in_range = (ds.field("time") >= since) & (ds.field("time") < until)
    scanner = ds.dataset(path, format="parquet").scanner(
        columns=list(columns),
        filter=in_range,
        batch_size=_ROWS_AT_ONCE,
        batch_readahead=1,
        fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=False),
        use_threads=False,
    )
    return pa.Table.from_batches(scanner.to_reader(), scanner.projected_schema)


def _tables(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> Iterator[pa.Table]:
    maps = [field.name for field in schema if pa.types.is_map(field.type)]
    remaining = iter(rows)
    while part := list(islice(remaining, _ROWS_AT_ONCE)):
        yield pa.Table.from_pylist([_pairs(row, maps) for row in part], schema)


def _pairs(row: Mapping[str, Any], maps: Sequence[str]) -> dict[str, Any]:
    """Return a row with its maps as pairs, as pyarrow takes them."""
    given = {name: row[name] for name in maps if row[name] is not None}
    return {**row, **{name: list(values.items()) for name, values in given.items()}}
