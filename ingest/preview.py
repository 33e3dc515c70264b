"""What a table is taken for, in lines: for ``--dry-run``, and after an ingest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from common.snapshot import SnapshotManifest
from ingest.options import ReadOptions
from ingest.readings import Reading
from ingest.rows import Row, parse_row
from ingest.source import Source, SourceDescription
from ingest.tables import open_table

MAX_UNREAD = 12
"""Columns that are not read and are named."""

MAX_COLUMNS = 2
"""Columns of one field that are named."""

MAX_NAME_CHARACTERS = 40

MAX_REASONS = 10
"""Reasons for rejected rows, and for dropped cells, that are shown."""


def preview_file(path: Path, options: ReadOptions) -> Iterator[str]:
    """Yield lines about a table: what it is taken for and why, and what its first rows would give.

    Raises ``InputError`` for a table that cannot be read at all.
    """
    source = open_table(path, options)
    yield from describe(source.description, with_evidence=True)
    yield from _try_rows(source)


def describe_manifest(manifest: SnapshotManifest) -> Iterator[str]:
    """Yield the lines about the table that a snapshot was made of."""
    source = manifest.source
    readings = [Reading(**reading) for reading in source["readings"]]
    names = ("kind", "columns", "unmatched", "similar", "notes")
    known = {name: source[name] for name in names}
    return describe(SourceDescription(**known, readings=readings))


def describe(source: SourceDescription, with_evidence: bool = False) -> Iterator[str]:
    """Yield lines about the kind of a table, its columns, and what looks wrong with them.

    Columns are a table of field, column and meaning. ``with_evidence`` adds why below each.
    """
    yield f"taken for: {source.kind}"
    yield from (f"  {note}" for note in source.notes)
    yield from _columns(source, with_evidence)

    if source.unmatched:
        yield f"not read: {_enumerate(source.unmatched)}"
    for name, field in source.similar.items():
        yield f"warning: {field} has no column; --map {field}={name!r} reads this one"
    for reading in source.readings:
        if reading.warning:
            # Many a warning names its remedy.
            is_said = not reading.option or "--" in reading.warning
            option = "" if is_said else f" ({reading.option} decides it)"
            yield f"warning: {reading.field}: {reading.warning}{option}"


def _columns(source: SourceDescription, with_evidence: bool) -> Iterator[str]:
    # The last reading of a field says what the column is, others what is special about it.
    by_field = {reading.field: reading for reading in source.readings}
    names = {
        field: _enumerate(columns, MAX_COLUMNS)
        for field, columns in source.columns.items()
    }
    wide_field = max(map(width_of, names), default=0)
    wide_name = max(map(width_of, names.values()), default=0)
    for field, name in names.items():
        reading = by_field.get(field)
        meaning = reading.meaning if reading else ""
        line = f"  {_pad(field, wide_field)}  {_pad(name, wide_name)}  {meaning}"
        yield line.rstrip()
        if with_evidence and reading and reading.evidence:
            yield f"  {_pad('', wide_field)}  because {reading.evidence}"


def _enumerate(names: Sequence[str], limit: int = MAX_UNREAD) -> str:
    shown = [
        repr(name)
        if len(name) <= MAX_NAME_CHARACTERS
        else repr(f"{name[:MAX_NAME_CHARACTERS]}...")
        for name in names[:limit]
    ]
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(shown) + more


def width_of(text: str) -> int:
    """Return the places that a text takes in a terminal: two for a kanji."""
    return sum(1 + (east_asian_width(character) in "WF") for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))


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
