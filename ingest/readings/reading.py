"""The types of this room: what a column was read as, and the parsers that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from common.listing import ITEM

CellParser = Callable[[object], Any]
"""Reads a cell: its value, or ``None`` where it is empty. Raises ``ValueError`` with the end of a
sentence that begins with the name of the field: ``'Free' is not an amount``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a column means, in sentences for the profile.

    Attributes:
        field: the field that the column holds.
        meaning: what its cells are: ``amounts in EUR with a decimal comma``.
        evidence: why: ``34 of 50 cells, such as '1.299,00', have a decimal comma``.
        option: the option that overrides it, else empty.
        warning: what looks wrong with the column, else empty.
    """

    field: str
    meaning: str
    evidence: str
    option: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A price as its cell states it.

    Attributes:
        value: the amount in units of the currency, above 0.
        currency: three letters, or ``None`` where the cell has neither a sign nor a code.
        alternatives: other currencies that the sign may mean: ``$`` may be ``CAD``.
    """

    value: float
    currency: str | None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldReadings:
    """What one decision adds to the ``Readings`` of a table.

    Attributes:
        parsers: the parser of each field that it is about.
        readings: what was decided.
        left_out: fields whose column says nothing that can be used.
    """

    parsers: Mapping[str, CellParser]
    readings: tuple[Reading, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readings:
    """How the cells of a table are read.

    Attributes:
        parsers: the parser of each of ``ingest.source.FIELDS``; that of the price returns an
            ``Amount``, which ``settle_currency`` compares with the row's own currency.
        readings: what was decided from columns.
        currency: three letters, of prices without a currency of their own.
        left_out: fields whose column says nothing that can be used; their parsers refuse every
            cell, so a caller may count the column as left out instead.
        price_basis: what the prices are, one of ``PRICE_BASES``.
    """

    parsers: Mapping[str, CellParser]
    readings: tuple[Reading, ...]
    currency: str
    left_out: tuple[str, ...] = ()
    price_basis: str = ITEM
