"""Opens a table whatever its format: text, JSON, Parquet, a workbook or a feed, plain or packed."""

from __future__ import annotations

from pathlib import Path

from ingest.files.archives import find_files
from ingest.files.delimited import DelimitedFile, detect_text_format
from ingest.files.json_files import JsonDocument, JsonLines, is_json
from ingest.files.packed import File
from ingest.files.parquet import ParquetFile
from ingest.files.record_file import RecordFile
from ingest.files.sample import HEAD_BYTES, take_sample
from ingest.files.signatures import PARQUET, refuse_foreign
from ingest.options import ReadOptions


def open_records(path: Path, options: ReadOptions | None = None) -> RecordFile:
    """Recognise the format of a table and return its records by column.

    Raises ``InputError`` for a file that is missing, empty, damaged or no table, with the remedy.
    """
    return _open_file(find_files(path)[0], options or ReadOptions())


def _open_file(file: File, options: ReadOptions) -> RecordFile:
    start = file.read_start(HEAD_BYTES)
    refuse_foreign(file, start)
    if start.startswith(PARQUET):
        return ParquetFile(file)
    return _open_text(file, options)


def _open_text(file: File, options: ReadOptions) -> RecordFile:
    sample = take_sample(file)
    text_format, head = detect_text_format(sample, options.encoding)
    kind = "" if options.delimiter else is_json(head, Path(file.name).suffix.lower())
    if kind == "jsonl":
        return JsonLines(file, text_format)
    if kind == "json":
        return JsonDocument(file, text_format)
    return DelimitedFile(file, text_format, head, options.delimiter)
