"""The part of a model card about where labels come from that sellers chose beside suggestions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from common.events import ACTIONS

INTRODUCTION = (
    "Labels are what sellers listed. Most of them saw suggestions, and a label that was accepted"
    " from a suggestion agrees with the model more often than one that a seller chose alone"
    " (anchoring). Sellers of the holdout saw no suggestions: their share is what the model"
    " reaches by itself, and the difference to `greedy` is the part of the agreement that"
    " suggestions made."
)

COMPARED = ("greedy", "holdout")
"""Policies whose agreement is compared."""


def describe_choices(source: Mapping[str, Any]) -> Iterator[str]:
    """Yield paragraphs and a table in Markdown; nothing for rows of a table.

    ``source`` is that of the manifest of a snapshot; ``ingest.outcomes.choices`` counts.
    """
    choices = source.get("choices")
    if not choices:
        return
    yield INTRODUCTION
    yield f"Rows by policy: {_counts(choices['policies'])}."
    yield "\n".join(_table(choices))
    for field, releases in choices["accepted_from"].items():
        yield f"Accepted labels of {field} by release: {_counts(releases)}."


def _table(choices: Mapping[str, Any]) -> Iterator[str]:
    policies = [f"label is the first candidate, {policy}" for policy in COMPARED]
    heads = ["field", *ACTIONS, *policies]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for field in sorted({*choices["actions"], *choices["comparable"]}):
        counts = choices["actions"].get(field, {})
        cells = [field, *(str(counts.get(action, 0)) for action in ACTIONS)]
        cells += [_agreement(choices, field, policy) for policy in COMPARED]
        yield f"| {' | '.join(cells)} |"


def _agreement(choices: Mapping[str, Any], field: str, policy: str) -> str:
    """Return the share of labels that are the most probable candidate, and of how many rows."""
    n_rows = choices["comparable"].get(field, {}).get(policy, 0)
    if not n_rows:
        return "no rows"
    n_agreeing = choices["agreeing"][field].get(policy, 0)
    return f"{n_agreeing / n_rows:.0%} of {n_rows}"


def _counts(counts: Mapping[str, int]) -> str:
    frequent = sorted(counts, key=lambda name: (-counts[name], name))
    return ", ".join(f"{name} {counts[name]}" for name in frequent)
