"""How suggestions for one listing are shown: a readable table, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from common.amounts import format_amount, format_number, format_price
from common.listing import (
    CONFIRMABLE,
    FEE_INCLUDED,
    Earnings,
    Fee,
    Listing,
    Suggestion,
    Suggestions,
)

if TYPE_CHECKING:
    from rich.table import Table

N_COMPARED = 2
"""Candidates of a field that are shown where the seller's choice stands beside them."""


def as_json(answers: Suggestions) -> str:
    """Return the suggestions as one JSON object; ``docs/suggest.md`` describes it."""
    models = {name: _plain(suggestion) for name, suggestion in answers.by_model.items()}
    values: dict[str, object] = {
        "release": answers.release,
        "models": models,
        "missing": dict(answers.missing),
        "problems": list(answers.problems),
        "experiments": dict(answers.experiments),
        "earnings": asdict(answers.earnings) if answers.earnings else None,
    }
    return json.dumps(values, ensure_ascii=False, indent=2)


def show(
    answers: Suggestions,
    chosen: Listing | None = None,
    confirmed: Listing | None = None,
) -> None:
    """Print a table: candidates best first, price with its range, fee, and abstentions.

    ``chosen`` is the finished listing, if known: its title becomes the table's, the seller's
    choices stand beside the suggestions, and of these only the first ``N_COMPARED`` are shown.
    ``confirmed`` is the listing that was asked about: values of it that no model knows are named.
    """
    from rich.console import Console
    from rich.text import Text

    table = _empty_table(chosen)

    # Text: in plain strings rich would take square brackets of a title for markup.
    for cells in _answer_rows(answers, chosen):
        visible = cells[: len(table.columns)]
        table.add_row(*map(Text, visible))

    notes = [*_notes(answers), *_ignored(answers, confirmed)]
    for label, note in notes:
        table.add_row(label, Text(note))
    if not chosen:
        table.add_row("release", Text(answers.release))
    Console().print(table)


def _empty_table(chosen: Listing | None) -> Table:
    """Return a table with columns for the suggestions and, with ``chosen``, for the choices."""
    from rich.table import Table
    from rich.text import Text

    table = Table("", "suggestion", "", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    if chosen:
        table.title = Text(_headline(chosen))
        table.title_justify = "left"
        table.add_column("the seller chose")
    return table


def _headline(listing: Listing) -> str:
    """Return the title of a listing, with its condition and number of photos."""
    details = [listing.condition or "condition unknown"]
    if len(listing.photos) == 1:
        details.append("1 photo")
    elif listing.photos:
        details.append(f"{len(listing.photos)} photos")

    title = listing.title or "no title"
    return f"{title} ({', '.join(details)})"


def _answer_rows(
    answers: Suggestions, chosen: Listing | None
) -> Iterator[tuple[str, ...]]:
    """Yield the cells of all models: their suggestions, and why some make none."""
    for name, suggestion in answers.by_model.items():
        yield from _rows(suggestion, chosen)
        if suggestion.abstained:
            yield name, f"rather not say: {suggestion.abstained}"
    if answers.earnings:
        yield from _earnings_rows(answers.earnings)


def _rows(suggestion: Suggestion, chosen: Listing | None) -> Iterator[tuple[str, ...]]:
    """Yield cells: field, value, probability, seller's choice."""
    yield from _candidate_rows(suggestion, chosen)

    price = suggestion.price
    if price:
        text = format_price(price)
        if price.basis == FEE_INCLUDED:
            text += ", incl. the fee where the buyer pays it"
        yield "price", text, "", _choice_of_price(chosen)

    fee = suggestion.fee
    if fee:
        yield "fee", _format_fee(fee, suggestion), "", _choice_of_fee(chosen)


def _format_fee(fee: Fee, suggestion: Suggestion) -> str:
    """Return a fee with its interval, or with what the rate card lists it for."""
    learned = suggestion.range_of("shipping_fee")
    if learned is not None:
        return format_price(learned)
    amount = format_amount(fee.amount, fee.currency)
    return f"{amount} ({fee.method}, {fee.parcel_size})"


def _earnings_rows(earnings: Earnings) -> Iterator[tuple[str, ...]]:
    """Yield a row with what the seller receives, and how it follows from the price."""
    amount = format_amount(earnings.amount, earnings.currency)
    parts = " less ".join(_earnings_parts(earnings))
    yield "earnings", f"{amount} ({parts}; {earnings.payer} pays shipping)", "", ""


def _earnings_parts(earnings: Earnings) -> Iterator[str]:
    """Yield the price, and what is subtracted from it."""
    currency = earnings.currency
    yield format_number(earnings.price, currency)
    is_part = earnings.basis == FEE_INCLUDED or earnings.payer == "seller"
    if earnings.fee is not None and is_part:
        yield f"{format_number(earnings.fee, currency)} fee"
    yield f"{format_number(earnings.commission, currency)} commission"


def _candidate_rows(
    suggestion: Suggestion, chosen: Listing | None
) -> Iterator[tuple[str, ...]]:
    """Yield cells of the ranked candidates; a field is named in its first row only."""
    for field, candidates in suggestion.candidates.items():
        heading = field.replace("_", " ")
        choice = str(getattr(chosen, field, None) or "")
        for candidate in candidates[:N_COMPARED] if chosen else candidates:
            yield (
                heading,
                candidate.value,
                _format_percent(candidate.probability),
                choice,
            )
            heading = choice = ""


def _notes(answers: Suggestions) -> Iterator[tuple[str, str]]:
    """Yield the seller's variants, models that did not answer, and photos that were not used."""
    for key, variant in answers.experiments.items():
        yield "experiment", f"{variant} of {key}"
    for name, reason in answers.missing.items():
        yield name, f"no answer: {reason}"
    for problem in answers.problems:
        yield "not used", problem


def _ignored(
    answers: Suggestions, confirmed: Listing | None
) -> Iterator[tuple[str, str]]:
    """Yield the confirmed values that models did not know, in the order of the fields."""
    for field in CONFIRMABLE:
        by_name = answers.by_model.items()
        ignoring = [name for name, answer in by_name if field in answer.unknown]
        if not ignoring:
            continue

        value = getattr(confirmed, field, None)
        what = field if value is None else f"{field} {value!r}"
        if any(field in answer.used for _, answer in by_name):
            who = ", ".join(ignoring)
            yield "not used", f"{what} is not known to {who} and was ignored there"
        else:
            yield "not used", f"{what} is not known to the models and was ignored"


def _choice_of_price(listing: Listing | None) -> str:
    if listing is None or listing.price is None:
        return ""
    return format_amount(listing.price, listing.currency)


def _choice_of_fee(listing: Listing | None) -> str:
    if listing is None or listing.shipping_fee is None:
        return ""
    return format_amount(listing.shipping_fee, listing.currency)


def _format_percent(probability: float) -> str:
    # No candidate is impossible, as 0% would say.
    return f"{probability:.0%}" if probability >= 0.01 else "<1%"


def _plain(suggestion: Suggestion) -> dict[str, object]:
    """Return a suggestion as JSON values; parts that it lacks are null."""
    values = asdict(suggestion)
    del values["model"]
    return values
