"""Drafts whose suggestions are drawn instead of computed: calibrated, and without a model."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from common.events import ShownAmount, ShownCandidate
from simulator.arrays import sample_categorical
from simulator.seller_market import Draft

CATEGORIES = (
    "Women/Shoes/Boots",
    "Women/Shoes/Sandals",
    "Women/Shoes/Sneakers",
    "Women/Dresses/Midi",
    "Women/Dresses/Maxi",
    "Men/Shoes/Sneakers",
    "Men/Shoes/Boots",
    "Kids/Toys/Puzzles",
    "Kids/Toys/Dolls",
    "Home/Decor/Wall Art",
)
BRANDS = ("Nike", "Adidas", "Puma", "Zara", "H&M", "Uniqlo", "Levi's", "no brand")

N_CANDIDATES = 3
"""Candidates that are shown for a field, of ``N_CANDIDATES`` + 1 likely ones."""

PRICE_SD = 0.4
"""Standard deviation of the log of sellers' prices around the suggested one."""

Z_80 = 1.2816
"""Standard deviations on either side of an 80 % interval."""


def scripted_drafts(seed: int, number: int) -> list[Draft]:
    """Return drafts with a category, a brand and a price; the same seed gives the same ones.

    The true value is drawn from the stated probabilities, and prices from the stated
    distribution, so the suggestions are calibrated.
    """
    rng = np.random.default_rng(seed)
    suggested = {
        field: _draw_values(rng, values, number)
        for field, values in (("category", CATEGORIES), ("brand", BRANDS))
    }
    amounts = np.exp(rng.normal(3.2, 0.8, number)).round(2)
    asked = (amounts * np.exp(rng.normal(0, PRICE_SD, number))).round(2)

    drafts = []
    for row, (amount, price) in enumerate(
        zip(amounts.tolist(), asked.tolist(), strict=True)
    ):
        candidates: list[ShownCandidate] = []
        truth: dict[str, str | float] = {}
        for field, (names, probabilities, true) in suggested.items():
            candidates += _candidates(field, names[row], probabilities[row])
            truth[field] = names[row][true[row]]
        truth["price"] = max(price, 0.01)
        drafts.append(Draft(truth, tuple(candidates), (_price(amount),)))
    return drafts


def _draw_values(
    rng: np.random.Generator, values: tuple[str, ...], number: int
) -> tuple[list[list[str]], list[list[float]], list[int]]:
    """Return likely values of each draft, their probabilities, and which is true.

    Those that are shown come first, the likeliest of them at the front.
    """
    order = np.argsort(rng.random((number, len(values))), axis=1)
    likely = np.array(values)[order[:, : N_CANDIDATES + 1]]
    first = rng.beta(4, 2, (number, 1))
    rest = rng.dirichlet(np.ones(N_CANDIDATES), number) * (1 - first)
    shown = np.sort(np.hstack([first, rest[:, 1:]]), axis=1)[:, ::-1]
    probabilities = np.hstack([shown, rest[:, :1]])
    true = sample_categorical(np.cumsum(probabilities, axis=1), rng)
    return likely.tolist(), probabilities.tolist(), true.tolist()


def _price(amount: float) -> ShownAmount:
    reach = math.exp(Z_80 * PRICE_SD)
    return ShownAmount("price", amount, amount / reach, amount * reach, "USD")


def _candidates(
    field: str, names: list[str], probabilities: list[float]
) -> Iterator[ShownCandidate]:
    shown = zip(names[:N_CANDIDATES], probabilities[:N_CANDIDATES], strict=True)
    for rank, (value, probability) in enumerate(shown, 1):
        yield ShownCandidate(field, value, probability, rank)
