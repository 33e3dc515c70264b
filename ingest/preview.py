"""What a table is taken for, in lines: for ``--dry-run``, and after an ingest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from common.earnings import BASIS_WORDS
from common.listing import ITEM
from common.snapshot import SnapshotManifest
from ingest.date_range import DatedSource, DateRange
from ingest.options import ReadOptions
from ingest.readings import Reading, Readings
from ingest.rows import Row, parse_row
from ingest.source import RawRow, Source, SourceDescription
from ingest.tables import open_tables

MAX_UNREAD = 12
"""Columns that are not read and are named."""

MAX_COLUMNS = 2
"""Columns of one field that are named."""

MAX_NAME_CHARACTERS = 40

MAX_REASONS = 10
"""Reasons for rejected rows, and for dropped cells, that are shown."""


def preview_files(
    paths: Sequence[Path], options: ReadOptions, dates: DateRange | None = None
) -> Iterator[str]:
    """Yield lines about a table: what it is taken for and why, and what its first rows would give.

    The files are one table; ``dates`` says which of its rows are tried. Raises ``InputError`` for
    a table that cannot be read at all.
    """
    source: Source = open_tables(paths, options)
    if dates:
        source = DatedSource(source, dates)
    # Before the description, which counts the rows that are read.
    sample = source.sample()
    basis = source.readings.price_basis
    yield from describe(source.description, basis, with_evidence=True)
    yield from _try_rows(sample, source.readings)


def describe_manifest(manifest: SnapshotManifest) -> Iterator[str]:
    """Yield the lines about the table that a snapshot was made of."""
    source = manifest.source
    readings = [Reading(**reading) for reading in source["readings"]]
    description = SourceDescription(
        kind=source["kind"],
        columns=source["columns"],
        unmatched=source["unmatched"],
        similar=source["similar"],
        notes=source["notes"],
        readings=readings,
    )
    return describe(description, manifest.price_basis)


def describe(
    source: SourceDescription, price_basis: str = ITEM, with_evidence: bool = False
) -> Iterator[str]:
    """Yield lines about the kind of a table, its columns, and what looks wrong with them.

    Columns are a table of field, column and meaning. ``with_evidence`` adds why below each.
    ``price_basis`` says what prices are.
    """
    yield f"taken for: {source.kind}"
    for note in source.notes:
        yield f"  {note}"
    yield from _columns(source, with_evidence)
    if "price" in source.columns:
        yield f"prices are {BASIS_WORDS[price_basis]} (--prices decides it)"

    if source.unmatched:
        unread = _enumerate(source.unmatched)
        yield f"not read: {unread}"
    for name, field in source.similar.items():
        yield f"warning: {field} has no column; --map {field}={name!r} reads this one"
    yield from _warnings(source.readings)


def _warnings(readings: Iterable[Reading]) -> Iterator[str]:
    for reading in readings:
        if not reading.warning:
            continue
        warning = f"warning: {reading.field}: {reading.warning}"
        # Many a warning names its remedy.
        if reading.option and "--" not in reading.warning:
            warning += f" ({reading.option} decides it)"
        yield warning


def _columns(source: SourceDescription, with_evidence: bool) -> Iterator[str]:
    """Yield a line for each field that has a column, its parts one below the other."""
    # The last reading of a field says what the column is, others what is special about it.
    by_field = {reading.field: reading for reading in source.readings}
    fields = _aligned(list(source.columns))
    columns = _aligned(_column_names(source))

    for name, field, column in zip(source.columns, fields, columns, strict=True):
        reading = by_field.get(name)
        meaning = reading.meaning if reading else ""
        yield f"  {field}  {column}  {meaning}".rstrip()
        if with_evidence and reading and reading.evidence:
            indent = " " * width_of(field)
            yield f"  {indent}  because {reading.evidence}"


def _column_names(source: SourceDescription) -> list[str]:
    """Name the columns of each field."""
    return [_enumerate(names, MAX_COLUMNS) for names in source.columns.values()]


def _enumerate(names: Sequence[str], limit: int = MAX_UNREAD) -> str:
    """Return the first names in quotation marks, and how many more there are."""
    shown = []
    for name in names[:limit]:
        is_long = len(name) > MAX_NAME_CHARACTERS
        cut = f"{name[:MAX_NAME_CHARACTERS]}..." if is_long else name
        shown.append(repr(cut))

    text = ", ".join(shown)
    n_more = len(names) - limit
    return f"{text} and {n_more} more" if n_more > 0 else text


def width_of(text: str) -> int:
    """Return the places that a text takes in a terminal: two for a kanji."""
    n_wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + n_wide


def _aligned(texts: Sequence[str]) -> list[str]:
    """Return the texts with blanks behind them, so that all take the same places."""
    widest = max(map(width_of, texts), default=0)
    aligned = []
    for text in texts:
        blanks = " " * (widest - width_of(text))
        aligned.append(text + blanks)
    return aligned


def _try_rows(sample: Sequence[RawRow], readings: Readings) -> Iterator[str]:
    """Parse the first rows; yield how many would be used, and why others and cells would not."""
    rejected: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    n_used = n_rows = 0
    for raw in sample:
        n_rows += 1
        row = parse_row(raw, readings)
        if isinstance(row, Row):
            n_used += 1
            dropped.update(cell.reason for cell in row.dropped)
        else:
            rejected.update(row)

    yield f"of the first {n_rows:,} rows {n_used:,} would be used"
    yield from _commonest("rejected", rejected)
    yield from _commonest("cells dropped", dropped)


def _commonest(what: str, reasons: Counter[str]) -> Iterator[str]:
    for reason, count in reasons.most_common(MAX_REASONS):
        yield f"{count:,} {what}: {reason}"
