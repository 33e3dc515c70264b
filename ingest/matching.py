"""A table recognised by its columns: its kind, and how a record becomes a raw row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.columns import match_columns
from ingest.exports import kaggle_mercari, recognise
from ingest.source import RawRow


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """The columns of a table matched to our fields, and the rules for its cells.

    Attributes:
        kind: the format, or ``kaggle_mercari.KIND`` where Kaggle's rules apply.
        columns: for each field of ours, the column that holds it.
    """

    kind: str
    columns: Mapping[str, str]

    @property
    def is_mercari(self) -> bool:
        """Whether Kaggle's rules apply."""
        return self.kind == kaggle_mercari.KIND

    @property
    def missing(self) -> Sequence[str]:
        """Columns of this kind of table that this one lacks."""
        if not self.is_mercari:
            return ()
        return [
            column
            for field in kaggle_mercari.EXPECTED
            for column in kaggle_mercari.FORM.columns[field]
            if field not in self.columns
        ]

    def row(self, line: int, cells: dict[str, object], text: str = "") -> RawRow:
        """Return the raw row of cells by field; ``text`` is that of the record."""
        if not self.is_mercari:
            return RawRow(line, cells, source=text)

        values, problems = kaggle_mercari.convert(cells)
        problems.pop("", None)
        for field in ("condition", "shipping_payer"):
            if field in problems:
                values[field] = None
        form = kaggle_mercari.FORM
        values["language"] = form.language
        if "price" in values:
            values["currency"] = form.currency
        return RawRow(line, values, "", problems, text)


def match_table(
    names: Sequence[str], mapping: Mapping[str, str], kind: str, path: str
) -> MatchedTable:
    """Match the columns of a table; ``kind`` is its format, ``path`` its name in errors."""
    known = recognise(names, ())
    if known is None or known.name != kaggle_mercari.KIND:
        return MatchedTable(kind, match_columns(names, mapping, path))

    columns = {field: columns[0] for field, columns in known.columns.items()}
    return MatchedTable(
        kaggle_mercari.KIND, match_columns(names, {**columns, **mapping}, path)
    )
