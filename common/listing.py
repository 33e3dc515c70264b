"""The types that every package shares: a listing as entered so far, and suggestions for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_BRAND = "no brand"
"""Brand of an item that has none; ``None`` means that the seller has not filled in the field."""

CONDITIONS = ("new", "like new", "good", "fair", "poor")
"""Legal values of the condition, best first."""

PAYERS = ("seller", "buyer")
"""Legal values of the shipping payer."""

ITEM, FEE_INCLUDED = "item", "fee included"
PRICE_BASES = (ITEM, FEE_INCLUDED)
"""What prices are: of the item alone, or with the fee included where the buyer pays it."""

CATEGORY_SEPARATOR = "/"
"""Separates the levels of a category path: ``Women/Shoes/Boots``."""

MODES = ("text", "photo", "both")
"""Content of a listing that a model may be given, beside the confirmed fields."""

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
    "shipping_fee",
    "weight",
    "dimensions",
)
"""Fields that a seller may have confirmed; any subset of them is a legal input of any model."""

AMOUNT_FIELDS = ("price", "shipping_fee")
"""Fields that are amounts in the listing's ``currency``; models suggest a range for them. All other
fields that models predict have ranked candidates."""

NUMBER_FIELDS = (*AMOUNT_FIELDS, "weight")
"""Confirmable fields that are numbers; all others are texts."""

DIMENSIONS_SEPARATOR = "x"
"""Between the three sides of a parcel: ``30x20x10``."""

EARLY_FIELDS = ("condition",)
"""Confirmed fields of the early context. Calibration and evaluation use two contexts: the early
one, and the full one with all fields confirmed."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a listing.

    Attributes:
        data: the file's bytes as uploaded; empty where the photo is read from ``path``.
        path: path of the file, which may be a member of a zip archive.
        pixels: RGB pixels ``[height, width, 3]`` of a photo that was decoded and shrunk already;
            such a photo needs neither data nor path.
    """

    data: bytes = b""
    path: str = ""
    pixels: NDArray[np.uint8] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing as entered so far; ``None`` is a field that the seller has not filled in.

    In a snapshot the same type holds a finished listing: its confirmed fields are the labels.
    ``category`` is a path of levels joined by ``/``; ``price`` and ``shipping_fee``, what the
    parcel costs whoever pays it, are in units of ``currency``, ``weight`` is in grams, and
    ``dimensions`` are three sides in centimetres such as ``30x20x10``.
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
    shipping_fee: float | None = None
    weight: float | None = None
    dimensions: str | None = None
    listing_id: str = ""
    seller_id: str | None = None

    def without(self, *fields: str) -> Listing:
        """Return the listing without the named confirmed fields."""
        nothing: dict[str, Any] = dict.fromkeys(fields)
        return replace(self, **nothing)

    def can_show(self, mode: str) -> bool:
        """Return whether the listing has the content of a mode; ``both`` needs text and photos."""
        has_text = bool(self.title or self.description)
        has_photos = bool(self.photos)
        return {"text": has_text, "photo": has_photos, "both": has_text and has_photos}[
            mode
        ]

    def showing(self, mode: str) -> Listing:
        """Return the listing with only its text or only its photos; ``both`` changes nothing."""
        if mode == "text":
            return replace(self, photos=()) if self.photos else self

        if mode == "photo":
            return replace(self, title="", description="")

        return self

    def only(self, *fields: str) -> Listing:
        """Return the listing with only the named confirmed fields; text and photos stay."""
        return self.without(*(name for name in CONFIRMABLE if name not in fields))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One suggested value of a field and the calibrated probability that it is correct."""

    value: str
    probability: float


RATE_CARD, LEARNED = "rate card", "learned"
"""Sources of a fee: the shop's list of fees, or the fees of its listings."""


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A suggested price.

    Attributes:
        median: the median, in units of ``currency``.
        low: lower end of the 80 % interval, or of another level in an experiment.
        high: its upper end.
        currency: three letters.
        quantiles: quantiles as ``(level, price)``.
        basis: what the price is, one of ``PRICE_BASES``: that of the training rows' prices.
    """

    median: float
    low: float
    high: float
    currency: str
    quantiles: tuple[tuple[float, float], ...] = ()
    basis: str = ITEM


@dataclass(frozen=True, slots=True)
class Fee:
    """What shipping a parcel costs, whoever pays it.

    Attributes:
        amount: the most probable fee.
        currency: three letters.
        method: the shipping method that it is the rate of; empty for a learned fee.
        parcel_size: the parcel size that it is the rate of; empty for a learned fee.
        low: lower end of the 80 % interval of a learned fee; ``None`` from a rate card.
        high: its upper end.
        source: where it comes from: ``RATE_CARD`` or ``LEARNED`` from the fees of listings.
    """

    amount: float
    currency: str
    method: str = ""
    parcel_size: str = ""
    low: float | None = None
    high: float | None = None
    source: str = RATE_CARD


@dataclass(frozen=True, slots=True)
class Earnings:
    """What the seller receives at a price, by ``common.earnings``; all amounts in ``currency``.

    Attributes:
        price: the price, suggested or confirmed.
        basis: what that price is, one of ``PRICE_BASES``.
        payer: who pays for shipping, one of ``PAYERS``.
        fee: the fee for shipping; ``None`` where it is not known and makes no difference.
        item_price: the seller's price: that of the item alone.
        commission: what the shop keeps.
        amount: what the seller receives; negative where fee and commission exceed the price.
        currency: three letters.
    """

    price: float
    basis: str
    payer: str
    fee: float | None
    item_price: float
    commission: float
    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The answer of one model for one listing.

    Attributes:
        model: name of the model.
        version: id of its artifact.
        candidates: ranked candidates of each field that the model predicts, best first.
        price: the suggested price, of the price model.
        fee: the cost of shipping, of the shipping model.
        abstained: the reason why the model does not recommend its answer, else empty; the
            candidates are filled in all the same.
        used: the inputs it used: ``text``, ``photo`` and names of confirmed fields.
        unknown: confirmed fields whose value it ignored, because training rows did not have it.
    """

    model: str
    version: str
    candidates: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    price: PriceRange | None = None
    fee: Fee | None = None
    abstained: str = ""
    used: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def range_of(self, field: str) -> PriceRange | None:
        """Return the suggested range of one of ``AMOUNT_FIELDS``, or ``None`` without one.

        A fee from a rate card has no range.
        """
        if field == "price":
            return self.price
        fee = self.fee
        if fee is None or fee.low is None or fee.high is None:
            return None
        quantiles = ((0.1, fee.low), (0.5, fee.amount), (0.9, fee.high))
        return PriceRange(fee.amount, fee.low, fee.high, fee.currency, quantiles)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answers of a release's models for one listing, in one process or from a server.

    Attributes:
        release: id of the release that answered.
        by_model: suggestion of each model that answered, in the order of ``models.NAMES``.
        missing: reason for each model that did not answer, by model.
        problems: a sentence for each photo that could not be used.
        earnings: what the seller receives, where the shop's commission is configured and price,
            payer and fee are known.
        experiments: variant of each experiment that the seller is in, by the experiment's key.
    """

    release: str
    by_model: Mapping[str, Suggestion]
    missing: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    earnings: Earnings | None = None
    experiments: Mapping[str, str] = field(default_factory=dict)


def top_category(listing: Listing) -> str:
    """Return the first level of a listing's category, or an empty text without one."""
    return (listing.category or "").split(CATEGORY_SEPARATOR)[0]
