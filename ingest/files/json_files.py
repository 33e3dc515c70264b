"""JSON: one object a line, or a document with a list of objects; nested fields become columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from common.errors import InputError
from ingest.files.json_paths import Group, choose_records
from ingest.files.json_stream import JsonStream, loads
from ingest.files.lines import TextFormat, open_text, read_lines
from ingest.files.nested import KeyCollector, flatten
from ingest.files.packed import File
from ingest.files.record_file import Record

NOT_JSON = "the line is not JSON"
NO_OBJECT = "the line is not a JSON object"


class JsonLines:
    """One JSON object a line."""

    format = "jsonl"

    def __init__(self, file: File, text_format: TextFormat) -> None:
        """Read all objects once for their keys; raises ``InputError`` when there are none."""
        self._file = file
        self._text_format = text_format
        self._counts: Counter[str] = Counter()

        keys = KeyCollector()
        for _, record, _, _ in self._objects():
            if record is not None:
                keys.add(flatten(record))

        if not keys.keys:
            raise InputError(f"{file.path} does not hold one JSON object a line")

        self.columns: Sequence[str] = list(keys.keys)
        self._notes = [*filter(None, [text_format.encoding.note]), *keys.notes()]

    @property
    def notes(self) -> Sequence[str]:
        """What was recognised."""
        n_damaged = self._counts["damaged lines"]
        if not n_damaged:
            return self._notes
        return [*self._notes, f"{n_damaged:,} lines hold bytes that are no text"]

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the objects from the start."""
        for number, record, text, reason in self._objects():
            if record is None:
                yield number, None, text, reason
            else:
                yield number, _cells(record, columns), text, ""

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1."""
        return self._file.fraction()

    def _objects(self) -> Iterator[tuple[int, Mapping[str, object] | None, str, str]]:
        self._counts.clear()
        with self._file.open() as stream:
            lines = read_lines(
                stream,
                self._text_format,
                self._counts,
            )
            for number, text, problem in lines:
                if not text.strip():
                    continue
                record, reason = (None, problem) if problem else parse_object(text)
                yield number, record, text, reason


class JsonDocument:
    """A list of objects, objects over several lines, or an object that holds a list of them.

    The number of a record is its place from 1, since a whole document may be one line.
    """

    format = "json"

    def __init__(self, file: File, text_format: TextFormat) -> None:
        """Read the document once; raises ``InputError`` when it is damaged or has no objects."""
        self._file = file
        self._text_format = text_format
        name = str(file.path)
        with self._open() as stream:
            group = choose_records(stream.elements(), name)

        self._path = group.path
        self._header = _header(group.first, name)
        self.columns: Sequence[str] = self._header or list(group.keys.keys)

        self.notes: Sequence[str] = _document_notes(group, text_format)

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the objects from the start."""
        number = 0
        with self._open() as stream:
            for path, value, text in stream.elements():
                is_header = bool(self._header) and value == self._header
                if path != self._path or is_header:
                    continue

                number += 1
                if self._header and isinstance(value, list):
                    value = dict(zip(self._header, value, strict=False))
                if isinstance(value, dict):
                    yield number, _cells(value, columns), text, ""
                else:
                    yield number, None, text, "the element is not a JSON object"

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1."""
        return self._file.fraction()

    @contextmanager
    def _open(self) -> Iterator[JsonStream]:
        with (
            self._file.open() as stream,
            open_text(stream, self._text_format) as text,
        ):
            yield JsonStream(text, str(self._file.path))


def _document_notes(group: Group, text_format: TextFormat) -> list[str]:
    """Return sentences on the encoding of a document, and on where its records are."""
    encoding = text_format.encoding.note
    notes = [*filter(None, [encoding]), *group.keys.notes()]
    holder = group.path.strip("[]*")
    if holder:
        notes.append(f"the records are the elements of {holder[:40]!r}")
    return notes


def is_json(head: Sequence[str], suffix: str) -> str:
    """Return ``jsonl`` or ``json`` where the first lines are such, else an empty text."""
    lines = [line for line in head if line.strip()]
    first = lines[0].strip() if lines else ""
    is_named = suffix in (".json", ".jsonl", ".ndjson")
    has_bracket = first.startswith(("{", "["))
    if not is_named and not has_bracket:
        return ""

    n_objects = sum(parse_object(line)[0] is not None for line in lines[:50])
    if n_objects and len(lines) > 1 and first[0] != "[":
        return "jsonl"
    if has_bracket and (is_named or _begins_document(lines)):
        return "json"
    return "jsonl" if is_named else ""


def _begins_document(lines: Sequence[str]) -> bool:
    """Whether a bracket begins a document, and not a title such as ``[new] shoes``."""
    first = lines[0].strip()
    following = first[1:].lstrip()
    if not following and len(lines) > 1:
        following = lines[1].strip()
    return following.startswith(('"', "{", "["))


def parse_object(text: str) -> tuple[dict[str, object] | None, str]:
    """Return the JSON object of a line and no reason, or ``None`` and the reason."""
    try:
        value = loads(text)
    except ValueError:
        try:
            value = loads(text.strip().removesuffix(","))
        except ValueError:
            return None, NOT_JSON

    return (value, "") if isinstance(value, dict) else (None, NO_OBJECT)


def _cells(record: Mapping[str, object], columns: Sequence[str]) -> list[object]:
    get = flatten(record).get
    return [get(name) for name in columns]


def _header(first: object, name: str) -> list[str]:
    """Return the columns of a list of lists, whose first one names them."""
    if not isinstance(first, list):
        return []
    if not all(isinstance(cell, str) for cell in first) or len(set(first)) < len(first):
        raise InputError(
            f"{name} is a list of lists without names: write one object a row"
        )
    return list(first)
