"""The JSON of requests and answers; requests are checked by it, answers are described by it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.listing import CONFIRMABLE, Candidate, Earnings
from common.photos.limits import LIMITS
from serving.receipts import MAX_CHARACTERS

MAX_OUTCOMES = 50
MAX_MODELS = 20

Number = Annotated[float, Field(allow_inf_nan=False)]

PHOTO_ID = "[0-9A-Za-z_-]{1,64}"
PhotoId = Annotated[str, Field(pattern=f"^{PHOTO_ID}$")]


class Strict(BaseModel):
    """An object without other keys, whose values are of the stated types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ListingBody(Strict):
    """What the seller has entered so far; a field that is absent or null is not filled in."""

    title: str = Field("", max_length=1_000)
    description: str = Field("", max_length=1_000_000)
    listing_id: str = Field("", description="the shop's id, or one of a draft")
    category: str | None = Field(None, description='levels joined by "/"')
    brand: str | None = Field(None, description='"no brand" is a value')
    condition: str | None = None
    size: str | None = None
    colour: str | None = None
    price: Number | None = Field(None, gt=0, description="in units of the currency")
    currency: str | None = Field(None, description="three letters")
    shipping_payer: str | None = Field(None, description='"seller" or "buyer"')
    shipping_method: str | None = None
    parcel_size: str | None = None
    language: str | None = Field(None, description='as in "en" or "pt-BR"')
    shipping_fee: Number | None = Field(None, gt=0)
    weight: Number | None = Field(None, gt=0, description="in grams")
    dimensions: str | None = Field(None, description='in centimetres: "30x20x10"')


class SuggestBody(Strict):
    """A request for suggestions; without ``models`` all of them answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "listing": {
                    "title": "Nike running shoes, worn twice",
                    "condition": "like new",
                }
            }
        }
    )
    listing: ListingBody
    models: list[str] = Field([], max_length=MAX_MODELS)
    photo_ids: list[PhotoId] = Field(
        [],
        max_length=LIMITS.max_photos,
        description="the photos, in order; their bytes were sent before, in a form",
    )


class ShownBody(Strict):
    """The suggestions of a receipt were on the seller's screen."""

    receipt: str = Field(max_length=MAX_CHARACTERS)
    listing: str = Field("", max_length=128, description="the shop's id, if it has one")


class OutcomeBody(Strict):
    """What the seller did with the suggestions for a field."""

    field: str = Field(json_schema_extra={"enum": list(CONFIRMABLE)})
    value: str | Number | None = None
    action: Literal["accepted", "changed", "ignored", "entered"]


class OutcomesBody(Strict):
    """What became of the suggestions of a receipt, and of the listing."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "receipt": "1.eNqr...",
                "listing": "m1042",
                "outcomes": [
                    {
                        "field": "category",
                        "value": "Women/Shoes",
                        "action": "accepted",
                    }
                ],
                "event": "listed",
                "price": 45,
            }
        }
    )
    receipt: str = Field(max_length=MAX_CHARACTERS)
    listing: str = Field("", max_length=128, description="the shop's id")
    outcomes: list[OutcomeBody] = Field([], max_length=MAX_OUTCOMES)
    event: Literal["listed", "sold"] | None = None
    price: Number | None = Field(None, ge=0)
    days: Number | None = Field(None, ge=0, description="from listing to sale")
    seconds: Number | None = Field(
        None, ge=0, description="from the seller's first entry to the listing"
    )
    item: ListingBody | None = Field(
        None, description="as it was listed; dropped unless the shop keeps listings"
    )


class Quantile(BaseModel):
    """A quantile of the price."""

    level: float
    price: float


class Price(BaseModel):
    """A price with its 80 % interval."""

    median: float
    low: float
    high: float
    currency: str
    basis: str
    quantiles: list[Quantile]


class Fee(BaseModel):
    """What shipping costs; a fee of a rate card has no interval."""

    amount: float
    currency: str
    method: str
    parcel_size: str
    low: float | None
    high: float | None
    source: str


class Suggestion(BaseModel):
    """The answer of one model."""

    version: str
    fields: dict[str, list[Candidate]] = Field(
        description="by field; category_committed is no field, but the levels of the category"
        " that are certain enough to be shown as one value"
    )
    price: Price | None
    fee: Fee | None
    abstained: str = Field(description="why the model does not recommend its answer")
    used: list[str]
    unknown: list[str]


class SuggestAnswer(BaseModel):
    """The suggestions of all models that answered, and the reason of each other one."""

    request: str
    release: str
    receipt: str = Field(description="to be sent back with what the seller chose")
    policy: Literal["greedy", "exploration", "holdout"] = Field(
        description="how suggestions are shown; there are none in the holdout"
    )
    experiments: dict[str, str] = Field(
        description="the variant of each experiment that the seller is in, by its key"
    )
    keeps_listing: bool = Field(
        description="whether the shop keeps the listing that is sent with its outcome"
    )
    suggestions: dict[str, Suggestion]
    missing: dict[str, str]
    problems: list[str] = Field(description="a sentence for each photo not used")
    earnings: Earnings | None


class StoredAnswer(BaseModel):
    """How many events are kept; none where the shop keeps none."""

    stored: int


class ProblemAnswer(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    unknown_photos: list[str] | None = Field(
        None, description="with 409: ids of photos whose bytes are to be sent again"
    )
