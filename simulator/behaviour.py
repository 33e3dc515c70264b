"""How sellers of the synthetic market behave before suggestions: what they accept, and how fast.

    market = SellerMarket(seed=1, sellers=500)
    events = market.list_items(drafts, start=monday)

The effects are known, so that whoever estimates them from the events can be checked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from common.events import (
    Event,
    Listed,
    Outcome,
    Shown,
    ShownAmount,
    ShownCandidate,
    Sold,
)
from common.plackett_luce import conditional_propensities, draw_order
from simulator.sales import ELASTICITY, WEIBULL_SHAPE

MAX_DAYS = 60
"""Days after which an item is no longer sold."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An item that a seller is about to list.

    Attributes:
        truth: what the seller would enter without suggestions, by field; the price is a number.
        candidates: what is suggested for fields with candidates, in the order of the model.
        amounts: what is suggested for amounts.
        release: id of the release that suggests.
        versions: artifact id of each model, by its name.
        variant: variant of the experiment; empty outside of one.
    """

    truth: Mapping[str, str | float]
    candidates: tuple[ShownCandidate, ...]
    amounts: tuple[ShownAmount, ...] = ()
    release: str = "simulated"
    versions: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What sellers do on average.

    Attributes:
        ignoring: probability that the suggestions for a field are left alone.
        anchoring: probability that a wrong first candidate is accepted, by each unit of its
            probability. It is the mean over sellers, who differ.
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
class _Seller:
    key: str
    policy: str
    anchoring: float
    log_speed: float


class SellerMarket:
    """Sellers who list drafts; the same seed and drafts give the same events."""

    def __init__(
        self,
        seed: int,
        sellers: int = 500,
        behaviour: Behaviour | None = None,
        exploration: float = 0.02,
        holdout: float = 0.01,
    ) -> None:
        """Draw the sellers; ``exploration`` and ``holdout`` are their shares, drawn once."""
        self.behaviour = behaviour or Behaviour()
        self._seed = seed
        self._rng = np.random.default_rng(seed)
        self._sellers = [
            self._draw_seller(number, exploration, holdout) for number in range(sellers)
        ]
        # Few sellers have many items, many have few.
        activity = self._rng.gamma(1.0, size=sellers)
        self._shares = activity / activity.sum()
        self._n_listed = 0

    def list_items(
        self, drafts: Sequence[Draft], start: datetime, days: float = 7
    ) -> Iterator[Event]:
        """Give the events of drafts that are listed within ``days`` from ``start`` on.

        The events of a draft follow each other; a sale is later than its listing, and may be later
        than the last day. Drafts that are not sold within
        ``MAX_DAYS`` have none.
        """
        sellers = self._rng.choice(len(self._sellers), len(drafts), p=self._shares)
        times = np.sort(self._rng.uniform(0, days, len(drafts)))
        for draft, seller, day in zip(drafts, sellers, times, strict=True):
            self._n_listed += 1
            time = start + timedelta(days=float(day))
            yield from self._list_item(draft, self._sellers[seller], time)

    def _draw_seller(self, number: int, exploration: float, holdout: float) -> _Seller:
        draw = self._rng.random()
        is_explored = holdout <= draw < holdout + exploration
        other_policy = "exploration" if is_explored else "greedy"
        return _Seller(
            key=f"s{number}",
            policy="holdout" if draw < holdout else other_policy,
            # Uniform up to twice the mean, where probabilities allow it.
            anchoring=2 * self.behaviour.anchoring * self._rng.random(),
            log_speed=self._rng.normal(0, self.behaviour.seller_sd),
        )

    def _list_item(
        self, draft: Draft, seller: _Seller, time: datetime
    ) -> Iterator[Event]:
        """Give what is shown, the outcomes, the listing and, if there is one, the sale."""
        request = f"r{self._seed}-{self._n_listed}"
        shown = self._show(draft, seller, request, time)
        yield shown

        listed_at = time + timedelta(seconds=self._draw_seconds(seller))
        price = None
        for name in draft.truth:
            action, value = self._choose(name, draft, shown, seller)
            outcome = Outcome(request, name, value, listed_at, action)
            yield replace(outcome, id=f"{request}-{name}", seller=seller.key)
            if name == "price" and isinstance(value, float):
                price = value

        currency = next((amount.currency for amount in draft.amounts), "")
        listed = Listed(
            request=request,
            listing=f"l{request}",
            price=price,
            currency=currency,
            time=listed_at,
            id=f"{request}-listed",
            seller=seller.key,
            seconds=(listed_at - time).total_seconds(),
        )
        yield listed
        yield from self._sell(listed, draft)

    def _show(
        self, draft: Draft, seller: _Seller, request: str, time: datetime
    ) -> Shown:
        candidates = draft.candidates
        if seller.policy == "exploration":
            candidates = _reorder(candidates, "category", self._rng)
        return Shown(
            request=request,
            listing=f"l{request}",
            release=draft.release,
            versions=draft.versions,
            variant=draft.variant,
            candidates=candidates,
            amounts=draft.amounts,
            latency=0.01,
            time=time,
            id=f"{request}-shown",
            seller=seller.key,
            policy=seller.policy,
        )

    def _draw_seconds(self, seller: _Seller) -> float:
        behaviour = self.behaviour
        is_alone = seller.policy == "holdout"
        median = behaviour.seconds_without if is_alone else behaviour.seconds
        log_ratio = seller.log_speed + self._rng.normal(0, behaviour.seconds_sd)
        return median * math.exp(log_ratio)

    def _choose(
        self, name: str, draft: Draft, shown: Shown, seller: _Seller
    ) -> tuple[str, str | float | None]:
        """Return what the seller does with the suggestions for a field, and the value."""
        truth = draft.truth[name]
        candidates = [each for each in shown.candidates if each.field == name]
        amounts = [each for each in shown.amounts if each.field == name]
        if seller.policy == "holdout" or not (candidates or amounts):
            return "entered", truth
        if self._rng.random() < self.behaviour.ignoring:
            return "ignored", None

        if amounts:
            return self._choose_amount(amounts[0].amount, float(truth))
        first = candidates[0]
        is_anchored = self._rng.random() < seller.anchoring * first.probability
        value = first.value if is_anchored else truth
        is_suggested = any(candidate.value == value for candidate in candidates)
        return "accepted" if is_suggested else "changed", value

    def _choose_amount(self, suggested: float, own: float) -> tuple[str, float]:
        if abs(math.log(own / suggested)) <= self.behaviour.tolerance:
            return "accepted", suggested
        return "changed", own

    def _sell(self, listed: Listed, draft: Draft) -> Iterator[Sold]:
        """Give the sale; the dearer an item is for what was suggested, the later it is."""
        amount = next(
            (each.amount for each in draft.amounts if each.field == "price"), None
        )
        if listed.price is None or amount is None:
            return
        scale = self.behaviour.days * (listed.price / amount) ** ELASTICITY
        days = float(scale * self._rng.weibull(WEIBULL_SHAPE))
        if days < MAX_DAYS:
            yield Sold(
                request=listed.request,
                listing=listed.listing,
                price=listed.price,
                currency=listed.currency,
                days=round(days, 2),
                time=listed.time + timedelta(days=days),
                id=f"{listed.request}-sold",
                seller=listed.seller,
            )


def _reorder(
    candidates: Sequence[ShownCandidate], name: str, rng: np.random.Generator
) -> tuple[ShownCandidate, ...]:
    """Draw an order of the candidates of a field, with their ranks and propensities."""
    others = [each for each in candidates if each.field != name]
    models = [each for each in candidates if each.field == name]

    uniforms = rng.uniform(1e-12, 1, len(models)).tolist()
    order = draw_order([each.probability for each in models], uniforms)
    drawn = [models[index] for index in order]
    propensities = conditional_propensities([each.probability for each in drawn])
    reordered = [
        replace(candidate, rank=rank, propensity=propensity)
        for rank, (candidate, propensity) in enumerate(
            zip(drawn, propensities, strict=True), 1
        )
    ]
    return (*others, *reordered)
