"""Currencies in the number formats of a workbook: cells become what Excel shows of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingest.readings.currencies import currencies_of

_BRACKETS = re.compile(r"\[\$([^\]-]+)(-[^\]]*)?\]")
_ANY_BRACKETS = re.compile(r"\[[^\]]*\]")
_QUOTED = re.compile(r'"([^"]+)"')
_SIGN = re.compile(r"[$€£¥￥₩₹₽₺]")


def currency_signs(rows: Iterable[Sequence[Any]]) -> Mapping[int, str]:
    """Return the currency that most numbers of a column are formatted with, by column from 0.

    ``rows`` are cells of openpyxl, which have a ``value`` and a ``number_format``.
    """
    counts: dict[int, Counter[str]] = {}
    for cells in rows:
        for index, cell in enumerate(cells):
            if is_number(cell.value):
                sign = currency_sign(getattr(cell, "number_format", None) or "")
                counts.setdefault(index, Counter())[sign] += 1

    commonest = {index: signs.most_common(1)[0][0] for index, signs in counts.items()}
    return {index: sign for index, sign in commonest.items() if sign}


def currency_sign(number_format: str) -> str:
    """Return the sign or code in a format such as ``#,##0.00 [$€-407]``, or an empty text."""
    positive = number_format.split(";", 1)[0]
    found = [match[1] for match in _BRACKETS.finditer(positive)]
    rest = _ANY_BRACKETS.sub("", positive)
    found += _QUOTED.findall(rest) + _SIGN.findall(_QUOTED.sub("", rest))
    return next((sign.strip() for sign in found if currencies_of(sign.strip())), "")


def with_sign(cell: object, sign: str) -> object:
    """Return a number with the currency of its column, and any other cell as it is."""
    if not is_number(cell):
        return cell
    number = float(cell)  # type: ignore[arg-type]
    digits = 2 if round(number, 2) == number else 4
    return f"{number:.{digits}f} {sign}"


def is_number(cell: object) -> bool:
    """Whether a cell of a workbook holds a number."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)
