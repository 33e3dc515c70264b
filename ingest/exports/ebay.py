"""eBay's File Exchange templates and the listings reports of its Seller Hub.

Sources: "File Exchange Advanced Template Instructions" (eBay, October 2015), Seller Hub's report of
active listings, https://developer.ebay.com/devzone/finding/callref/enums/conditionIdList.html
(as of November 2026). The first column names the site and its currency:
``*Action(SiteID=US|Country=US|Currency=USD|Version=1193)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.exports.cells import (
    fall_back,
    has,
    keep_local_photos,
    place_options,
    text_of,
)
from ingest.exports.form import PREVIOUS, Cells, ExportForm, Reference, Sample
from ingest.exports.headers import normalise

CONDITIONS = {
    "1000": "New",
    "1500": "New other",
    "1750": "New with defects",
    "2000": "Certified - Refurbished",
    "2010": "Excellent - Refurbished",
    "2020": "Very Good - Refurbished",
    "2030": "Good - Refurbished",
    "2500": "Seller refurbished",
    "2750": "Like New",
    "2990": "Pre-owned - Excellent",
    "3000": "Used",
    "3010": "Pre-owned - Fair",
    "4000": "Very Good",
    "5000": "Good",
    "6000": "Acceptable",
    "7000": "For parts or not working",
}
"""Names of the conditions by eBay's ids."""

_CURRENCIES = {
    "us": "USD",
    "ebaymotors": "USD",
    "canada": "CAD",
    "uk": "GBP",
    "australia": "AUD",
    "germany": "EUR",
    "france": "EUR",
    "italy": "EUR",
    "spain": "EUR",
    "austria": "EUR",
    "ireland": "EUR",
    "netherlands": "EUR",
    "switzerland": "CHF",
    "poland": "PLN",
}
"""Currencies of eBay's sites, for headers that name the site alone."""

_PARAMETER = re.compile(r"\b(siteid|currency)\s*=\s*(\w+)", re.IGNORECASE)
_AMOUNT = re.compile(r"\d+([.,]\d+)?")
_NOT_ZERO = re.compile(r"[1-9]")
_YES = ("1", "true", "yes")


def convert(cells: Cells) -> tuple[Cells, dict[str, str]]:
    """Return the cells of a listing: eBay's ids as words, and who pays for shipping."""
    values = dict(cells)
    condition = text_of(values, "condition")
    # Some templates write the name behind the id: "3000-Used".
    if condition[:4] in CONDITIONS:
        values["condition"] = CONDITIONS[condition[:4]]
    fall_back(values, "category", "category_id")

    cost = text_of(values, "shipping_cost")
    if _AMOUNT.search(cost) and not has(values, "shipping_fee"):
        values["shipping_fee"] = cost
    payer = _payer(values)
    if payer and not has(values, "shipping_payer"):
        values["shipping_payer"] = payer

    sale = text_of(values, "format").casefold()
    if "auction" in sale and has(values, "buy_now_price"):
        # The start of an auction says little of what a thing is worth.
        values["price"] = values["buy_now_price"]

    place_options(values, _options(text_of(values, "relationship_details")))
    keep_local_photos(values, separators="|")
    return values, {}


def _payer(values: Cells) -> str:
    """Return who pays for shipping, as far as the cells tell."""
    free = text_of(values, "free_shipping").casefold()
    cost = text_of(values, "shipping_cost").casefold()
    profile = text_of(values, "shipping_profile").casefold()
    if free in _YES or "free" in cost or "free" in profile:
        return "seller"

    amount = _AMOUNT.search(cost)
    if amount is not None:
        is_charged = _NOT_ZERO.search(amount[0])
        return "buyer" if is_charged else "seller"

    kind = text_of(values, "shipping_type").casefold()
    return "buyer" if "calculated" in kind else ""


