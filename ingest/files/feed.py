"""Feeds in XML: RSS, Atom and flat lists of products; tags without namespaces are the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

# Types alone: defusedxml parses.
from xml.etree.ElementTree import Element, ParseError  # nosec B405

from defusedxml import DefusedXmlException

from common.errors import InputError
from ingest.files.feed_records import find_record_path, iterate_records, read_fields
from ingest.files.lines import TextFormat
from ingest.files.nested import KeyCollector
from ingest.files.packed import File
from ingest.files.record_file import Record
from ingest.files.xml_stream import read_events


class Feed:
    """A feed; the number of a record is its place from 1."""

    format = "xml"

    def __init__(self, file: File, text_format: TextFormat) -> None:
        """Find the elements that are records, and all of their fields.

        Raises ``InputError`` for XML that is damaged, unsafe, or no list of records.
        """
        self._file = file
        self._text_format = text_format
        with self._open() as events:
            self._path = find_record_path(events)

        if not self._path:
            raise InputError(
                f"{file.path} is XML without a list of records: export the table as CSV"
            )

        keys = KeyCollector()
        for record in self._records():
            keys.add(record)

        self.columns: Sequence[str] = list(keys.keys)
        self.notes: Sequence[str] = [
            f"the records are the elements {'/'.join(self._path)!r}",
            *filter(None, [text_format.encoding.note]),
            *keys.notes(),
        ]

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the records from the start; a repeated tag is a list."""
        for number, record in enumerate(self._records(), start=1):
            yield number, [record.get(name) for name in columns], "", ""

    def fraction(self) -> float:
        """Return the fraction of the file that has been read, 0 to 1."""
        return self._file.fraction()

    def _records(self) -> Iterator[Mapping[str, object]]:
        with self._open() as events:
            for element in iterate_records(events, self._path):
                yield read_fields(element)

    @contextmanager
    def _open(self) -> Iterator[Iterator[tuple[str, Element]]]:
        path = self._file.path
        try:
            with (
                self._file.open() as stream,
                closing(read_events(stream, self._text_format)) as events,
            ):
                yield events
        except ParseError as error:
            raise InputError(
                f"{path} is damaged XML ({str(error)[:80]}); write or copy it again"
            ) from None
        except DefusedXmlException as error:
            raise InputError(
                f"{path} is XML with entities of its own, which are not read"
                f" ({type(error).__name__}): write it without them"
            ) from None
