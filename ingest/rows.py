"""The schema of a row: what a listing must look like to enter a snapshot.

``validate`` is strict and tells every reason; ``parse_leniently`` keeps what it can, for those who
owe an answer to every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, PlainValidator, ValidationError

from common.listing import Listing, Photo
from common.validation import texts, values
from ingest.source import RawRow


@dataclass(frozen=True, slots=True)
class Row:
    """A valid row: the finished listing, and when it was listed and sold (UTC), where known."""

    listing: Listing
    listed_at: datetime | None = None
    sold_at: datetime | None = None


def _often(read: Callable[[object], object]) -> PlainValidator:
    """Validate by ``read``, remembering the texts that come again and again."""
    remembered = lru_cache(maxsize=20_000)(read)
    return PlainValidator(lambda cell: remembered(cell) if type(cell) is str else read(cell))


class Form(BaseModel):
    """The seller's form; every field may be missing, none may be wrong."""

    listing_id: Annotated[str, PlainValidator(texts.parse_listing_id)] = ""
    title: Annotated[str, PlainValidator(texts.parse_title)] = ""
    description: Annotated[str, PlainValidator(texts.parse_description)] = ""
    photos: Annotated[tuple[str | bytes, ...], PlainValidator(values.parse_photos)] = ()
    category: Annotated[str | None, _often(values.parse_category)] = None
    brand: Annotated[str | None, _often(values.parse_brand)] = None
    condition: Annotated[str | None, _often(values.parse_condition)] = None
    size: Annotated[str | None, _often(texts.parse_label)] = None
    colour: Annotated[str | None, _often(texts.parse_label)] = None
    price: Annotated[float | None, _often(values.parse_price)] = None
    currency: Annotated[str | None, _often(values.parse_currency)] = None
    shipping_payer: Annotated[str | None, _often(values.parse_payer)] = None
    shipping_method: Annotated[str | None, _often(texts.parse_label)] = None
    parcel_size: Annotated[str | None, _often(texts.parse_label)] = None
    seller_id: Annotated[str | None, PlainValidator(texts.parse_label)] = None
    listed_at: Annotated[datetime | None, PlainValidator(values.parse_timestamp)] = None
    sold_at: Annotated[datetime | None, PlainValidator(values.parse_timestamp)] = None
    language: Annotated[str | None, _often(values.parse_language)] = None


def validate(raw: RawRow, currency: str = "USD") -> Row | list[str]:
    """Return the row, or every reason why it cannot be used, each one sentence.

    A price without a currency is taken to be in ``currency``; a row without an id gets its line.
    """
    if raw.broken:
        return [raw.broken]
    try:
        form = Form.model_validate(raw.values)
    except ValidationError as error:
        wrong = _reasons(error) | dict(raw.problems)
        return [*wrong.values(), *_nothing_said(raw.values)]
    reasons = [*raw.problems.values(), *_contradictions(form)]
    return reasons or _row(form, raw.line, currency)


def parse_leniently(raw: RawRow) -> tuple[Listing, list[str]]:
    """Return the listing without its illegal fields, and what was wrong; never raises.

    A title or description that breaks a rule is still the only text there is: it is kept, clean
    and cut to its limit. A row that could not be taken apart is an empty listing.
    """
    if raw.broken:
        return Listing(), [raw.broken]
    wrong: dict[str, str] = dict(raw.problems)
    kept = {name: value for name, value in raw.values.items() if name not in wrong}
    try:
        form = Form.model_validate(kept)
    except ValidationError as error:
        wrong |= _reasons(error)
        form = Form.model_validate({name: kept[name] for name in kept if name not in wrong})
    for name in ("title", "description"):
        if name in wrong:
            form = form.model_copy(update={name: _text(raw.values.get(name))})
    return _row(form, None, "").listing, list(wrong.values())


def _reasons(error: ValidationError) -> dict[str, str]:
    found = {}
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0])
        found[name] = f"{name} {problem.get('ctx', {}).get('error', problem['msg'])}"
    return found


def _nothing_said(cells: Mapping[str, Any]) -> list[str]:
    """The rule over three fields must speak even when another field is illegal."""
    if any(cells.get(name) for name in ("title", "description", "photos")):
        return []
    return ["title, description and photos are all empty"]


def _contradictions(form: Form) -> list[str]:
    reasons = []
    if not (form.title or form.description or form.photos):
        reasons.append("title, description and photos are all empty")
    if form.listed_at and form.sold_at and form.sold_at < form.listed_at:
        reasons.append(f"sold_at '{form.sold_at}' is before listed_at '{form.listed_at}'")
    return reasons


def _row(form: Form, line: int | None, currency: str) -> Row:
    fields = dict(form.__dict__)
    listed_at, sold_at = fields.pop("listed_at"), fields.pop("sold_at")
    fields["photos"] = tuple(
        [Photo(path=each) if isinstance(each, str) else Photo(each) for each in form.photos]
    )
    if form.price is not None and not form.currency:
        fields["currency"] = currency or None
    if line is not None and not form.listing_id:
        fields["listing_id"] = str(line)
    return Row(Listing(**fields), listed_at, sold_at)


def _text(value: object) -> str:
    return texts.clean(str(value or ""))[: texts.MAX_DESCRIPTION_CHARACTERS]
