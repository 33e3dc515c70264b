"""The vocabulary: what a seller has entered, and what is suggested to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

NO_BRAND = "no brand"
"""The value of the brand field when the seller says there is none; ``None`` means not said."""

CONDITIONS = ("new", "like new", "good", "fair", "poor")
"""Legal conditions, best first."""

PAYERS = ("seller", "buyer")
"""Who pays for shipping."""

CATEGORY_SEPARATOR = "/"
"""Separates the levels of a category path: ``Women/Shoes/Boots``."""

MODES = ("text", "photo", "both")
"""What there may be of a listing to look at, beside its confirmed fields."""

CONFIRMABLE = (
    "category",
    "brand",
    "condition",
    "size",
    "colour",
    "price",
    "currency",
    "shipping_payer",
    "shipping_method",
    "parcel_size",
    "language",
)
"""Fields a seller may already have chosen; any subset of them is a legal input of any model."""

EARLY_FIELDS = ("condition",)
"""Confirmed fields that are given early; everything is calibrated and measured with only these,
and with all."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a listing: its bytes as uploaded, or the path it can be read from."""

    data: bytes = b""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the seller has entered so far; ``None`` is a field they have not filled in.

    In a snapshot the same type carries a finished listing: its confirmed fields are the labels.
    ``category`` is a path of levels joined by ``/``; ``price`` is in units of ``currency``.
    """

    title: str = ""
    description: str = ""
    photos: tuple[Photo, ...] = ()
    category: str | None = None
    brand: str | None = None
    condition: str | None = None
    size: str | None = None
    colour: str | None = None
    price: float | None = None
    currency: str | None = None
    shipping_payer: str | None = None
    shipping_method: str | None = None
    parcel_size: str | None = None
    language: str | None = None
    listing_id: str = ""
    seller_id: str | None = None

    def without(self, *fields: str) -> Listing:
        """Forget the named confirmed fields: what a model sees when it must answer them."""
        nothing: dict[str, Any] = dict.fromkeys(fields)
        return replace(self, **nothing)

    def can_show(self, mode: str) -> bool:
        """Tell whether there is what a mode shows; for ``both``, text and photos."""
        text, photos = bool(self.title or self.description), bool(self.photos)
        return {"text": text, "photo": photos, "both": text and photos}[mode]

    def showing(self, mode: str) -> Listing:
        """Keep only the text or only the photos; ``both`` is the listing as it is."""
        if mode == "text":
            return replace(self, photos=()) if self.photos else self
        if mode == "photo":
            return replace(self, title="", description="")
        return self

    def only(self, *fields: str) -> Listing:
        """Keep only the named confirmed fields, with the title, description and photos."""
        return self.without(*(name for name in CONFIRMABLE if name not in fields))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One suggested value of a field and the calibrated probability that it is right."""

    value: str
    probability: float


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A suggested price: the median, an 80 % interval, and ``(level, price)`` quantiles."""

    median: float
    low: float
    high: float
    currency: str
    quantiles: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Fee:
    """What shipping costs by the shop's rate card."""

    amount: float
    currency: str
    method: str
    parcel_size: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One model's answer for one listing.

    ``candidates`` maps each field the model answers to its ranked candidates, best first.
    ``abstained`` is the reason when the model would rather not be quoted (what it has is still
    filled in), else empty. ``used`` names what it looked at: ``text``, ``photo``, and confirmed
    fields.
    """

    model: str
    version: str
    candidates: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    price: PriceRange | None = None
    fee: Fee | None = None
    abstained: str = ""
    used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answers of a release's models for one listing, in one process or from a server.

    Attributes:
        release: id of the release that answered.
        by_model: suggestion of each model that answered, in the order of ``models.NAMES``.
        missing: reason for each model that did not answer, by model.
        problems: a sentence for each photo that could not be used.
    """

    release: str
    by_model: Mapping[str, Suggestion]
    missing: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def top_category(listing: Listing) -> str:
    """Return the first level of a listing's category, empty where none is said."""
    return (listing.category or "").split(CATEGORY_SEPARATOR)[0]
