"""How the answers for one listing are shown: a readable table, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from common.listing import Listing, Suggestion, Suggestions

BESIDE = 2
"""Candidates of a field that are shown beside what the seller chose."""


def as_json(answers: Suggestions) -> str:
    """The answers as one JSON object; ``docs/suggest.md`` describes it."""
    models = {name: _plain(suggestion) for name, suggestion in answers.by_model.items()}
    values: dict[str, object] = {
        "release": answers.release,
        "models": models,
        "missing": dict(answers.missing),
        "problems": list(answers.problems),
    }
    return json.dumps(values, ensure_ascii=False, indent=2)


def show(answers: Suggestions, chosen: Listing | None = None) -> None:
    """Print a table: candidates best first, price with its range, fee, and abstentions.

    With ``chosen``, the finished listing, its title comes first, what the seller chose stands
    beside the suggestions, and of these only the first ``BESIDE``.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "suggestion", "", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    if chosen:
        table.title, table.title_justify = Text(_headline(chosen)), "left"
        table.add_column("the seller chose")
    for name, suggestion in answers.by_model.items():
        for cells in _lines(suggestion, chosen):
            table.add_row(*map(Text, cells[: len(table.columns)]))
        if suggestion.abstained:
            table.add_row(Text(name), Text(f"rather not say: {suggestion.abstained}"))
    for name, reason in answers.missing.items():
        table.add_row(Text(name), Text(f"no answer: {reason}"))
    for problem in answers.problems:
        table.add_row("not used", Text(problem))
    if not chosen:
        table.add_row("release", Text(answers.release))
    Console().print(table)


def _headline(listing: Listing) -> str:
    said = [listing.condition or "condition not said"]
    if listing.photos:
        said.append("1 photo" if len(listing.photos) == 1 else f"{len(listing.photos)} photos")
    return f"{listing.title or 'no title'} ({', '.join(said)})"


def _lines(suggestion: Suggestion, chosen: Listing | None) -> Iterator[tuple[str, ...]]:
    """Lines of field, value, probability and choice; a field is named on its first line only."""
    for field, candidates in suggestion.candidates.items():
        value = str(getattr(chosen, field, None) or "")
        for rank, candidate in enumerate(candidates[:BESIDE] if chosen else candidates):
            heading, beside = ("", "") if rank else (field.replace("_", " "), value)
            yield heading, candidate.value, _percent(candidate.probability), beside
    if suggestion.price:
        price = suggestion.price
        span = f"{price.low:,.2f} to {price.high:,.2f}"
        told = f"{price.median:,.2f} {price.currency} (80 % within {span})"
        yield "price", told, "", _price(chosen)
    if suggestion.fee:
        fee = suggestion.fee
        yield "fee", f"{fee.amount:,.2f} {fee.currency} ({fee.method}, {fee.parcel_size})", "", ""


def _price(listing: Listing | None) -> str:
    if listing is None or listing.price is None:
        return ""
    return f"{listing.price:,.2f} {listing.currency or ''}".rstrip()


def _percent(probability: float) -> str:
    return f"{probability:.0%}" if probability >= 0.01 else "<1%"


def _plain(suggestion: Suggestion) -> dict[str, object]:
    """A suggestion as JSON values; what does not apply is null."""
    values = asdict(suggestion)
    del values["model"]
    return values
