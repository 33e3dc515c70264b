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
        words = normalise(column).split("_")
        sides = [_SIDE_OF[word] for word in words if word in _SIDE_OF]
        others = tuple(word for word in words if word not in _SIDE_OF)
        if len(sides) == 1 and all(map(_changes_nothing, others)):
            found.setdefault(others, {}).setdefault(sides[0], column)

    for of_name in found.values():
        if len(of_name) == len(_SIDES):
            return tuple(of_name[side] for side in _SIDES)
    return ()


def _changes_nothing(word: str) -> bool:
    return word in _NEUTRAL or word in CENTIMETRES
