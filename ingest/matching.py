"""A table recognised by its columns: its kind, and how a record becomes a raw row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest import mercari
from ingest.columns import match_columns
from ingest.source import RawRow


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """The columns of a table matched to our fields, and the rules for its cells.

    Attributes:
        kind: the format, or ``mercari.KIND`` where Kaggle's rules apply.
        columns: for each field of ours, the column that holds it.
    """

    kind: str
    columns: Mapping[str, str]

    @property
    def is_mercari(self) -> bool:
        """Whether Kaggle's rules apply."""
        return self.kind == mercari.KIND

    @property
    def missing(self) -> Sequence[str]:
        """Columns of this kind of table that this one lacks."""
        return mercari.missing(self.columns) if self.is_mercari else ()

    def row(self, line: int, cells: dict[str, object], text: str = "") -> RawRow:
        """Return the raw row of cells by field; ``text`` is that of the record."""
        if self.kind != mercari.KIND:
            return RawRow(line, cells, source=text)

        values, problems = mercari.convert(cells)
        return RawRow(line, values, "", problems, text)


def match_table(
    names: Sequence[str], mapping: Mapping[str, str], kind: str, path: str
) -> MatchedTable:
    """Match the columns of a table; ``kind`` is its format, ``path`` its name in errors."""
    known = mercari.recognise(names)
    if known is None:
        return MatchedTable(kind, match_columns(names, mapping, path))
    return MatchedTable(mercari.KIND, match_columns(names, {**known, **mapping}, path))
