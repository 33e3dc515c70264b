"""How figures and values are written in sentences for people."""

from __future__ import annotations

from collections.abc import Sequence

MAX_QUOTED = 40
"""Characters of a value that a sentence shows."""

CENTS_BELOW = 10_000
"""Amounts below have two decimals where they are no whole numbers."""


def percent(count: float, total: float) -> str:
    """Return a share such as ``12 %``; something is never 0 %, and all but one not 100 %."""
    share = 100 * count / max(1, total)
    if count < total:
        # 99.9 % of the rows are not all of them.
        share = min(share, 99)

    if share >= 10 or not count:
        return f"{share:.0f} %"
    return f"{share:.1f} %" if share >= 0.1 else "<0.1 %"


def part(count: int, total: int) -> str:
    """Return a count beside its total and its share: ``12 of 400 (3.0 %)``."""
    return f"{count:,} of {total:,} ({percent(count, total)})"


def quote(value: str) -> str:
    """Return a value in quotation marks, on one line and cut to a limit."""
    flat = " ".join(value.split())
    cut = f"{flat[:MAX_QUOTED]}…" if len(flat) > MAX_QUOTED else flat
    return f"'{cut}'"


def enumerate_quoted(values: Sequence[str], limit: int) -> str:
    """Return the first values in quotation marks, and how many more there are."""
    quoted = map(quote, values[:limit])
    text = ", ".join(quoted)
    n_more = len(values) - limit
    return f"{text} and {n_more:,} more" if n_more > 0 else text


def amount(value: float) -> str:
    """Return an amount with the decimals that it needs: ``9,999,999``, ``12.50``, ``0.0005``."""
    if value >= CENTS_BELOW or value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if value >= 1 else f"{value:.2g}"


def month(number: int) -> str:
    """Return a month, given as 12 times its year and on, as ``2024-05``."""
    year, before = divmod(number, 12)
    return f"{year:04}-{before + 1:02}"