def _options(details: str) -> list[tuple[object, object]]:
    """Return names and first values of ``Color=Black|Blue;Size=S|M``."""
    options: list[tuple[object, object]] = []
    for part in details.split(";"):
        name, _, choices = part.partition("=")
        first, _, _ = choices.partition("|")
        value = first.strip()
        options.append((name, value))
    return options


def _refer(record: Cells) -> Reference:
    """Return the listing of a variation: that of its item number, else the one before."""
    number = text_of(record, "item_number")
    if number:
        return Reference(names=(number,), parent=number)

    relationship = text_of(record, "relationship").casefold()
    is_variation = relationship == "variation"
    if is_variation and not has(record, "title"):
        return Reference(parent=PREVIOUS)
    return Reference()


def _check(
    form: ExportForm, columns: Sequence[str], sample: Sample
) -> ExportForm | None:
    """Return the form with the currency that the header names."""
    for column in columns:
        if normalise(column) != "action":
            continue
        if "(" not in column and not form.columns.keys() & {"condition", "price"}:
            # A column "action" beside titles is nothing of eBay's.
            return None

        parameters = {
            name.casefold(): text for name, text in _PARAMETER.findall(column)
        }
        site = parameters.get("siteid", "").casefold()
        currency = parameters.get("currency", _CURRENCIES.get(site, ""))
        return replace(form, currency=currency.upper())
    return form


FORM = ExportForm(
    name="ebay",
    title="eBay's File Exchange template or Seller Hub report",
    columns={
        "listing_id": ("ItemID", "Item number", "CustomLabel", "Custom label (SKU)"),
        "title": ("Title",),
        "description": ("Description", "ConditionDescription", "Condition description"),
        "photos": ("PicURL", "Item photo URL", "Photo URL"),
        "category": ("Category name", "CategoryName", "eBay category 1 name"),
        "brand": ("C:Brand", "C:Marke", "C:Marque", "C:Marca", "Brand"),
        "condition": ("ConditionID", "Condition ID", "Condition"),
        "size": (
            *(
                "C:Size",
                "C:US Shoe Size",
                "C:UK Shoe Size",
                "C:EU Shoe Size",
                "C:Shoe Size",
            ),
            *("C:Größe", "C:Taille", "C:Taglia", "C:Talla"),
        ),
        "colour": (
            *(
                "C:Color",
                "C:Colour",
                "C:Main Colour",
                "C:Farbe",
                "C:Couleur",
                "C:Colore",
            ),
        ),
        "price": (
            *("Current price", "StartPrice", "Start price", "BuyItNowPrice"),
            *("Buy It Now price", "Auction Buy It Now price"),
        ),
        "currency": ("Currency",),
        "shipping_method": ("ShippingService-1:Option", "Shipping service 1 option"),
        "listed_at": ("Start date", "StartTime"),
    },
    required=("Action", "Title"),
    also_required=(
        ("Title", "ConditionID", "StartPrice"),
        ("Title", "Condition ID", "Start price"),
        ("Item number", "Title", "Start price"),
        ("Item number", "Title", "Custom label (SKU)"),
    ),
    extra={
        "item_number": ("ItemID", "Item number"),
        "category_id": (
            "Category",
            "Category ID",
            "CategoryID",
            "eBay category 1 number",
        ),
        "format": ("Format",),
        "buy_now_price": (
            "BuyItNowPrice",
            "Buy It Now price",
            "Auction Buy It Now price",
        ),
        "relationship": ("Relationship",),
        "relationship_details": (
            *("RelationshipDetails", "Relationship details", "Variation details"),
        ),
        "shipping_type": ("ShippingType", "Shipping type"),
        "shipping_cost": ("ShippingService-1:Cost", "Shipping service 1 cost"),
        "free_shipping": ("ShippingService-1:FreeShipping",),
        "shipping_profile": ("ShippingProfileName", "Shipping profile name"),
    },
    refer=_refer,
    convert=convert,
    check=_check,
    notes=("conditions are named after eBay's ids, such as 3000 for Used",),
)
