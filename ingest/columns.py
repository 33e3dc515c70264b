"""Matches the columns of a table to our fields: by a given mapping, by name, or by an alias."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from common.errors import InputError
from ingest.source import FIELDS

ALIASES = {
    "id": "listing_id",
    "item_id": "listing_id",
    "product_id": "listing_id",
    "name": "title",
    "item_name": "title",
    "product_name": "title",
    "item_description": "description",
    "text": "description",
    "photo": "photos",
    "image": "photos",
    "images": "photos",
    "image_path": "photos",
    "category_name": "category",
    "category_path": "category",
    "brand_name": "brand",
    "item_condition": "condition",
    "color": "colour",
    "price_currency": "currency",
    "shipping": "shipping_payer",
    "payer": "shipping_payer",
    "seller": "seller_id",
    "user_id": "seller_id",
    "created_at": "listed_at",
    "lang": "language",
}
"""Other names of our fields in tables, in lower case with ``_`` for blanks."""


MAX_NAMES = 30
"""Columns that an error message names."""

MAX_NAME_CHARACTERS = 60


def parse_map(arguments: Iterable[str]) -> dict[str, str]:
    """Parse the values of ``--map``, each ``field=column``; raises ``InputError`` for others."""
    mapping: dict[str, str] = {}
    for argument in arguments:
        field, sign, column = argument.partition("=")
        if not sign or not field or not column:
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
) -> dict[str, str]:
    """Return the column of each field: that of ``mapping``, else by name, else by an alias.

    Raises ``InputError`` when ``mapping`` names an unknown field or column, or when no column
    holds a title, a description or photos.
    """
    matched = dict(mapping or {})
    _check_fields(matched)
    for column in matched.values():
        if column not in columns:
            raise InputError(
                f"{name} has no column {column!r}; it has {_enumerate(columns)}"
            )

    _add_by_name(matched, columns)
    if not matched.keys() & {"title", "description", "photos"}:
        raise InputError(
            f"{name} has no column for title, description or photos; it has {_enumerate(columns)}:"
            " name one with --map title=COLUMN"
        )
    return {field: matched[field] for field in FIELDS if field in matched}


def _add_by_name(matched: dict[str, str], columns: Sequence[str]) -> None:
    """Add fields that a column is named after, or named after an alias of."""
    # All exact names come first: a table may have both "brand" and "brand_name".
    taken = set(matched.values())
    own_names = {field: field for field in FIELDS}
    for lookup in (own_names, ALIASES):
        for column in columns:
            field = lookup.get(_normalise(column))
            if field and field not in matched and column not in taken:
                matched[field] = column
                taken.add(column)


def _check_fields(mapping: Mapping[str, str]) -> None:
    for field in mapping:
        if field not in FIELDS:
            raise InputError(
                f"there is no field {field!r} to map; fields are {', '.join(FIELDS)}"
            )


def _normalise(column: str) -> str:
    words = column.casefold().replace("-", " ").replace("_", " ")
    return "_".join(words.split())


def _enumerate(columns: Sequence[str]) -> str:
    names = [repr(column[:MAX_NAME_CHARACTERS]) for column in columns[:MAX_NAMES]]
    text = ", ".join(names)
    n_more = len(columns) - MAX_NAMES
    return f"{text} and {n_more} more" if n_more > 0 else text
