"""Open a table whatever its format: CSV, TSV, JSONL, Parquet, plain or packed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from common.sources import Source


def open_source(path: Path, mapping: Mapping[str, str] | None = None) -> Source:
    """Recognise a table and match its columns to our fields; read it with ``.batches(size)``.

    ``mapping`` says which column a field is read from, before names are compared. Raises
    ``InputError`` for a file that is missing, empty, no table, or has no column to work with.
    """
    raise NotImplementedError
