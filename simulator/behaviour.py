"""How a seller behaves before suggestions: what is accepted, how long it takes, when it is sold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.events import ShownCandidate
from simulator.sales import ELASTICITY, WEIBULL_SHAPE

Choice = tuple[str, str | float | None]
"""An action of ``common.events.ACTIONS`` and the value that stands then."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What sellers do on average.

    Attributes:
        ignoring: probability that the suggestions for a field are left alone.
        anchoring: probability that a wrong first candidate is accepted, by each unit of its
            probability. It is the mean over sellers, who differ; at most 0.5.
        tolerance: difference of the log of the seller's own price from the suggested one up to
            which the suggestion is accepted.
        seconds: median time to list an item with suggestions.
        seconds_without: the same in the holdout.
        seconds_sd: standard deviation of the log of the time between items of a seller.
        seller_sd: standard deviation of the log of the time between sellers.
        days: scale of the days until an item at the suggested price is sold.
    """

    ignoring: float = 0.1
    anchoring: float = 0.4
    tolerance: float = 0.15
    seconds: float = 70
    seconds_without: float = 110
    seconds_sd: float = 0.5
    seller_sd: float = 0.4
    days: float = 14


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller of the market.

    Attributes:
        key: the shop's key of the seller.
        policy: one of ``common.events.POLICIES``.
        anchoring: that of ``Behaviour`` for this seller.
        log_pace: addition to the log of the seller's times.
    """

    key: str
    policy: str
    anchoring: float
    log_pace: float


def draw_seller(
    behaviour: Behaviour, key: str, policy: str, rng: np.random.Generator
) -> Seller:
    """Draw a seller; the anchoring is uniform from 0 to twice the mean."""
    return Seller(
        key=key,
        policy=policy,
        anchoring=2 * behaviour.anchoring * rng.random(),
        log_pace=rng.normal(0, behaviour.seller_sd),
    )


def choose_value(
    behaviour: Behaviour,
    seller: Seller,
    candidates: Sequence[ShownCandidate],
    truth: str,
    rng: np.random.Generator,
) -> Choice:
    """Return what a seller does with the candidates for a field, the first of them first."""
    if rng.random() < behaviour.ignoring:
        return "ignored", None
    first = candidates[0]
    is_anchored = rng.random() < seller.anchoring * first.probability
    value = first.value if is_anchored else truth
    is_suggested = any(candidate.value == value for candidate in candidates)
    return "accepted" if is_suggested else "changed", value


def choose_price(
    behaviour: Behaviour, suggested: float, own: float, rng: np.random.Generator
) -> Choice:
    """Return what a seller does with a suggested price who has another one in mind."""
    if rng.random() < behaviour.ignoring:
        return "ignored", None
    if abs(math.log(own / suggested)) <= behaviour.tolerance:
        return "accepted", suggested
    return "changed", own


def draw_seconds(
    behaviour: Behaviour, seller: Seller, rng: np.random.Generator
) -> float:
    """Draw the seconds from the first entry to the listing, which are lognormal."""
    is_alone = seller.policy == "holdout"
    median = behaviour.seconds_without if is_alone else behaviour.seconds
    return median * math.exp(seller.log_pace + rng.normal(0, behaviour.seconds_sd))


def draw_days(
    behaviour: Behaviour, price: float, suggested: float, rng: np.random.Generator
) -> float:
    """Draw the days until a sale: the dearer an item is for its value, the more they are."""
    scale = behaviour.days * (price / suggested) ** ELASTICITY
    return float(scale * rng.weibull(WEIBULL_SHAPE))
