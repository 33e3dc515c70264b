"""Whether the replay of the ranking in use says what sellers who saw it have accepted."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.evaluation.intervals import Estimate, difference, share
from pipelines.replay.estimators import doubly_robust_scores, estimate_value
from pipelines.replay.logged_orders import LoggedOrders
from pipelines.replay.prefix_weights import accepted_by_rank, draw_propensities
from pipelines.replay.replay import MIN_PROPENSITY, terms_of
from pipelines.replay.targets import best_first


@dataclass(frozen=True, slots=True)
class Check:
    """What is replayed beside what was observed, of the ranking in use.

    Attributes:
        replayed: its value as replayed for sellers whose order was drawn.
        observed: its value to sellers who saw it.
        difference: ``replayed`` less ``observed``.
    """

    replayed: Estimate
    observed: Estimate
    difference: Estimate

    @property
    def is_passed(self) -> bool:
        """Whether chance explains the difference, as far as can be told."""
        return not (self.difference.low > 0 or self.difference.high < 0)


def check_replay(drawn: LoggedOrders, greedy: LoggedOrders, depth: int) -> Check:
    """Compare both for listings whose first ``depth`` ranks are likely enough in a draw."""
    drawn, greedy = _with_support(drawn, depth), _with_support(greedy, depth)
    target = best_first(drawn, depth)
    terms = terms_of(drawn, target, [target])
    hits = accepted_by_rank(greedy, best_first(greedy, depth)).sum(axis=1)

    # Nobody is among both, and the numbers of sellers must not say so.
    others = -1 - greedy.sellers
    scores = doubly_robust_scores(terms).sum(axis=1)
    return Check(
        replayed=estimate_value(terms, drawn.sellers)["DR"],
        observed=share(hits, others),
        difference=difference(scores, drawn.sellers, hits, others),
    )


def _with_support(orders: LoggedOrders, depth: int) -> LoggedOrders:
    """Return the listings of which a draw would be replayed, whether there was one or not."""
    likely = draw_propensities(orders, best_first(orders, depth)) >= MIN_PROPENSITY
    return orders.select(likely)
