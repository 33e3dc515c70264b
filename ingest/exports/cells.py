"""What several forms do with cells: texts, local photos, and options such as size and colour."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from common.validation.texts import to_text as parse_text
from ingest.exports.form import Cells
from ingest.exports.headers import normalise

ADDRESS_NOTE = (
    "photos are addresses, which are not fetched: download them and name the files in a column"
    " 'photos' to use them"
)

_ADDRESS = re.compile(r"\s*([a-z][a-z0-9+.-]*:)?//|\s*(www\.|data:)", re.IGNORECASE)

_OPTIONS = {
    "size": (
        *("size", "sizes", "größe", "grösse", "groesse", "grosse", "taille", "talla"),
        *(
            "taglia",
            "tamanho",
            "maat",
            "storlek",
            "rozmiar",
            "サイズ",
            "尺寸",
            "사이즈",
        ),
    ),
    "colour": (
        *("color", "colour", "colors", "colours", "farbe", "couleur", "colore", "cor"),
        *("kleur", "färg", "kolor", "カラー", "色", "顏色", "颜色", "색상"),
    ),
}
"""Words in the name of an option, such as "Shoe size", that say which field it is."""


def is_filled(cell: object) -> bool:
    """Return whether a cell holds anything."""
    if isinstance(cell, str):
        return bool(cell) and not cell.isspace()

    # pandas fills gaps with NaN.
    is_gap = isinstance(cell, float) and math.isnan(cell)
    return cell is not None and not is_gap


def to_text(cell: object) -> str:
    """Return a cell as text without surrounding blanks; empty where there is nothing in it."""
    if isinstance(cell, str):
        return cell.strip()

    # A cell that is no text at all is refused later, by the rules for all tables.
    try:
        return parse_text(cell)
    except ValueError:
        return str(cell)


def text_of(cells: Mapping[str, object], name: str) -> str:
    """Return a cell of a listing as text, empty where it is missing."""
    return to_text(cells.get(name))


def has(cells: Mapping[str, object], name: str) -> bool:
    """Return whether a listing has a cell with anything in it."""
    return is_filled(cells.get(name))


def is_address(cell: object) -> bool:
    """Return whether a cell is the address of a photo instead of the name of a file."""
    return isinstance(cell, str) and _ADDRESS.match(cell) is not None


def keep_local_photos(cells: Cells, separators: str = "") -> None:
    """Make ``photos`` a list of files in place, without the addresses; removes an empty list.

    ``separators`` are the characters between several photos of one cell.
    """
    local = [
        photo
        for photo in _split_all(_as_list(cells.pop("photos", None)), separators)
        if is_filled(photo) and not is_address(photo)
    ]
    if local:
        cells["photos"] = local


def option_field(name: object) -> str:
    """Return ``size`` or ``colour`` where an option is named so, else an empty text."""
    words = normalise(to_text(name)).split("_")
    for field, known in _OPTIONS.items():
        if any(word in known for word in words):
            return field
    return ""


def translate(cells: Cells, field: str, meanings: Mapping[str, str]) -> None:
    """Replace a code by its meaning in place; other cells stay as they are."""
    code = text_of(cells, field)
    if code in meanings:
        cells[field] = meanings[code]


def fall_back(cells: Cells, field: str, name: str) -> None:
    """Fill an empty field in place by another cell, where that has anything in it."""
    if not has(cells, field) and has(cells, name):
        cells[field] = cells[name]


def place_options(cells: Cells, options: Iterable[tuple[object, object]]) -> None:
    """Set ``size`` and ``colour`` in place from names and values of options, where not given."""
    for name, value in options:
        field = option_field(name)
        if field and is_filled(value) and not has(cells, field):
            cells[field] = value


def _as_list(cell: object) -> list[object]:
    if isinstance(cell, list | tuple):
        return list(cell)
    return [cell] if is_filled(cell) else []


def _split_all(photos: list[object], separators: str) -> Iterable[object]:
    for photo in photos:
        if isinstance(photo, list | tuple):
            yield from photo
        elif isinstance(photo, str) and separators:
            parts = re.split(f"[{re.escape(separators)}]", photo)
            yield from (part.strip() for part in parts)
        else:
            yield photo
