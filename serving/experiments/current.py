"""The experiments that a process applies now, and the variants of a listing's seller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from common.experiments.definition import ATTRIBUTES, Experiment
from common.listing import Listing

if TYPE_CHECKING:
    from common.experiments.assignment import Assignment

Assignments = Mapping[str, "Assignment"]
"""What a seller is assigned to, by layer."""

Assign = Callable[[str, tuple[str | None, ...], date], Assignments]
"""Assigns a seller whose listing has the values of ``ATTRIBUTES``, on a day."""

MAX_SELLERS = 10_000
"""Sellers whose assignments are kept: while one types, there is a request for each pause."""

_attributes = attrgetter(*ATTRIBUTES)


def today() -> date:
    """Return the day in UTC, on which experiments begin and end."""
    return datetime.now(UTC).date()


class CurrentExperiments:
    """The experiments of a worker; none until they are replaced for the first time.

    All workers that have the same experiments assign the same variants.
    """

    def __init__(self, day: Callable[[], date] = today) -> None:
        """Take the day of an assignment from ``day``."""
        self._day = day
        self._assign: Assign | None = None

    def assign(self, listing: Listing) -> Assignments:
        """Return what the seller of a listing is assigned to now, by layer.

        A listing without a seller has no assignments.
        """
        if self._assign is None or not listing.seller_id:
            return {}
        return self._assign(listing.seller_id, _attributes(listing), self._day())

    def replace(self, experiments: Sequence[Experiment]) -> None:
        """Apply these experiments, which passed ``checks.check_layers``, from now on."""
        self._assign = _make_assign(experiments) if experiments else None


def _make_assign(experiments: Sequence[Experiment]) -> Assign:
    # GrowthBook takes 39 MB of each worker: only where there are experiments.
    from common.experiments.assignment import Assigner

    assigner = Assigner(experiments)

    @lru_cache(MAX_SELLERS)
    def assign(seller: str, values: tuple[str | None, ...], day: date) -> Assignments:
        """Return the assignments of a seller."""
        return assigner.assign(seller, dict(zip(ATTRIBUTES, values, strict=True)), day)

    return assign
