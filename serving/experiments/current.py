"""The experiments that a process applies now, and the variants of a listing's seller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from common.experiments.definition import ATTRIBUTES, Experiment
from common.listing import Listing

if TYPE_CHECKING:
    from common.experiments.assignment import Assigner, Assignment


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
        self._assigner: Assigner | None = None

    def assign(self, listing: Listing) -> Mapping[str, Assignment]:
        """Return what the seller of a listing is assigned to now, by layer.

        A listing without a seller has no assignments.
        """
        if self._assigner is None or not listing.seller_id:
            return {}
        attributes = {name: getattr(listing, name) for name in ATTRIBUTES}
        return self._assigner.assign(listing.seller_id, attributes, self._day())

    def replace(self, experiments: Sequence[Experiment]) -> None:
        """Apply these experiments, which passed ``checks.check_layers``, from now on."""
        if not experiments:
            self._assigner = None
            return
        # GrowthBook takes 39 MB of each worker: only where there are experiments.
        from common.experiments.assignment import Assigner

        self._assigner = Assigner(experiments)
