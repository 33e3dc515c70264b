"""How a table is to be read: what a user says of it, where recognition is not to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CHOICES: Mapping[str, tuple[str, ...]] = {
    "decimal": (".", ","),
    "prices": ("item", "fee-included"),
    "dates": ("day-first", "month-first"),
    "empty_brand": ("no-brand", "unknown"),
}
"""The values of those options that have few."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What is said of a table beforehand; an empty value means that it is recognised.

    Attributes:
        mapping: For a field, the column that holds it; an empty column leaves the field out.
        encoding: Encoding of the text, by the name of its codec.
        delimiter: The character between cells.
        form: Name of an export form (``ingest.exports.NAMES``), or ``none``.
        currency: Three letters; the currency of prices without one of their own.
        decimal: Decimal mark of prices, ``.`` or ``,``.
        dates: Order of dates such as 05/06/2024: ``day-first`` or ``month-first``.
        category_separator: What stands between the levels of a category.
        empty_brand: What an empty brand cell means: ``no-brand`` or ``unknown``.
        prices: What prices are: ``item``, of the item alone, or ``fee-included``, with the fee
            for shipping where the buyer pays it.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    form: str = ""
    currency: str = ""
    decimal: str = ""
    dates: str = ""
    category_separator: str = ""
    empty_brand: str = ""
    prices: str = ""
