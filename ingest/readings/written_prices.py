"""The prices of a sample as they are written, before anything is decided about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.readings.amounts import WrittenAmount, split_amount
from ingest.readings.cells import count_texts
from ingest.readings.currencies import narrow


@dataclass(frozen=True, slots=True)
class WrittenPrices:
    """The texts of a column of prices.

    Attributes:
        counts: how often each text occurs, those that are no amounts included.
        amounts: each text that is an amount, taken apart.
    """

    counts: Counter[str]
    amounts: Mapping[str, WrittenAmount]

    def has_currencies(self) -> bool:
        """Return whether any text has a sign or a code of a currency."""
        return any(amount.currencies for amount in self.amounts.values())

    def by_currency(self, stated: str) -> dict[str, Counter[str]]:
        """Return the texts of each currency with their counts; "" has those without one.

        A sign of several currencies is the stated one where it can be.
        """
        groups: dict[str, Counter[str]] = {}
        for text, amount in self.amounts.items():
            code = narrow(amount.currencies, stated)
            group = groups.setdefault(code, Counter())
            group[text] = self.counts[text]
        return groups

    def digits(self, texts: Counter[str]) -> Counter[str]:
        """Return the numbers of some of the texts with their counts."""
        counts = Counter[str]()
        for text, number in texts.items():
            counts[self.amounts[text].digits] += number
        return counts


def collect_prices(cells: Sequence[object]) -> WrittenPrices:
    """Return the prices of a column as they are written."""
    counts = count_texts(cells)
    amounts = {}
    for text in counts:
        try:
            amounts[text] = split_amount(text)
        except ValueError:
            continue  # its row says so later
    return WrittenPrices(counts, amounts)
