"""The request about every row of a table: the models to ask, and the columns they may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import models
from common.errors import InputError
from common.listing import AMOUNT_FIELDS, CONFIRMABLE, Listing
from common.photos.photo_root import PhotoRoot
from ingest.readings import Readings
from ingest.rows import parse_cells
from ingest.source import RawRow

DEFAULT_FIELDS = ("listing_id", "title", "description", "photos")
"""Columns that models always see. The others are labels, unless the request makes them known."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """The request about every row.

    Attributes:
        known: columns that hold fields confirmed by the seller (see ``parse_known_fields``).
        names: models to ask; all by default.
        photos: where the paths of photos start; without it photos are ignored.
    """

    known: Sequence[str] = ()
    names: Sequence[str] = ()
    photos: PhotoRoot | None = None


TEXT_ONLY = BatchRequest()
"""All models, on titles and descriptions."""


def parse_known_fields(text: str) -> tuple[str, ...]:
    """Read ``category,brand,shipping``: fields, models, ``all`` or ``none``, joined by commas.

    A model's name stands for all fields that it predicts, and an amount brings its currency.
    Raises ``InputError`` for any other word.
    """
    fields: list[str] = []
    for part in text.split(","):
        if word := part.strip():
            fields += _fields_of(word)
    return tuple(dict.fromkeys(fields))


def visible_listing(
    row: RawRow, confirmed: Sequence[str], readings: Readings
) -> Listing:
    """Return what models see of a row: no labels, unless they are known; no illegal values."""
    names = (*DEFAULT_FIELDS, *confirmed)
    values = {name: row.values[name] for name in names if name in row.values}
    # Without its line: a row without an id is known by its number in the answers.
    return parse_cells(replace(row, line=0, values=values), readings).listing


def _fields_of(word: str) -> Sequence[str]:
    if word == "none":
        return ()
    if word == "all":
        return CONFIRMABLE
    if word in AMOUNT_FIELDS:
        return (word, "currency")
    if word in CONFIRMABLE:
        return (word,)
    if word in models.NAMES:
        return models.outputs(word)

    # Models that predict one field have its name: "brand" is the field and the model.
    groups = [name for name in models.NAMES if name not in CONFIRMABLE]
    choices = ", ".join(["all", "none", *groups, *CONFIRMABLE])
    raise InputError(f"{word!r} is no field that can be known; there are {choices}")
