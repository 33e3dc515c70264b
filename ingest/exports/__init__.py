"""Known forms of export: a table of a shop's or a marketplace's system goes in as it comes out.

``recognise`` tells the form of a table by its header, and by a sample where the header proves
nothing. ``grouping.read_listings`` then makes listings of its records: variants and photos are
joined, and cells become ours. A form is a module with a constant ``FORM``; ``FORMS`` has them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from common.errors import InputError
from ingest.exports import (
    amazon,
    ebay,
    etsy,
    google_merchant,
    kaggle_mercari,
    mercari_shops,
    rakuten,
    shopify,
    woocommerce,
    yahoo_japan,
)
from ingest.exports.cells import ADDRESS_NOTE, is_address
from ingest.exports.form import Cells, ExportForm, Sample
from ingest.exports.grouping import columns_to_read, read_listings
from ingest.exports.headers import by_name, normalise
from ingest.exports.joining import ListingRecord

__all__ = [
    "NAMES",
    "Cells",
    "ExportForm",
    "ListingRecord",
    "columns_to_read",
    "read_listings",
    "recognise",
]

FORMS = (
    kaggle_mercari.FORM,
    shopify.FORM,
    woocommerce.FORM,
    ebay.FORM,
    etsy.FORM,
    amazon.FORM,
    rakuten.FORM,
    mercari_shops.FORM,
    yahoo_japan.AUCTIONS,
    yahoo_japan.SHOPPING,
    google_merchant.FORM,
)
"""All forms; the first one that a table agrees with counts, so narrow ones come first."""

NAMES = tuple(form.name for form in FORMS)
"""What may follow ``--form``, beside ``none``."""

NO_FORM = "none"


def recognise(
    columns: Sequence[str], sample: Sample, option: str = ""
) -> ExportForm | None:
    """Return the form of a table, its columns spelled as in the table, or ``None``.

    ``sample`` holds up to 200 records by column. ``option`` is what was said after ``--form``: the
    name of a form, which is taken without looking at the cells, or ``none``.

    Raises ``InputError`` for another name, or when the table has no column of the form said.
    """
    if option:
        return _named(columns, sample, option)

    named = by_name(columns)
    for form in FORMS:
        if _has_required(form, named):
            fitted = _fit(form, named, columns, sample)
            if fitted is not None:
                return fitted
    return None


def _named(columns: Sequence[str], sample: Sample, option: str) -> ExportForm | None:
    """Return the form with a name that was said."""
    name = normalise(option)
    if name == NO_FORM:
        return None

    for form in FORMS:
        if normalise(form.name) != name:
            continue
        named = by_name(columns)
        present = _spell(form, named)
        if not present.columns:
            expected = ", ".join(form.required)
            raise InputError(
                f"the table has no column of {form.title}, such as {expected}: leave --form out"
            )
        return _fit(form, named, columns, sample) or _add_notes(present, sample)

    raise InputError(
        f"--form takes {', '.join(NAMES)} or {NO_FORM}, and {option[:40]!r} is none of them"
    )


def _has_required(form: ExportForm, named: Mapping[str, str]) -> bool:
    return any(
        all(normalise(column) in named for column in required)
        for required in (form.required, *form.also_required)
    )


def _fit(
    form: ExportForm, named: Mapping[str, str], columns: Sequence[str], sample: Sample
) -> ExportForm | None:
    """Return the form adapted to a table, or ``None`` when the cells are those of another form."""
    present = _spell(form, named)
    if form.check is not None:
        checked = form.check(present, columns, sample)
        if checked is None:
            return None
        present = checked
    return _add_notes(present, sample)


def _spell(form: ExportForm, named: Mapping[str, str]) -> ExportForm:
    """Return the form with the columns that a table has, as the table spells them."""

    groups = _present(_group_candidates(form), named)
    return replace(
        form,
        columns=_present_by_key(form.columns, named),
        extra=_present_by_key(form.extra, named),
        group=groups[0] if groups else "",
    )


def _present_by_key(
    candidates: Mapping[str, tuple[str, ...]], named: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    found = {}
    for key, names in candidates.items():
        columns = _present(names, named)
        if columns:
            found[key] = columns
    return found


def _present(names: tuple[str, ...], named: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns that a table has of the given names, each once."""
    spelled = (named.get(normalise(name)) for name in names)
    return tuple(dict.fromkeys(filter(None, spelled)))


def _group_candidates(form: ExportForm) -> tuple[str, ...]:
    """Return the wordings of the column of groups: all those of the id, where it is one."""
    ids = form.columns.get("listing_id", ())
    if form.group in ids:
        return ids
    return (form.group,) if form.group else ()


def _add_notes(form: ExportForm, sample: Sample) -> ExportForm:
    """Add what is said of this table: that its photos are addresses."""
    photos = form.columns.get("photos", ())
    for record in sample:
        cells = (record.get(name) for name in photos)
        if any(map(is_address, cells)):
            notes = (*form.notes, ADDRESS_NOTE)
            return replace(form, notes=notes)
    return form
