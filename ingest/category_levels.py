"""Tables with a column for each level of the category: ``category_1``, ``category_2``, ..."""

from __future__ import annotations

from collections.abc import Sequence

from ingest import aliases

_LEVEL_WORDS = ("_level", "_lvl", "_l", "_ebene", "_niveau", "_レベル")
"""What may stand between the name of the category and the number of the level."""


def find_levels(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the levels, the top first; none where there are fewer than two."""
    levels: dict[int, str] = {}
    for column in columns:
        name, number = aliases.without_number(aliases.normalise(column))
        if name != aliases.normalise(column) and _is_category(name):
            levels.setdefault(number, column)

    numbers = sorted(levels)
    # Levels are counted without gaps; other numbers are those of several categories.
    is_counted = (
        numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else False
    )
    if len(numbers) < 2 or numbers[0] > 1 or not is_counted:
        return ()
    return tuple(levels[number] for number in numbers)


def _is_category(name: str) -> bool:
    plain = name
    for word in _LEVEL_WORDS:
        plain = plain.removesuffix(word)
    fields = [field for field, _ in aliases.fields_by_name().get(plain, ())]
    return "category" in fields
