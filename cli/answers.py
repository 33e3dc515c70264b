"""How the answers for one listing are shown: a readable table, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from common.listing import Suggestion


@dataclass(frozen=True, slots=True)
class Answers:
    """What a release said about one listing; ``missing`` maps a model to why it did not answer."""

    release: str
    suggestions: Mapping[str, Suggestion]
    missing: Mapping[str, str]


def as_json(answers: Answers) -> str:
    """The answers as one JSON object; ``docs/suggest.md`` describes it."""
    models = {name: _plain(suggestion) for name, suggestion in answers.suggestions.items()}
    values = {"release": answers.release, "models": models, "missing": dict(answers.missing)}
    return json.dumps(values, ensure_ascii=False, indent=2)


def show(answers: Answers) -> None:
    """Print a table: candidates best first, price with its range, fee, and abstentions."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "suggestion", "", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for name, suggestion in answers.suggestions.items():
        for cells in _lines(suggestion):
            table.add_row(*map(Text, cells))
        if suggestion.abstained:
            table.add_row(Text(name), Text(f"rather not say: {suggestion.abstained}"), "")
    for name, reason in answers.missing.items():
        table.add_row(Text(name), Text(f"no answer: {reason}"), "")
    table.add_row("release", Text(answers.release), "")
    Console().print(table)


def _lines(suggestion: Suggestion) -> Iterator[tuple[str, str, str]]:
    """Lines of field, value and probability; a field is named on its first line only."""
    for field, candidates in suggestion.candidates.items():
        for rank, candidate in enumerate(candidates):
            heading = "" if rank else field.replace("_", " ")
            yield heading, candidate.value, _percent(candidate.probability)
    if suggestion.price:
        price = suggestion.price
        span = f"{price.low:,.2f} to {price.high:,.2f}"
        yield "price", f"{price.median:,.2f} {price.currency} (80 % within {span})", ""
    if suggestion.fee:
        fee = suggestion.fee
        yield "fee", f"{fee.amount:,.2f} {fee.currency} ({fee.method}, {fee.parcel_size})", ""


def _percent(probability: float) -> str:
    return f"{probability:.0%}" if probability >= 0.01 else "<1%"


def _plain(suggestion: Suggestion) -> dict[str, object]:
    """A suggestion as JSON values; what does not apply is null."""
    values = asdict(suggestion)
    del values["model"]
    return values
