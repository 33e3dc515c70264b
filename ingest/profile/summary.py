"""The first screen of a profile: what a table was taken for, what it means, and what was lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.earnings import BASIS_WORDS
from common.listing import ITEM
from common.snapshot import SPLITS, SnapshotManifest
from ingest import exports
from ingest.profile.counts import ProfileCounts
from ingest.profile.finding import Finding
from ingest.profile.findings import find_problems
from ingest.profile.wording import enumerate_quoted, part
from ingest.source import FIELDS

MAX_COLUMNS = 12
"""Columns that are not read, of which the summary names no more."""

MAX_NAME_WORDS = 3
"""Words before the colon of a note that are its name, as in ``encoding: cp932``."""


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """A field of the table.

    Attributes:
        name: Name of the field.
        columns: The columns that hold it.
        meaning: What the cells mean; empty where they are taken as they are.
        evidence: Why they mean that.
        used: Number of accepted rows whose cell was used.
        dropped: Number of those whose cell could not be used.
        empty: Number of those without a cell.
        reason: The commonest reason of the dropped ones, with an example.
        cut: Number of used texts of which only the beginning is kept.
    """

    name: str
    columns: Sequence[str]
    meaning: str
    evidence: str
    used: int
    dropped: int
    empty: int
    reason: str = ""
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reader wants to know first.

    Attributes:
        name: Name of the table.
        facts: What the file was taken for and how many rows it has, each with its name.
        findings: What looks wrong, the most serious first.
        fields: The fields of the table.
        lost: Sentences about dropped cells and rejected rows, with an example each.
    """

    name: str
    facts: Sequence[tuple[str, str]]
    findings: Sequence[Finding]
    fields: Sequence[FieldSummary]
    lost: Sequence[str]


def summarise(manifest: SnapshotManifest, profile: ProfileCounts) -> Summary:
    """Return the summary of a snapshot; the same rows give the same one."""
    fields = tuple(_fields(manifest))
    return Summary(
        name=manifest.source["name"],
        facts=tuple(_facts(manifest)),
        findings=tuple(find_problems(manifest, profile)),
        fields=fields,
        lost=tuple(_lost(manifest, profile, fields)),
    )


def _facts(manifest: SnapshotManifest) -> Iterator[tuple[str, str]]:
    source = manifest.source
    yield "taken for", _kind(source["kind"])
    for note in source.get("notes", ()):
        yield _note(note)

    yield "rows", _rows(manifest.rows)
    if manifest.split:
        splits = [f"{manifest.rows[name]:,} {name}" for name in SPLITS]
        yield "split", ", ".join(splits)

    if manifest.coverage.get("price"):
        words = BASIS_WORDS[manifest.price_basis or ITEM]
        # Only a table has prices of either kind.
        hint = " (--prices decides it)" if source.get("columns") else ""
        yield "prices", f"{words}{hint}"

    # Of a table without photos it would be no news that none are stored.
    n_photos = manifest.photos.get("referenced", 0)
    if n_photos:
        yield "photos", _photos(manifest.photos)

    unmatched = source.get("unmatched")
    if unmatched:
        yield "not read", enumerate_quoted(unmatched, MAX_COLUMNS)


def _photos(photos: Mapping[str, int]) -> str:
    n_tried = photos.get("tried")
    if n_tried is None:
        return f"{part(photos['stored'], photos['referenced'])} stored"
    readable = part(photos["stored"], n_tried)
    return f"{photos['referenced']:,} named; of the first ones {readable} can be read"


def _kind(name: str) -> str:
    """Return a kind of table as people call it."""
    titles = {form.name: form.title for form in exports.FORMS}
    if name not in titles:
        return name
    option = f'"{name}"' if " " in name else name
    return f"{titles[name]} (--form {option})"


def _note(note: str) -> tuple[str, str]:
    """Return a note in two parts, the name before its colon and the rest."""
    name, colon, value = note.partition(": ")
    n_words = len(name.split())
    if not colon or n_words > MAX_NAME_WORDS:
        return "note", note
    return name, value


def _rows(rows: Mapping[str, int]) -> str:
    parts = [f"{rows['accepted']:,} accepted", f"{rows['rejected']:,} rejected"]
    merged = rows.get("merged")
    if merged:
        parts.append(f"{merged:,} merged into others")
    outcomes = ", ".join(parts)
    return f"{rows['read']:,} read: {outcomes}"


def _fields(manifest: SnapshotManifest) -> Iterator[FieldSummary]:
    """Yield the fields that have a column or a cell, in the order of ``FIELDS``."""
    columns = manifest.source.get("columns", {})
    readings: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for reading in manifest.source.get("readings", ()):
        readings[reading["field"]].append(reading)

    n_accepted = manifest.rows["accepted"]
    for name in FIELDS:
        counts = manifest.cells.get(name, {})
        if counts or name in columns:
            of_field = columns.get(name, ())
            yield _field(
                name,
                of_field,
                readings[name],
                counts,
                n_accepted,
            )


def _field(
    name: str,
    columns: Sequence[str],
    readings: Sequence[Mapping[str, Any]],
    counts: Mapping[str, Any],
    n_accepted: int,
) -> FieldSummary:
    used = counts.get("used", 0)
    dropped = counts.get("dropped", 0)
    return FieldSummary(
        name=name,
        columns=columns,
        meaning=_join(readings, "meaning"),
        evidence=_join(readings, "evidence"),
        used=used,
        dropped=dropped,
        empty=max(0, n_accepted - used - dropped),
        reason=counts.get("reason", ""),
        cut=counts.get("cut", 0),
    )


def _join(readings: Sequence[Mapping[str, Any]], key: str) -> str:
    texts = [reading[key] for reading in readings]
    return "; ".join(filter(None, texts))


def _lost(
    manifest: SnapshotManifest, profile: ProfileCounts, fields: Sequence[FieldSummary]
) -> Iterator[str]:
    """Yield a sentence for the rejected rows, and one for each field with dropped cells."""
    rows = manifest.rows
    if rows["rejected"]:
        lost = part(rows["rejected"], rows["read"])
        yield f"rows: {lost} rejected, most often: {profile.commonest_rejection()}"
    for field in fields:
        if field.dropped:
            lost = part(field.dropped, field.used + field.dropped)
            yield f"{field.name}: {lost} cells dropped, most often: {field.reason}"
        if field.cut:
            kept = part(field.cut, field.used)
            yield f"{field.name}: {kept} texts are too long, and their beginning is kept"
