"""What a table is taken for, in sentences: for ``--dry-run``, and after an ingest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from common.snapshot import SnapshotManifest
from ingest.options import ReadOptions
from ingest.readings import Reading
from ingest.rows import Row, parse_row
from ingest.source import Source, SourceDescription
from ingest.tables import open_table

MAX_REASONS = 10
"""Reasons for rejected rows, and for dropped cells, that are shown."""


def preview_file(path: Path, options: ReadOptions) -> Iterator[str]:
    """Yield sentences about a table: what it is taken for, and what its first rows would give.

    Raises ``InputError`` for a table that cannot be read at all.
    """
    source = open_table(path, options)
    yield from describe(source.description)
    yield from _try_rows(source)


def describe_manifest(manifest: SnapshotManifest) -> Iterator[str]:
    """Yield the sentences about the table that a snapshot was made of."""
    source = manifest.source
    readings = [Reading(**reading) for reading in source["readings"]]
    names = ("kind", "columns", "unmatched", "similar", "notes")
    known = {name: source[name] for name in names}
    return describe(SourceDescription(**known, readings=readings))


def describe(source: SourceDescription) -> Iterator[str]:
    """Yield sentences about the kind of a table, its columns, and what they mean."""
    yield f"taken for: {source.kind}"
    yield from source.notes

    by_field = {reading.field: reading for reading in source.readings}
    for name, columns in source.columns.items():
        reading = by_field.get(name)
        meaning = f": {reading.meaning} ({reading.evidence})" if reading else ""
        yield f"{name} is read from {', '.join(map(repr, columns))}{meaning}"

    if source.unmatched:
        names = [_unmatched(name, source) for name in source.unmatched]
        yield f"not read: {', '.join(names)}"
    for reading in source.readings:
        if reading.warning:
            # Many a warning names its remedy.
            is_said = not reading.option or "--" in reading.warning
            option = "" if is_said else f" ({reading.option} decides it)"
            yield f"note: {reading.warning}{option}"


def _unmatched(name: str, source: SourceDescription) -> str:
    field = source.similar.get(name)
    return f"{name!r} (--map {field}={name!r}?)" if field else repr(name)


def _try_rows(source: Source) -> Iterator[str]:
    """Parse the first rows; yield how many would be used, and why others and cells would not."""
    rejected: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    n_used = n_rows = 0
    for raw in source.sample():
        n_rows += 1
        row = parse_row(raw, source.readings)
        if isinstance(row, Row):
            n_used += 1
            dropped.update(cell.reason for cell in row.dropped)
        else:
            rejected.update(row)

    yield f"of the first {n_rows:,} rows {n_used:,} would be used"
    for reason, count in rejected.most_common(MAX_REASONS):
        yield f"{count:,} rejected: {reason}"
    for reason, count in dropped.most_common(MAX_REASONS):
        yield f"{count:,} cells dropped: {reason}"
