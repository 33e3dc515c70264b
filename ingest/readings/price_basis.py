"""What a table's prices are: of the item alone, or with the fee for shipping included.

Amounts cannot tell: a price of 14 may be one of 10 with a fee of 4. So an option says it, or the
form of the export. Otherwise prices are those of the item.
"""

from __future__ import annotations

from collections.abc import Mapping

from common.earnings import BASIS_WORDS
from common.listing import FEE_INCLUDED, ITEM
from common.validation.texts import quote
from ingest.options import ReadOptions
from ingest.readings.cells import name_words
from ingest.readings.reading import Reading

OPTION = "--prices"

OPTION_VALUES = {"item": ITEM, "fee-included": FEE_INCLUDED}
"""The basis of prices by the word that is typed for it."""

_SHIPPING_WORDS = """
shipping delivery postage freight versand versandkosten lieferung livraison port envio envío
spedizione frete
"""
_INCLUDED_WORDS = """
incl including included includes inclusive inc with inkl inklusive mit incluse inclus incluso
incluido compris avec con com
"""
_SHIPPING = frozenset(_SHIPPING_WORDS.split())
_INCLUDED = frozenset(_INCLUDED_WORDS.split())
_INCLUDED_PARTS = ("送料込", "包邮")
"""Words in names of columns, and parts of names where blanks do not part words."""


def read_price_basis(
    names: Mapping[str, str], options: ReadOptions, form_basis: str = ""
) -> tuple[str, Reading | None]:
    """Return what prices are, one of ``PRICE_BASES``, and a reading where something says it.

    The arguments are those of ``read_columns``.
    """
    column = names.get("price", "")
    basis, evidence = _decide(column, options, form_basis)
    if not evidence:
        return basis, None

    warning = ""
    # A name does not tell whether the fee is included where the seller pays it.
    if not (options.prices or form_basis):
        warning = (
            f"{quote(column)} is taken for prices that are {BASIS_WORDS[basis]}: {OPTION} item says"
            " that they are those of the item alone"
        )
    return basis, Reading("price", BASIS_WORDS[basis], evidence, OPTION, warning)


def _decide(column: str, options: ReadOptions, form_basis: str) -> tuple[str, str]:
    """Return the basis of prices and what says it, or an empty text where nothing does."""
    if options.prices:
        return OPTION_VALUES[options.prices], f"{OPTION} says so"
    if form_basis:
        return form_basis, "the form of the export says so"
    if _names_included_fee(column):
        return FEE_INCLUDED, f"the name of the column {quote(column)} says so"
    return ITEM, ""


def _names_included_fee(column: str) -> bool:
    words = set(name_words(column))
    if words & _SHIPPING and words & _INCLUDED:
        return True
    return any(part in column for part in _INCLUDED_PARTS)
