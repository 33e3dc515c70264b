"""Sellers who list items beside suggestions: the events of a shop whose truth is known.

    market = SellerMarket(seed=1, sellers=500)
    events = market.list_items(drafts, start=monday)

Suggestions are scripted (``simulator.scripted_drafts``) or those of a model. Whoever estimates an
effect from the events can compare it with what ``simulator.behaviour`` has put into them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from common.events import (
    DRAWN_FIELD,
    POLICIES,
    Event,
    Listed,
    Outcome,
    Shown,
    ShownAmount,
    ShownCandidate,
    Sold,
)
from common.plackett_luce import conditional_propensities, draw_order
from simulator.behaviour import (
    Behaviour,
    Choice,
    Seller,
    choose_price,
    choose_value,
    draw_days,
    draw_seconds,
    draw_seller,
)

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
        experiments: variant of each experiment that the seller is in, by the experiment's key.
    """

    truth: Mapping[str, str | float]
    candidates: tuple[ShownCandidate, ...]
    amounts: tuple[ShownAmount, ...] = ()
    release: str = "simulated"
    versions: Mapping[str, str] = field(default_factory=dict)
    experiments: Mapping[str, str] = field(default_factory=dict)

    def amount_of(self, name: str) -> ShownAmount | None:
        """Return what is suggested for an amount, if anything."""
        return next((each for each in self.amounts if each.field == name), None)


@dataclass(frozen=True, slots=True)
class Visit:
    """A seller who comes to list one item.

    Attributes:
        seller: who comes.
        time: when the suggestions are on the screen.
    """

    seller: Seller
    time: datetime


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
        """Draw the sellers; ``exploration`` and ``holdout`` are the shares of their policies."""
        self.behaviour = behaviour or Behaviour()
        self._seed = seed
        self._rng = np.random.default_rng(seed)
        shares = (1 - exploration - holdout, exploration, holdout)
        policies = self._rng.choice(POLICIES, sellers, p=shares)
        self._sellers = [
            draw_seller(self.behaviour, f"s{number}", str(policy), self._rng)
            for number, policy in enumerate(policies)
        ]
        # Few sellers have many items, many have few.
        activity = self._rng.gamma(1.0, size=sellers)
        self._activity = activity / activity.sum()
        self._n_listed = 0

    def list_items(
        self, drafts: Sequence[Draft], start: datetime, days: float = 7
    ) -> Iterator[Event]:
        """Give the events of drafts that are listed within ``days`` from ``start`` on.

        The events of a draft follow each other. A sale may be later than the last day; an item
        that is not sold within ``MAX_DAYS`` has none.
        """
        visits = self.draw_visits(len(drafts), start, days)
        for draft, visit in zip(drafts, visits, strict=True):
            yield from self.list_item(draft, visit)

    def draw_visits(self, number: int, start: datetime, days: float) -> list[Visit]:
        """Draw who comes within ``days`` from ``start`` on, in the order of time.

        For a model whose suggestions depend on the seller, who is known before the draft then.
        """
        sellers = self._rng.choice(len(self._sellers), number, p=self._activity)
        times = np.sort(self._rng.uniform(0, days, number))
        return [
            Visit(self._sellers[seller], start + timedelta(days=float(day)))
            for seller, day in zip(sellers, times, strict=True)
        ]

    def list_item(self, draft: Draft, visit: Visit) -> Iterator[Event]:
        """Give what is shown, the outcomes, the listing and, if there is one, the sale."""
        self._n_listed += 1
        seller = visit.seller
        shown = self._show(draft, visit)
        yield shown

        request = shown.request
        seconds = draw_seconds(self.behaviour, seller, self._rng)
        listed_at = visit.time + timedelta(seconds=seconds)
        price = None
        for name in draft.truth:
            action, value = self._choose(name, draft, shown, seller)
            outcome = Outcome(request, name, value, listed_at, action)
            yield replace(outcome, id=f"{request}-{name}", seller=seller.key)
            if name == "price" and isinstance(value, float):
                price = value

        suggested = draft.amount_of("price")
        listed = Listed(
            request=request,
            listing=shown.listing,
            price=price,
            currency=suggested.currency if suggested else "",
            time=listed_at,
            id=f"{request}-listed",
            seller=seller.key,
            seconds=seconds,
        )
        yield listed
        if price is not None and suggested is not None:
            yield from self._sell(listed, price, suggested.amount)

    def _show(self, draft: Draft, visit: Visit) -> Shown:
        candidates, seller = draft.candidates, visit.seller
        if seller.policy == "exploration":
            candidates = _reorder(candidates, self._rng)
        request = f"r{self._seed}-{self._n_listed}"
        return Shown(
            request=request,
            listing=f"l{request}",
            release=draft.release,
            versions=draft.versions,
            experiments=draft.experiments,
            candidates=candidates,
            amounts=draft.amounts,
            latency=0.01,
            time=visit.time,
            id=f"{request}-shown",
            seller=seller.key,
            policy=seller.policy,
        )

    def _choose(self, name: str, draft: Draft, shown: Shown, seller: Seller) -> Choice:
        truth = draft.truth[name]
        candidates = [each for each in shown.candidates if each.field == name]
        amount = draft.amount_of(name)
        if seller.policy == "holdout" or not (candidates or amount):
            return "entered", truth
        if amount:
            own = float(truth)
            return choose_price(self.behaviour, amount.amount, own, self._rng)
        return choose_value(self.behaviour, seller, candidates, str(truth), self._rng)

    def _sell(self, listed: Listed, price: float, suggested: float) -> Iterator[Sold]:
        days = draw_days(self.behaviour, price, suggested, self._rng)
        if days < MAX_DAYS:
            yield Sold(
                request=listed.request,
                listing=listed.listing,
                price=price,
                currency=listed.currency,
                days=round(days, 2),
                time=listed.time + timedelta(days=days),
                id=f"{listed.request}-sold",
                seller=listed.seller,
            )


def _reorder(
    candidates: Sequence[ShownCandidate], rng: np.random.Generator
) -> tuple[ShownCandidate, ...]:
    """Draw an order of the candidates of the drawn field, with their ranks and propensities."""
    others = [each for each in candidates if each.field != DRAWN_FIELD]
    models = [each for each in candidates if each.field == DRAWN_FIELD]

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
