"""The schema of a row: the rules a listing must satisfy to enter a snapshot.

``validate`` is strict and gives every reason; ``parse_leniently`` keeps all legal fields, for
callers who owe an answer to every row.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, PlainValidator, ValidationError

from common.listing import Listing, Photo
from common.validation import texts, values
from common.validation.photo_names import parse_photos
from common.validation.values import FIELD_PARSERS
from ingest.source import RawRow

NOTHING_GIVEN = "title, description and photos are all empty"


@dataclass(frozen=True, slots=True)
class Row:
    """A valid row: the finished listing, and when it was listed and sold (UTC), where known."""

    listing: Listing
    listed_at: datetime | None = None
    sold_at: datetime | None = None


def _cached(field: str) -> PlainValidator:
    """Validate by the rule for a field, with a cache for texts: labels repeat from row to row."""
    parse = FIELD_PARSERS[field]
    parse_text = lru_cache(maxsize=20_000)(parse)
    # Only texts are cached, because 1, 1.0 and True are one key.
    return PlainValidator(
        lambda cell: parse_text(cell) if type(cell) is str else parse(cell)
    )


class Form(BaseModel):
    """The fields of a row, parsed; every field may be missing, none may be illegal."""

    listing_id: Annotated[str, PlainValidator(texts.parse_listing_id)] = ""
    title: Annotated[str, PlainValidator(texts.parse_title)] = ""
    description: Annotated[str, PlainValidator(texts.parse_description)] = ""
    photos: Annotated[tuple[str | bytes, ...], PlainValidator(parse_photos)] = ()
    category: Annotated[str | None, _cached("category")] = None
    brand: Annotated[str | None, _cached("brand")] = None
    condition: Annotated[str | None, _cached("condition")] = None
    size: Annotated[str | None, _cached("size")] = None
    colour: Annotated[str | None, _cached("colour")] = None
    price: Annotated[float | None, _cached("price")] = None
    currency: Annotated[str | None, _cached("currency")] = None
    shipping_payer: Annotated[str | None, _cached("shipping_payer")] = None
    shipping_method: Annotated[str | None, _cached("shipping_method")] = None
    parcel_size: Annotated[str | None, _cached("parcel_size")] = None
    seller_id: Annotated[str | None, PlainValidator(FIELD_PARSERS["seller_id"])] = None
    listed_at: Annotated[datetime | None, PlainValidator(values.parse_timestamp)] = None
    sold_at: Annotated[datetime | None, PlainValidator(values.parse_timestamp)] = None
    language: Annotated[str | None, _cached("language")] = None


def validate(raw: RawRow, currency: str = "USD") -> Row | list[str]:
    """Return the row, or every reason why it cannot be used, each one sentence.

    A price without a currency is in ``currency``; the id of a row without one is its line.
    """
    if raw.broken:
        return [raw.broken]

    try:
        form = Form.model_validate(raw.values)
    except ValidationError as error:
        reasons = _reasons_by_field(error) | dict(raw.problems)
        return [*reasons.values(), *_missing_content(raw.values)]

    problems = [*raw.problems.values(), *_contradictions(form)]
    return problems or _to_row(form, raw.line, currency)


def parse_leniently(raw: RawRow) -> tuple[Listing, list[str]]:
    """Return the listing without its illegal fields, and the reasons for these; never raises.

    An illegal title or description is still the only text there is: it is kept, clean and cut to
    its limit. A record that could not be parsed into cells is an empty listing.
    """
    if raw.broken:
        return Listing(), [raw.broken]

    reasons: dict[str, str] = dict(raw.problems)
    cells = _without(raw.values, reasons)
    try:
        form = Form.model_validate(cells)
    except ValidationError as error:
        reasons |= _reasons_by_field(error)
        form = Form.model_validate(_without(cells, reasons))

    illegal_texts = [name for name in ("title", "description") if name in reasons]
    form = form.model_copy(update=_cut_texts(raw.values, illegal_texts))
    return _to_row(form, None, "").listing, list(reasons.values())


def _cut_texts(cells: Mapping[str, object], names: Iterable[str]) -> dict[str, str]:
    """Return the texts of the named cells, clean and cut to the limit of a description."""
    cut = {}
    for name in names:
        text = texts.clean(str(cells.get(name) or ""))
        cut[name] = text[: texts.MAX_DESCRIPTION_CHARACTERS]
    return cut


def _without(cells: Mapping[str, object], names: Container[str]) -> dict[str, object]:
    return {name: value for name, value in cells.items() if name not in names}


def _reasons_by_field(error: ValidationError) -> dict[str, str]:
    reasons = {}
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0])
        reason = problem.get("ctx", {}).get("error", problem["msg"])
        reasons[name] = f"{name} {reason}"
    return reasons


def _missing_content(cells: Mapping[str, Any]) -> list[str]:
    """Apply the rule over three fields to raw cells, when another field is illegal."""
    has_content = any(cells.get(name) for name in ("title", "description", "photos"))
    return [] if has_content else [NOTHING_GIVEN]


def _contradictions(form: Form) -> list[str]:
    reasons = []
    if not (form.title or form.description or form.photos):
        reasons.append(NOTHING_GIVEN)
    if form.listed_at and form.sold_at and form.sold_at < form.listed_at:
        reasons.append(
            f"sold_at '{form.sold_at}' is before listed_at '{form.listed_at}'"
        )
    return reasons


def _to_row(form: Form, line: int | None, currency: str) -> Row:
    fields = dict(form.__dict__)
    listed_at = fields.pop("listed_at")
    sold_at = fields.pop("sold_at")

    fields["photos"] = tuple(map(_to_photo, form.photos))
    if form.price is not None and not form.currency:
        fields["currency"] = currency or None
    if line is not None and not form.listing_id:
        fields["listing_id"] = str(line)
    return Row(Listing(**fields), listed_at, sold_at)


def _to_photo(photo: str | bytes) -> Photo:
    return Photo(path=photo) if isinstance(photo, str) else Photo(photo)
