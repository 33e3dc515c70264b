"""Matches the columns of a table to our fields: by a given mapping, an export form, or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from itertools import chain

from common.errors import InputError
from ingest import aliases
from ingest.exports import ExportForm
from ingest.source import FIELDS

CONTENT = ("title", "description", "photos")
"""Fields of which a table needs one at least."""

SINGLE = ("shipping_payer", "price", "currency", "listed_at", "sold_at")
"""Fields whose cells mean what the name of their column says: a second column may mean another."""

MAX_NAMES = 30
"""Columns that an error message names."""

MAX_NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class MatchedColumns:
    """The columns of a table and our fields.

    Attributes:
        columns: For a field, its columns; the first one that is filled in a row counts, and of
            photos all of them.
        unmatched: Columns that are not read.
        similar: For an unmatched column, the field whose name its own contains.
    """

    columns: Mapping[str, tuple[str, ...]]
    unmatched: tuple[str, ...] = ()
    similar: Mapping[str, str] = default(default_factory=dict)


def parse_map(arguments: Iterable[str]) -> dict[str, str]:
    """Parse the values of ``--map``, each ``field=column``; ``field=`` leaves the field out.

    Raises ``InputError`` for others.
    """
    mapping: dict[str, str] = {}
    for argument in arguments:
        field, sign, column = argument.partition("=")
        if not sign or not field:
            raise InputError(f"--map takes field=column, and {argument!r} is not that")
        if field in mapping:
            raise InputError(f"--map names the field {field!r} twice")
        mapping[field] = column

    _check_fields(mapping)
    return mapping


def match_columns(
    columns: Sequence[str],
    mapping: Mapping[str, str] | None = None,
    name: str = "the table",
    form: ExportForm | None = None,
) -> MatchedColumns:
    """Return the columns of each field: those of ``mapping``, of the ``form``, else by name.

    Names decide only about fields that the ``form`` does not name.

    Raises ``InputError`` when ``mapping`` names an unknown field or column, or when no column
    holds a title, a description or photos.
    """
    given = dict(mapping or {})
    _check_mapping(given, columns, name)

    candidates = _by_name(columns)
    if form is not None:
        candidates |= {field: list(names) for field, names in form.columns.items()}
    matched = _choose(candidates, given)
    if not matched.keys() & set(CONTENT):
        raise InputError(
            f"{name} has no column for title, description or photos; it has {_enumerate(columns)}:"
            " name one with --map title=COLUMN"
        )
    return _describe(columns, matched, given, form)


def _choose(
    candidates: Mapping[str, Sequence[str]], given: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the columns of each field: those given, else the candidates that are still free."""
    matched: dict[str, tuple[str, ...]] = {}
    taken = {column for column in given.values() if column}

    for field in FIELDS:
        if field in given:
            columns = [given[field]] if given[field] else []
        else:
            columns = [name for name in candidates.get(field, ()) if name not in taken]
            if field in SINGLE:
                columns = columns[:1]
        if columns:
            matched[field] = tuple(columns)
    return matched


def _by_name(columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns of each field by their names: exact ones first, then aliases."""
    ranked: dict[str, list[tuple[int, int, str]]] = {}
    for column in columns:
        name = aliases.normalise(column)
        for field in FIELDS:
            rank = _rank(field, name)
            if rank is not None:
                # A column of many fields is that of the first one.
                ranked.setdefault(field, []).append((*rank, column))
                break
    return {
        field: [column for *_, column in sorted(found)]
        for field, found in ranked.items()
    }


def _rank(field: str, name: str) -> tuple[int, int] | None:
    """Return how well a normalised name fits a field, less is better, or ``None``."""
    names = (field, *aliases.ALIASES.get(field, ()))
    if name in names:
        return names.index(name), 0
    if field in aliases.AMOUNTS:
        plain = aliases.without_currency(name)
        return (names.index(plain), 1) if plain in names else None
    if field == "photos":
        # Wide tables have a column a photo: image_1, image_2, ...
        plain, number = aliases.without_number(name)
        return (len(names), number) if plain in names else None
    return None


def _describe(
    columns: Sequence[str],
    matched: Mapping[str, tuple[str, ...]],
    given: Mapping[str, str],
    form: ExportForm | None,
) -> MatchedColumns:
    """Add what is not matched, and what that looks like."""
    read = {column for names in matched.values() for column in names}
    if form is not None:
        read |= {form.group, *chain.from_iterable(form.extra.values())}

    unmatched = tuple(column for column in columns if column not in read)
    missing = [field for field in FIELDS if field not in matched and field not in given]
    similar = {}
    for column in unmatched:
        alike = _similar_field(column, missing)
        if alike:
            similar[column] = alike
    return MatchedColumns(matched, unmatched, similar)


def _similar_field(column: str, fields: Sequence[str]) -> str:
    """Return the first of the fields one of whose names is a word of the column's, or nothing."""
    words = set(aliases.normalise(column).split("_"))
    for field in fields:
        if words & {field, *aliases.ALIASES.get(field, ())}:
            return field
    return ""


def _check_mapping(
    mapping: Mapping[str, str], columns: Sequence[str], name: str
) -> None:
    _check_fields(mapping)
    for column in mapping.values():
        if column and column not in columns:
            raise InputError(
                f"{name} has no column {column!r}; it has {_enumerate(columns)}"
            )


def _check_fields(mapping: Mapping[str, str]) -> None:
    for field in mapping:
        if field not in FIELDS:
            raise InputError(
                f"there is no field {field!r} to map; fields are {', '.join(FIELDS)}"
            )


def _enumerate(columns: Sequence[str]) -> str:
    names = [repr(column[:MAX_NAME_CHARACTERS]) for column in columns[:MAX_NAMES]]
    text = ", ".join(names)
    n_more = len(columns) - MAX_NAMES
    return f"{text} and {n_more} more" if n_more > 0 else text
