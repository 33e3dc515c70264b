"""Which column of a foreign table holds which field of ours."""

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
"""Other names under which tables keep our fields, in lower case with ``_`` for blanks."""


def parse_map(words: Iterable[str]) -> dict[str, str]:
    """Read ``--map field=column`` words; raises ``InputError`` for what is not one."""
    mapping: dict[str, str] = {}
    for word in words:
        field, sign, column = word.partition("=")
        if not sign or not field or not column:
            raise InputError(f"--map takes field=column, and {word!r} is not that")
        if field in mapping:
            raise InputError(f"--map names the field {field!r} twice")
        mapping[field] = column
    _check_fields(mapping)
    return mapping


def match_columns(
    columns: Sequence[str], mapping: Mapping[str, str] | None = None, name: str = "the table"
) -> dict[str, str]:
    """Map our fields to the table's columns: as told, else by name, else by a known alias.

    Raises ``InputError`` when ``mapping`` names what is not there, or when there is neither a
    title nor a description nor photos to work with.
    """
    found = dict(mapping or {})
    _check_fields(found)
    for column in found.values():
        if column not in columns:
            raise InputError(f"{name} has no column {column!r}; it has {_list(columns)}")
    taken = set(found.values())
    for lookup in (dict(zip(FIELDS, FIELDS, strict=True)), ALIASES):
        for column in columns:
            field = lookup.get(_plain(column))
            if field and field not in found and column not in taken:
                found[field] = column
                taken.add(column)
    if not found.keys() & {"title", "description", "photos"}:
        raise InputError(
            f"{name} has no column for title, description or photos; it has {_list(columns)}:"
            " name one with --map title=COLUMN"
        )
    return {field: found[field] for field in FIELDS if field in found}


def _check_fields(mapping: Mapping[str, str]) -> None:
    for field in mapping:
        if field not in FIELDS:
            raise InputError(f"there is no field {field!r} to map; fields are {', '.join(FIELDS)}")


def _plain(column: str) -> str:
    return "_".join(column.casefold().replace("-", " ").replace("_", " ").split())


def _list(columns: Sequence[str]) -> str:
    shown = [repr(column[:60]) for column in columns[:30]]
    return ", ".join(shown) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
