"""Columns whose names fit a field and whose cells do not: codes for titles, other labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest import aliases
from ingest.columns import MatchedColumns, require_content
from ingest.exports.cells import is_filled

CODE_NAMES = frozenset(
    [
        "item",
        "product",
        "article",
        "artikel",
        "produkt",
        "producto",
        "produit",
        "articulo",
    ]
)
"""Names of a title that may be those of a code as well."""

LABELS = ("category", "brand", "condition")
"""Fields whose further columns count only where they are other names of the same thing."""


def leave_out_codes(
    matched: MatchedColumns, records: Sequence[Mapping[str, object]], name: str
) -> MatchedColumns:
    """Leave out a title called ``product`` or ``item`` that holds codes and no words.

    Raises ``InputError`` when no column of content is left; ``name`` is that of the table.
    """
    titles = matched.columns.get("title", ())
    codes = [column for column in titles if _holds_codes(column, records)]
    if not codes:
        return matched

    columns = dict(matched.columns)
    columns["title"] = tuple(column for column in titles if column not in codes)
    filled = {field: names for field, names in columns.items() if names}
    unmatched = (*matched.unmatched, *sorted(codes))
    require_content(filled, unmatched, name)
    return replace(matched, columns=filled, unmatched=unmatched)


def _holds_codes(column: str, records: Sequence[Mapping[str, object]]) -> bool:
    is_doubtful = aliases.normalise(column) in CODE_NAMES
    return is_doubtful and not _has_words(column, records)


def _has_words(column: str, records: Sequence[Mapping[str, object]]) -> bool:
    """Whether half of the cells are more than a code: several words, or Chinese or Japanese."""
    cells = [str(record[column]) for record in records if is_filled(record[column])]
    n_words = sum(" " in cell.strip() or not cell.isascii() for cell in cells)
    return 2 * n_words >= len(cells)


def leave_out_rivals(
    matched: MatchedColumns, records: Sequence[Mapping[str, object]]
) -> MatchedColumns:
    """Leave out second columns of a label that hold something else than its first column.

    Two names of one field are filled in different rows. A ``product_type`` of ``simple`` that is
    filled beside ``categories`` in the same rows is no category, also where that one is empty.
    """
    columns = dict(matched.columns)
    rivals: list[str] = []
    for field in columns.keys() & set(LABELS) - matched.listed:
        first, *others = columns[field]
        kept = [name for name in others if not _differs(name, first, records)]
        rivals += [name for name in others if name not in kept]
        columns[field] = (first, *kept)

    return replace(matched, columns=columns, unmatched=(*matched.unmatched, *rivals))


def _differs(name: str, first: str, records: Sequence[Mapping[str, object]]) -> bool:
    """Whether two columns are filled in the same rows, and with different values."""
    filled = [record for record in records if is_filled(record[name])]
    n_other = sum(
        is_filled(record[first]) and record[first] != record[name] for record in filled
    )
    return 2 * n_other > len(filled)
