"""What the seller earns: from the price, what that price is, the payer, the fee and the commission.

The seller's price is that of the item alone, and the commission is a share of it plus a fixed
amount, ``commission = share x item price + fixed``. There are three cases:

1. The seller pays for shipping, out of the price, whatever the basis of prices is::

       item price = price
       earnings   = price - commission - fee

2. The buyer pays, and the price includes the fee (basis ``fee included``)::

       item price = price - fee
       earnings   = price - fee - commission

3. The buyer pays, and the price is that of the item (basis ``item``)::

       item price = price
       earnings   = price - commission
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import InputError
from common.listing import (
    FEE_INCLUDED,
    ITEM,
    PAYERS,
    PRICE_BASES,
    Earnings,
    Fee,
    Listing,
    Suggestion,
)
from common.validation.folding import fold_label
from common.validation.texts import quote

BASIS_WORDS = {
    ITEM: "those of the item alone",
    FEE_INCLUDED: "those of the item, with the fee for shipping where the buyer pays it",
}
"""What prices are, for people, by basis."""

VARIABLE = "LISTREC_COMMISSION"
"""The environment variable of the commission."""

_NUMBER = r"\d+(?:\.\d+)?"
_COMMISSION = re.compile(
    rf"(?:(?P<percent>{_NUMBER})\s*%)?\s*(?P<plus>\+)?\s*(?P<fixed>{_NUMBER})?"
)


@dataclass(frozen=True, slots=True)
class Commission:
    """What the shop keeps of a sale.

    Attributes:
        share: share of the item's price, from 0 to below 1.
        fixed: a fixed amount a sale, in the currency of the prices.
    """

    share: float
    fixed: float

    def of(self, item_price: float) -> float:
        """Return the commission on an item's price, in its currency."""
        return self.share * item_price + self.fixed


def parse_commission(text: str) -> Commission | None:
    """Read ``10%``, ``0.30`` or ``10% + 0.30``; an empty text is ``None``, no statement.

    Raises ``InputError`` for any other text, and from 100 % on.
    """
    text = text.strip()
    if not text:
        return None

    match = _COMMISSION.fullmatch(text)
    # The sign stands between two parts, and both of them need it.
    if match and bool(match["plus"]) == bool(match["percent"] and match["fixed"]):
        share = float(match["percent"] or 0) / 100
        if share < 1:
            return Commission(share, float(match["fixed"] or 0))
    raise InputError(
        f"{VARIABLE} is a percentage below 100, a fixed amount, or both, such as '10% + 0.30',"
        f" and not {quote(text)}"
    )


def item_price(price: float, basis: str, payer: str, fee: float) -> float:
    """Return the price of the item alone, by the cases above; below 0 where the fee is higher."""
    if basis == FEE_INCLUDED and payer == "buyer":
        return price - fee
    return price


def earn(
    price: float,
    basis: str,
    payer: str,
    fee: float | None,
    commission: Commission,
    currency: str,
) -> Earnings | None:
    """Return what the seller receives at a price, by the cases above.

    ``fee`` is ``None`` where it is not known; the answer is ``None`` where the case needs it, and
    where a price does not cover the fee that it is said to include.
    """
    needs_fee = payer == "seller" or basis == FEE_INCLUDED
    if needs_fee and fee is None:
        return None

    of_item = item_price(price, basis, payer, fee or 0.0)
    if of_item <= 0:
        return None
    kept = commission.of(of_item)
    paid = (fee or 0.0) if payer == "seller" else 0.0
    amount = of_item - kept - paid
    return Earnings(
        price,
        basis,
        payer,
        fee,
        of_item,
        kept,
        amount,
        currency,
    )


def suggest_earnings(
    listing: Listing,
    by_model: Mapping[str, Suggestion],
    commission: Commission | None,
) -> Earnings | None:
    """Return what the seller of a listing would receive, or ``None`` where too little is known.

    ``by_model`` are the answers of the models about it, by name. A confirmed price, payer or
    fee wins over a suggested one, and a model that abstains suggests none.
    """
    price, shipping = by_model.get("price"), by_model.get("shipping")
    if commission is None or price is None or price.price is None:
        return None

    suggested = price.price
    amount = _price(listing, price)
    payer = listing.shipping_payer or _suggested_payer(shipping)
    # A predictor may be another program, with words that are not known here.
    is_known = payer in PAYERS and suggested.basis in PRICE_BASES
    if amount is None or not is_known:
        return None

    fee = _fee(listing, shipping, suggested.currency)
    return earn(
        amount,
        suggested.basis,
        payer,
        fee,
        commission,
        suggested.currency,
    )


def _price(listing: Listing, price: Suggestion) -> float | None:
    """Return the confirmed price, else the suggested one, in the currency of the latter."""
    suggested = price.price
    if suggested is None or listing.currency not in (None, suggested.currency):
        return None
    if listing.price is not None:
        return listing.price
    return None if price.abstained else suggested.median


def _suggested_payer(shipping: Suggestion | None) -> str:
    if shipping is None or shipping.abstained:
        return ""
    payers = shipping.candidates.get("shipping_payer", ())
    return payers[0].value if payers else ""


def _fee(listing: Listing, shipping: Suggestion | None, currency: str) -> float | None:
    """Return the confirmed fee, else the suggested one if it is for this listing and currency."""
    if listing.shipping_fee is not None:
        return listing.shipping_fee

    fee = shipping.fee if shipping else None
    if fee is None or fee.currency != currency:
        return None
    return fee.amount if _is_fee_of(fee, listing) else None


def _is_fee_of(fee: Fee, listing: Listing) -> bool:
    """Tell whether a fee is for the method and the size that the seller has confirmed, if any."""
    # The model answers both itself, and may have taken others than the seller.
    methods = (listing.shipping_method, fee.method)
    sizes = (listing.parcel_size, fee.parcel_size)
    for confirmed, of_fee in (methods, sizes):
        if confirmed and of_fee and fold_label(confirmed) != fold_label(of_fee):
            return False
    return True
