"""``KeptListing``: what a seller put up for sale, kept for training where the shop wants it.

Unlike an event it has what the seller wrote. Its photos are files below ``LISTREC_KEEP_LISTINGS``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from common.errors import InputError
from common.event_checks import (
    MAX_LABEL_CHARACTERS,
    check_optional_references,
    check_references,
    check_time,
)
from common.listing import CONFIRMABLE, NUMBER_FIELDS

MAX_CHARACTERS: Mapping[str, int] = {"title": 1_000, "description": 1_000_000}
"""Limits of texts; those of other fields have ``MAX_LABEL_CHARACTERS``."""

KEPT_FIELDS = (*MAX_CHARACTERS, *CONFIRMABLE)
"""Fields that may be kept."""

_FOLDER = re.compile(r"[0-9a-f]{32}")
_PHOTO = re.compile(rf"{_FOLDER.pattern}/[0-9a-f]{{64}}\.jpg")
# PostgreSQL stores no NUL, and UTF-8 has no surrogates.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class KeptListing:
    """A listing as a seller put it up for sale; unlike an event it has what the seller wrote.

    Attributes:
        request: id of the request whose receipt came with it; a listing is kept once by it.
        listing: the shop's id of the listing; empty where it has none.
        seller: the shop's key of the seller, by which it is erased; empty where unknown.
        time: when it was put up for sale, with a time zone.
        fields: those of ``KEPT_FIELDS`` that are filled in: numbers for ``NUMBER_FIELDS``, texts
            for the others.
        photos: paths below ``LISTREC_KEEP_LISTINGS``, in order: ``photo_path`` of each.
    """

    request: str
    listing: str
    seller: str
    time: datetime
    fields: Mapping[str, str | float]
    photos: tuple[str, ...]

    def __post_init__(self) -> None:
        check_references(self, "request")
        check_optional_references(self, "listing", "seller")
        check_time(self.time)
        for name, value in self.fields.items():
            _check_field(name, value)
        for path in self.photos:
            is_path = isinstance(path, str) and is_photo_path(path)
            _check("photos", is_path, "paths such as <32 digits>/<64 digits>.jpg")


def photo_path(key: str, data: bytes) -> str:
    """Return the path of a photo: ``photo_folder`` and the SHA-256 of its file."""
    return f"{photo_folder(key)}/{sha256(data).hexdigest()}.jpg"


def photo_folder(key: str) -> str:
    """Return the folder of a seller's photos, or of a request's where the seller is unknown.

    It is a hash, so that paths do not name sellers.
    """
    return sha256(key.encode()).hexdigest()[:32]


def is_photo_folder(path: str) -> bool:
    """Whether a path is one of ``photo_folder``."""
    return bool(_FOLDER.fullmatch(path))


def is_photo_path(path: str) -> bool:
    """Whether a path is one of ``photo_path``."""
    return bool(_PHOTO.fullmatch(path))


def _check_field(name: str, value: object) -> None:
    # Without the name itself: it may be what a seller wrote.
    _check("fields", name in KEPT_FIELDS, f"some of {', '.join(KEPT_FIELDS)}")
    if name in NUMBER_FIELDS:
        # true and false are numbers to Python.
        is_legal = (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and 0 <= value < float("inf")
        )
        _check(name, is_legal, "a number, 0 or more")
        return

    limit = MAX_CHARACTERS.get(name, MAX_LABEL_CHARACTERS)
    is_legal = (
        isinstance(value, str)
        and 1 <= len(value) <= limit
        and not _UNSTORABLE.search(value)
    )
    _check(name, is_legal, f"a text of 1 to {limit:,} characters, without NUL")


def _check(name: str, is_legal: bool, legal: str) -> None:
    """Raise ``InputError`` for an illegal attribute, which is not quoted."""
    if not is_legal:
        raise InputError(f"{name} of a kept listing should be {legal}")
