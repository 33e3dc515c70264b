"""Events as lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from common.amounts import format_amount


def describe_all(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each row of ``EventDatabase.read``, those of a moment as they happened."""
    kinds = list(_DESCRIBE)
    in_order = sorted(rows, key=lambda row: (row["time"], kinds.index(row["event"])))
    return [describe(row) for row in in_order]


def describe(row: Mapping[str, Any]) -> str:
    """Return a line that says what a row of ``EventDatabase.read`` is about."""
    time = row["time"].isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    return (
        f"{time}  {row['request'][:8]}  {row['event']:8} {_DESCRIBE[row['event']](row)}"
    )


def _describe_shown(row: Mapping[str, Any]) -> str:
    firsts = [
        f"{each['field']} {each['value']}"
        for each in row["candidates"]
        if each["rank"] == 1
    ]
    amounts = [
        f"{each['field']} {format_amount(each['amount'], each['currency'])}"
        for each in row["amounts"]
    ]
    suggested = ", ".join([*firsts, *amounts]) or "no suggestions"
    variants = (row["experiments"] or {}).items()
    tried = ", ".join(f"{variant} of {key}" for key, variant in variants)
    return (
        suggested + _POLICIES.get(row["policy"], "") + (f" ({tried})" if tried else "")
    )


def _describe_outcome(row: Mapping[str, Any]) -> str:
    number, text = row["number"], row["value"]
    value = text or ("" if number is None else format_amount(number))
    done = f"{row['field']}: {row['action'] or 'chosen'}"
    return f"{done}, {value}" if value else done


def _describe_listed(row: Mapping[str, Any]) -> str:
    return f"{row['listing']}{_describe_price(row)}"


def _describe_sold(row: Mapping[str, Any]) -> str:
    days = "" if row["days"] is None else f" after {row['days']:g} days"
    return f"{_describe_listed(row)}{days}"


def _describe_price(row: Mapping[str, Any]) -> str:
    if row["price"] is None:
        return ""
    return f" for {format_amount(row['price'], row['currency'])}"


_POLICIES = {
    "exploration": " (categories in an order that was drawn)",
    "holdout": " (of the holdout, who did not see them)",
}
"""What is to be known of suggestions that were not shown best first."""

_DESCRIBE = {
    "shown": _describe_shown,
    "outcome": _describe_outcome,
    "listed": _describe_listed,
    "sold": _describe_sold,
}
"""By name of an event, in the order in which they happen."""
