"""Counters whose size is bounded, and what is read off them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

MAX_VALUES = 50_000
"""Different values that a counter holds; beyond, the rarest half is dropped."""

Value = TypeVar("Value")


def update(counter: Counter[Any], values: Iterable[Any]) -> None:
    """Count values, and drop the rarest of them when there are too many."""
    counter.update(values)
    trim(counter)


def trim(counter: Counter[Any]) -> None:
    """Drop the rarest half of the values when there are too many."""
    if len(counter) > MAX_VALUES:
        kept = counter.most_common(MAX_VALUES // 2)
        counter.clear()
        counter.update(dict(kept))


def commonest(counter: Counter[Value], limit: int) -> dict[Value, int]:
    """Return the commonest values with their counts; equally common ones in their own order."""
    # Counter.most_common leaves ties in the order of the rows; by value they are reproducible.
    values = sorted(counter)  # type: ignore[type-var]
    values.sort(key=counter.__getitem__, reverse=True)
    return {value: counter[value] for value in values[:limit]}


def quantiles(counts: Counter[int], levels: Sequence[float]) -> list[int]:
    """Return the value at each level: the first that so many counts do not exceed.

    Levels are in ascending order, from 0 to 1, and there is at least one count.
    """
    found: list[int] = []
    total = counts.total()
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        # One value may hold several levels.
        while len(found) < len(levels) and seen >= levels[len(found)] * total:
            found.append(value)

    return found
