"""Opens a table whatever its format: text, JSON, Parquet, a workbook or a feed, plain or packed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from common.errors import InputError
from ingest.files.archives import find_files
from ingest.files.delimited import DelimitedFile, detect_text_format
from ingest.files.feed import Feed
from ingest.files.joined_files import JoinedFiles
from ingest.files.json_files import JsonDocument, JsonLines, is_json
from ingest.files.lines import TextFormat
from ingest.files.packed import File
from ingest.files.parquet import ParquetFile
from ingest.files.parts import PartedFile
from ingest.files.record_file import RecordFile
from ingest.files.sample import HEAD_BYTES, Sample, take_sample
from ingest.files.signatures import PARQUET, ZIP, is_markup, refuse_foreign, refuse_sql
from ingest.files.workbook import Workbook
from ingest.files.xml_stream import declared_encoding
from ingest.options import ReadOptions


def open_records(path: Path, options: ReadOptions | None = None) -> RecordFile:
    """Recognise the format of a table and return its records by column.

    Raises ``InputError`` for a file that is missing, empty, damaged or no table, with the remedy.
    """
    options = options or ReadOptions()
    files = find_files(path)
    if len(files) == 1:
        return _open_file(files[0], options)
    return PartedFile(files, [_open_file(file, options) for file in files])


def open_together(
    paths: Sequence[Path], options: ReadOptions | None = None
) -> RecordFile:
    """Return the records of several files that are one table, in their order.

    Raises ``InputError`` for one that cannot be read, and naming two that do not fit each other.
    """
    if len(paths) == 1:
        return open_records(paths[0], options)
    return JoinedFiles(paths, [open_records(path, options) for path in paths])


def _open_file(file: File, options: ReadOptions) -> RecordFile:
    start = file.read_start(HEAD_BYTES)
    refuse_foreign(file, start)
    if start.startswith(PARQUET):
        return ParquetFile(file)
    if start.startswith(ZIP):
        return Workbook(file)
    return _open_text(file, options)


def _open_text(file: File, options: ReadOptions) -> RecordFile:
    sample = take_sample(file)
    text_format, head = detect_text_format(sample, options.encoding)
    if not any(map(str.strip, head)):
        raise InputError(f"{file.path} is empty")

    # Whoever names a delimiter says that the table is delimited.
    kind = "" if options.delimiter else _kind_of(file, head)
    if kind == "xml":
        if not options.encoding:
            text_format = _declared_format(
                sample,
                head,
                text_format,
            )
        return Feed(file, text_format)
    if kind == "jsonl":
        return JsonLines(file, text_format)
    if kind == "json":
        return JsonDocument(file, text_format)
    return DelimitedFile(
        file,
        text_format,
        head,
        options.delimiter,
    )


def _declared_format(
    sample: Sample, head: Sequence[str], recognised: TextFormat
) -> TextFormat:
    """Return how XML becomes lines in the encoding that it declares, if it declares one."""
    declared = declared_encoding(head, recognised)
    if not declared:
        return recognised
    text_format, _ = detect_text_format(sample, declared)
    return text_format


def _kind_of(file: File, head: Sequence[str]) -> str:
    """Return ``xml``, ``jsonl``, ``json``, or nothing for text that may be delimited."""
    path = str(file.path)
    if is_markup(head, path):
        return "xml"
    refuse_sql(head, path)
    suffix = Path(file.name).suffix
    return is_json(head, suffix.lower())
