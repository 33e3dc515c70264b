"""Tables with a column for each side of a parcel: ``length_cm``, ``height_cm``, ``width_cm``."""

from __future__ import annotations

from collections.abc import Sequence

from common.validation.measures import CENTIMETRES
from ingest.aliases import normalise

_SIDES = {
    "length": "length long lange longueur lunghezza largo comprimento lengte dlugosc langd 縦 長さ",
    "width": "width breadth breite largeur larghezza ancho largura breedte szerokosc bredd 横 幅",
    "height": "height depth hohe hauteur altezza alto altura hoogte wysokosc hojd 高さ 奥行",
}
"""Names of the sides, as ``normalise`` returns them."""

_SIDE_OF = {word: side for side, words in _SIDES.items() for word in words.split()}
_NEUTRAL_WORDS = "product item package parcel packaged shipping box in"
_NEUTRAL = frozenset(_NEUTRAL_WORDS.split())


def find_sides(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of length, width and height that are named alike; none without all."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for column in columns:
        side, others = _name_side(column)
        if side:
            alike = found.setdefault(others, {})
            alike.setdefault(side, column)

    for alike in found.values():
        if len(alike) == len(_SIDES):
            return tuple(alike[side] for side in _SIDES)
    return ()


def _name_side(column: str) -> tuple[str, tuple[str, ...]]:
    """Return the side that a column's name says, or nothing, and the other words of the name."""
    words = normalise(column).split("_")
    sides = [_SIDE_OF[word] for word in words if word in _SIDE_OF]
    others = [word for word in words if word not in _SIDE_OF]

    strange = [word for word in others if word not in _NEUTRAL | CENTIMETRES.keys()]
    if len(sides) != 1 or strange:
        return "", ()
    return sides[0], tuple(others)
