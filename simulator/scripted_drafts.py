"""Drafts whose suggestions are drawn instead of computed: calibrated, and without a model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from common.events import ShownAmount, ShownCandidate
from simulator.behaviour import Draft

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
    return [_draft(rng) for _ in range(number)]


def _draft(rng: np.random.Generator) -> Draft:
    truth: dict[str, str | float] = {}
    candidates: list[ShownCandidate] = []
    for field, values in (("category", CATEGORIES), ("brand", BRANDS)):
        likely = rng.choice(len(values), N_CANDIDATES + 1, replace=False)
        first = rng.beta(4, 2)
        *others, unseen = rng.dirichlet(np.ones(N_CANDIDATES)) * (1 - first)
        probabilities = np.array([*sorted([first, *others], reverse=True), unseen])
        truth[field] = values[rng.choice(likely, p=probabilities)]
        names = [values[index] for index in likely]
        candidates += _candidates(field, names, probabilities.tolist())

    amount = float(np.round(np.exp(rng.normal(3.2, 0.8)), 2))
    reach = float(np.exp(Z_80 * PRICE_SD))
    price = ShownAmount("price", amount, amount / reach, amount * reach, "USD")
    truth["price"] = float(np.round(amount * np.exp(rng.normal(0, PRICE_SD)), 2))
    return Draft(truth, tuple(candidates), (price,))


def _candidates(
    field: str, names: list[str], probabilities: list[float]
) -> Iterator[ShownCandidate]:
    shown = zip(names[:N_CANDIDATES], probabilities[:N_CANDIDATES], strict=True)
    for rank, (value, probability) in enumerate(shown, 1):
        yield ShownCandidate(field, value, probability, rank)
