"""Golden listings: what every release must answer before it is served, and what is expected."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from PIL import Image

from common.listing import (
    NO_BRAND,
    Candidate,
    Fee,
    Listing,
    Photo,
    PriceRange,
    Suggestion,
    Suggestions,
)
from common.photos.checking import check_photos

TEXT_LISTINGS = {
    "an empty listing": Listing(),
    "a plain listing": Listing(
        title="Nike running shoes size 9",
        description="Worn twice, like new. Free shipping.",
    ),
    "a Japanese listing": Listing(title="ナイキ スニーカー 26.5cm 美品", language="ja"),
    "a listing with confirmed fields": Listing(
        title="iPhone case",
        condition="new",
        brand=NO_BRAND,
        price=12.5,
        shipping_payer="buyer",
    ),
    "a listing of odd characters": Listing(
        title="👟\u200b ＮＩＫＥ!!! \ufeff", description="x " * 5000
    ),
}
"""Listings without photos, by what they are."""


MALFORMED_LISTINGS = {
    "a price that is not a number": Listing(title="shoes", price=math.nan),
    "a negative price": Listing(title="shoes", price=-1.0),
    "an infinite weight": Listing(title="shoes", weight=math.inf),
    "a title of a million characters": Listing(title="x" * 1_000_000),
    "nothing but a photo that is none": Listing(photos=(Photo(b"no photo"),)),
}
"""Listings that a server must refuse, by what they have."""


def listings() -> Iterator[tuple[str, Listing]]:
    """Yield every listing with what it is."""
    yield from TEXT_LISTINGS.items()
    yield from _photo_listings()


def decoded_listings() -> list[Listing]:
    """Return every listing with its photos decoded, as models get them."""
    return [check_photos(listing).listing for _, listing in listings()]


def failures(suggestions: Suggestions, expected: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with an answer; ``expected`` maps each model to its version."""
    for name, version in expected.items():
        if name in suggestions.by_model:
            for flaw in _flaws(suggestions.by_model[name], version):
                yield f"{name} {flaw}"
        else:
            reason = suggestions.missing.get(name, "it is not served")
            yield f"{name} did not answer ({reason})"


def _photo_listings() -> Iterator[tuple[str, Listing]]:
    """Yield listings with a photo of a grey wedge, alone and beside a title."""
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "JPEG")
    photos = (Photo(file.getvalue()),)

    yield "a photo", Listing(photos=photos)
    yield "a title with photos", Listing("Nike running shoes size 9", photos=photos * 3)


def _flaws(suggestion: Suggestion, version: str) -> Iterator[str]:
    """Yield what is wrong with an answer, whatever its model."""
    if suggestion.version != version:
        yield f"answered with version {suggestion.version}, not {version}"

    for field, candidates in suggestion.candidates.items():
        for flaw in _ranking_flaws(candidates):
            yield f"{flaw} for {field}"
    if suggestion.price:
        yield from _price_flaws(suggestion.price)
    if suggestion.fee:
        yield from _fee_flaws(suggestion.fee)

    has_candidates = any(suggestion.candidates.values())
    has_amount = suggestion.price or suggestion.fee
    if not (has_candidates or has_amount or suggestion.abstained):
        yield "suggests nothing and does not say why"


def _ranking_flaws(candidates: Sequence[Candidate]) -> Iterator[str]:
    probabilities = [candidate.probability for candidate in candidates]
    if not all(0 <= probability <= 1 for probability in probabilities):
        # False for nan as well.
        yield "has a probability outside of 0 to 1"
    elif any(first < second for first, second in pairwise(probabilities)):
        yield "ranks a less likely candidate first"

    if len({candidate.value for candidate in candidates}) < len(candidates):
        yield "names a candidate twice"


def _price_flaws(price: PriceRange) -> Iterator[str]:
    quantiles = [value for _, value in price.quantiles]
    amounts = [price.median, price.low, price.high, *quantiles]
    if not all(map(_is_amount, amounts)):
        yield "suggests a price that is negative or not finite"
    elif not price.low <= price.median <= price.high:
        yield "suggests a median price outside of its own range"


def _fee_flaws(fee: Fee) -> Iterator[str]:
    ends = [end for end in (fee.low, fee.high) if end is not None]
    if not all(map(_is_amount, (fee.amount, *ends))):
        yield "names a fee that is negative or not finite"
    elif ends and not min(ends) <= fee.amount <= max(ends):
        yield "names a fee outside of its own range"


def _is_amount(number: float) -> bool:
    return math.isfinite(number) and number >= 0
