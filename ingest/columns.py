"""Matches the columns of a table to our fields: by a given mapping, an export form, or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from itertools import chain

from common.errors import InputError
from ingest import aliases
from ingest.category_levels import find_levels
from ingest.column_names import EXACT, NESTED, Meaning, meanings_of
from ingest.exports import ExportForm
from ingest.parcel_sides import find_sides
from ingest.source import FIELDS

CONTENT = ("title", "description", "photos")
"""Fields of which a table needs one at least."""

SINGLE = (
    *("shipping_payer", "shipping_fee", "price", "currency", "listed_at", "sold_at"),
    *("weight", "dimensions"),
)
"""Fields whose cells mean what the name of their column says: a second column may mean another."""

MAX_NAMES = 30
"""Columns that an error message names."""

MAX_NAME_CHARACTERS = 60

_NUMBER = re.compile(r"\d+([.,]\d+)*")


@dataclass(frozen=True, slots=True)
class MatchedColumns:
    """The columns of a table and our fields.

    Attributes:
        columns: For a field, its columns; the first one that is filled in a row counts, and of
            photos all of them.
        unmatched: Columns that are not read.
        similar: For an unmatched column, the field whose name its own contains.
        listed: Fields whose columns are parts of one value: photos, levels of a category, and sides
            of a parcel.
    """

    columns: Mapping[str, tuple[str, ...]]
    unmatched: tuple[str, ...] = ()
    similar: Mapping[str, str] = default(default_factory=dict)
    listed: frozenset[str] = frozenset(["photos"])


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

    levels = find_levels(columns)
    candidates = _find_candidates(columns, levels, form)
    chosen = _choose(candidates, given)
    require_content(chosen, columns, name)
    if form is None:
        _add_sides(chosen, find_sides(columns), given)
        _share_shipping(chosen, given)

    matched = _describe(columns, chosen, given, form)
    parts = {"dimensions"} if len(chosen.get("dimensions", ())) > 1 else set()
    if levels and chosen.get("category") == levels:
        parts.add("category")
    return replace(matched, listed=matched.listed | parts)


def _add_sides(
    chosen: dict[str, tuple[str, ...]], sides: tuple[str, ...], given: Mapping[str, str]
) -> None:
    """Take three columns of sides for the dimensions, unless they have a column or are taken."""
    taken = set(chain.from_iterable(chosen.values()))
    is_free = "dimensions" not in chosen and "dimensions" not in given
    if sides and is_free and taken.isdisjoint(sides):
        chosen["dimensions"] = sides


def _share_shipping(
    chosen: dict[str, tuple[str, ...]], given: Mapping[str, str]
) -> None:
    """Let one column tell the fee and who pays: an amount above 0 is what the buyer pays.

    What its cells are decides later: a column of flags holds no fees.
    """
    for field, other in (
        ("shipping_fee", "shipping_payer"),
        ("shipping_payer", "shipping_fee"),
    ):
        if field not in chosen and field not in given and other in chosen:
            chosen[field] = chosen[other][:1]


def _find_candidates(
    columns: Sequence[str], levels: Sequence[str], form: ExportForm | None
) -> dict[str, list[str]]:
    """Return the columns that may hold each field, by their names or the form."""
    candidates = _by_name(columns)
    if levels and set(candidates.get("category", ())) <= set(levels):
        candidates["category"] = list(levels)

    if form is not None:
        for field, names in form.columns.items():
            candidates[field] = list(names)
    return candidates


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


def require_content(
    matched: Mapping[str, object], columns: Sequence[str], name: str
) -> None:
    """Raise ``InputError`` when no column of the table ``name`` holds a title, text or photos."""
    if matched.keys() & set(CONTENT):
        return

    has_numbers = any(_NUMBER.fullmatch(column) for column in columns)
    remedy = (
        "its first line looks like a listing: write a line of names such as title,price above"
        if has_numbers
        else "name one with --map title=COLUMN"
    )
    raise InputError(
        f"{name} has no column for title, description or photos; it has"
        f" {_enumerate(columns)}: {remedy}"
    )


def _by_name(columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns of each field by their names, the best first."""
    ranked: dict[str, list[tuple[Meaning, str]]] = {}
    for column, meaning in _choose_meanings(columns).items():
        of_field = ranked.setdefault(meaning.field, [])
        of_field.append((meaning, column))

    return {field: _select(field, sorted(of)) for field, of in ranked.items()}


def _choose_meanings(columns: Sequence[str]) -> dict[str, Meaning]:
    """Return one meaning of each column that has any: the likeliest that is still free.

    A word may have two meanings: "Rubrik" is a title in Swedish, and a category in German.
    """
    found = {column: meanings_of(column) for column in columns}
    chosen = {column: meanings[0] for column, meanings in found.items() if meanings}
    for column, meanings in found.items():
        if len(meanings) < 2:
            continue

        first, *others = meanings
        taken = {each.field for name, each in chosen.items() if name != column}
        if first.field in taken:
            free = [each for each in others if each.field not in taken]
            chosen[column] = free[0] if free else first

    return chosen


def _select(field: str, ranked: Sequence[tuple[Meaning, str]]) -> list[str]:
    """Leave out what is worse than the best: ids beside names, and names with more words."""
    best = {meaning.fit: meaning.number for meaning, _ in reversed(ranked)}
    worst_fit = max(NESTED, min(best))
    selected = []
    for meaning, column in ranked:
        is_best = meaning.number == best[meaning.fit]
        if field == "photos":
            # All photos of wide tables, but of an object with an address and an id the address.
            is_kept = meaning.fit != NESTED or is_best
        else:
            is_kept = meaning.fit == EXACT or meaning.fit <= worst_fit and is_best
        if is_kept:
            selected.append(column)

    return selected


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
    known = aliases.fields_by_name()
    words = [word for word in aliases.normalise(column).split("_") if len(word) > 2]
    alike = {field for word in words for field, _ in known.get(word, ())}
    for field in fields:
        if field in alike:
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
