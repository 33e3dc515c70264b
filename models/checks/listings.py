"""Listings and confirmed values that every model must be able to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from common.listing import CONDITIONS, NO_BRAND, PAYERS, Listing

ODD_LISTINGS: Mapping[str, Listing] = {
    "nothing": Listing(),
    "long": Listing("shoes " * 20, "lovely warm coat " * 6000),
    "one endless word": Listing("x" * 10_000),
    "emoji": Listing("\U0001f600\U0001f525", "\U0001f469\u200d\U0001f692 \u2764\ufe0f"),
    "right to left": Listing(
        "\u062d\u0630\u0627\u0621 \u0646\u0627\u064a\u0643\u064a", "\u202eabc"
    ),
    "Japanese": Listing("ナイキのスニーカー", "新品です。"),
    "control characters": Listing("a\x00b\x1f\x7f", "\x00" * 100),
    "half a character": Listing("\ud83d shoes \udfff", "\udc00"),
    "strange values": Listing(
        "hat", category="///", brand="\x00", size=" ", colour="", price=0.0
    ),
    "far too dear": Listing("hat", price=1e308, currency="???", category="a/" * 500),
}
"""Listings that a seller, a broken client or an attacker may send, by what is odd about them."""

SAMPLE_VALUES: Mapping[str, Sequence[str | float]] = {
    "category": ("Women/Shoes/Boots", "no/such/path", ""),
    "brand": (NO_BRAND, "Velox", "zzyzx"),
    "condition": CONDITIONS,
    "size": ("M", "42"),
    "colour": ("red",),
    "price": (0.0, 12.5, 1e6),
    "currency": ("USD", "JPY"),
    "shipping_payer": PAYERS,
    "shipping_method": ("standard",),
    "parcel_size": ("small",),
    "language": ("en", "ja"),
    "shipping_fee": (4.5, 0.0),
    "weight": (350.0, 0.0, 1e6),
    "dimensions": ("30x20x10", "oddly"),
}
"""Values of each confirmed field, known and unknown ones."""
