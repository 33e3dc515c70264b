"""Weights and dimensions of parcels, as shops and sellers write them in single values.

A weight is stored in grams, ``dimensions`` as three sides in centimetres, joined by ``x``. A number
without a unit is in the unit of its caller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from common.listing import DIMENSIONS_SEPARATOR
from common.validation.texts import label_text, parse_label, quote

MAX_WEIGHT = 1e6
"""Grams below which every parcel weighs."""

MAX_SIDE = 1_000.0
"""Centimetres below which every side of a parcel is."""

N_SIDES = 3

ReadNumber = Callable[[str], float]
"""Reads digits with their marks, such as ``1.299,5``; raises ``ValueError`` for what is none."""


def _units(words: Mapping[str, float]) -> dict[str, float]:
    return {word: factor for line, factor in words.items() for word in line.split()}


GRAMS = _units(
    {
        "g gr gm gms gram grams gramm gramme grammes grammi gramos グラム": 1.0,
        "kg kgs kilo kilos kilogram kilograms kilogramm kilogrammes キログラム": 1e3,
        "lb lbs pound pounds": 453.59237,
        "oz ounce ounces": 28.349523125,
    }
)
"""Grams in each unit of weight."""

CENTIMETRES = _units(
    {
        "cm cms centimeter centimeters centimetre centimetres センチ": 1.0,
        "mm millimeter millimeters millimetre millimetres": 0.1,
        "m": 100.0,
        "in inch inches \" '' ″ ” zoll": 2.54,
    }
)
"""Centimetres in each unit of length."""

_DIGITS = r"\d[\d.,']*|[.,]\d+"
_PART = re.compile(rf"\s*({_DIGITS})\s*([^\W\d_]*)\.?\s*(?:,|and|&)?")
_AXIS = r"(?:[lwhdbt]\s*[:=.]?\s*)?"
_SIDE = rf"{_AXIS}({_DIGITS})\s*([^\W\d_x×]+|[\"'″”]*)\.?"
_NAMED_AXIS = re.compile(r"\(\s*[lwhdbt]\s*\)", re.IGNORECASE)
_SIDES = re.compile(r"\s*(?:[x×*✕/,;]|by)\s*".join([_SIDE] * N_SIDES), re.IGNORECASE)


def to_number(digits: str) -> float:
    """Return a number with a decimal point or comma; three digits after a comma are thousands."""
    text = digits.replace("'", "")
    whole, comma, decimals = text.partition(",")
    is_decimal = len(decimals) != 3 or whole in ("", "0")
    if comma and is_decimal and "." not in text:
        return float(f"{whole or 0}.{decimals}")
    return float(text.replace(",", ""))


def parse_weight(
    value: object, unit: str = "g", read: ReadNumber = to_number
) -> float | None:
    """Return a weight in grams, above 0 and below ``MAX_WEIGHT``; ``2 lb 3 oz`` is 992.2.

    ``unit`` is that of a number without one.
    """
    if isinstance(value, float) and math.isnan(value):
        return None
    text = parse_label(value)
    if text is None:
        return None

    grams = round(_sum_of_parts(text, unit, read), 1)
    if not 0 < grams < MAX_WEIGHT:
        raise ValueError(
            f"{quote(text)} is not a weight above 0 and below {MAX_WEIGHT / 1e3:,.0f} kg"
        )
    return grams


def _sum_of_parts(text: str, unit: str, read: ReadNumber) -> float:
    """Return the grams of one or several numbers with their units."""
    grams, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        name = (part[2] or unit) if part else ""
        factor = GRAMS.get(name.casefold())
        if part is None or factor is None:
            raise ValueError(f"{quote(text)} is not a weight such as 350 g or 1.2 kg")

        number = _read(part[1], read, text)
        grams += number * factor
        position = part.end()
    return grams


def parse_dimensions(
    value: object, unit: str = "cm", read: ReadNumber = to_number
) -> str | None:
    """Return three sides in centimetres: ``12 x 8 x 4 in`` is ``30.5x20.3x10.2``.

    A list of three numbers is read as well. ``unit`` is that of sides without one.
    """
    text = parse_label(_joined(value))
    if text is None:
        return None

    unnamed = _NAMED_AXIS.sub("", text).strip()
    found = _SIDES.fullmatch(unnamed)
    if not found:
        raise ValueError(f"{quote(text)} is not three sides such as 30x20x10 cm")

    measured = _in_centimetres(found.groups(), unit, read, text)
    if not all(0 < side < MAX_SIDE for side in measured):
        raise ValueError(
            f"{quote(text)} has a side that is not above 0 and below {MAX_SIDE:,.0f} cm"
        )
    return DIMENSIONS_SEPARATOR.join(f"{side:.10g}" for side in measured)


def _joined(value: object) -> object:
    if not isinstance(value, list | tuple):
        return value
    texts = [label_text(side) for side in value]
    return DIMENSIONS_SEPARATOR.join(texts)


def _in_centimetres(
    groups: Sequence[str], unit: str, read: ReadNumber, text: str
) -> list[float]:
    """Return the sides; one without a unit has that of the last one which has any."""
    numbers, units = groups[::2], groups[1::2]
    stated = [word for word in units if word]
    default = stated[-1] if stated else unit
    measured = []
    for digits, word in zip(numbers, units, strict=True):
        name = word or default
        factor = CENTIMETRES.get(name.casefold())
        if factor is None:
            raise ValueError(
                f"{quote(text)} has the unit {quote(name)}, which is none of cm, mm, m and in"
            )

        side = _read(digits, read, text) * factor
        measured.append(round(side, 1))
    return measured


def sides(dimensions: str) -> tuple[float, ...]:
    """Return the three sides of stored dimensions in centimetres; none of any other text."""
    try:
        found = tuple(float(side) for side in dimensions.split(DIMENSIONS_SEPARATOR))
    except ValueError:
        return ()
    return found if len(found) == N_SIDES else ()


def volume(dimensions: str) -> float:
    """Return the cubic centimetres of stored dimensions; NaN for any other text."""
    found = sides(dimensions)
    return math.prod(found) if found else math.nan


def _read(digits: str, read: ReadNumber, text: str) -> float:
    try:
        return read(digits.rstrip(".,"))
    except ValueError:
        raise ValueError(f"{quote(digits)} in {quote(text)} is not a number") from None
