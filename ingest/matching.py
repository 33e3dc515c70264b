"""A table recognised by its columns: what kind it is, and how its cells become rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest import mercari
from ingest.columns import match_columns
from ingest.source import RawRow


def match_table(
    names: Sequence[str], mapping: Mapping[str, str], kind: str, path: str
) -> MatchedTable:
    """Match a table's columns; ``kind`` is its format, and ``path`` what errors call it."""
    known = mercari.recognise(names)
    if known is None:
        return MatchedTable(kind, match_columns(names, mapping, path))
    return MatchedTable(mercari.KIND, match_columns(names, {**known, **mapping}, path))


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """A table's columns matched to our fields, and the rules by which its cells are read."""

    kind: str
    columns: Mapping[str, str]

    @property
    def mercari(self) -> bool:
        """Whether Kaggle's rules apply."""
        return self.kind == mercari.KIND

    def facts(self) -> tuple[str, Mapping[str, str], Sequence[str]]:
        """The kind, the columns, and the columns that are missing for that kind."""
        return self.kind, self.columns, mercari.missing(self.columns) if self.mercari else ()

    def row(self, line: int, values: dict[str, object], text: str = "") -> RawRow:
        """Make a row of cells keyed by our fields; ``text`` is the record as read."""
        if not self.mercari:
            return RawRow(line, values, source=text)
        converted, problems = mercari.convert(values)
        return RawRow(line, converted, "", problems, text)
