"""The categories that sellers saw, in which order, and which of them they listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from common.arrays import Bools, Ints
from common.events import DRAWN_FIELD
from common.metrics import Values
from pipelines.outcomes.other_variants import Variants, saw_other_variant
from pipelines.outcomes.shown import Exposures
from pipelines.outcomes.tables import make_tables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ANSWERED = ("accepted", "changed", "ignored")


@dataclass(frozen=True, slots=True)
class LoggedOrders:
    """A row for each listing whose seller saw categories, a column for each rank.

    Attributes:
        requests: id of the request ``[listings]``.
        sellers: number of the seller ``[listings]``, from 0 on.
        values: the categories as they were shown; empty behind the last ``[listings, ranks]``.
        probabilities: those that the model stated; 0 behind the last category.
        propensities: those of the events: of each category at its rank, given those before it; 1
            behind the last category.
        chosen: rank of the category that was listed ``[listings]``; 0 where it is none of these.
    """

    requests: Any
    sellers: Ints
    values: Any
    probabilities: Values
    propensities: Values
    chosen: Ints

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def n_sellers(self) -> int:
        """How many sellers these are."""
        return len(np.unique(self.sellers))

    @property
    def n_ranks(self) -> int:
        """How many categories the longest list has."""
        return int(self.values.shape[1])

    @property
    def is_drawn(self) -> Bools:
        """Whether chance decided the order ``[listings]``: not where the model abstained."""
        return np.asarray((self.propensities < 1).any(axis=1))

    def select(self, is_wanted: Bools) -> LoggedOrders:
        """Return some of the rows; sellers are numbered anew."""
        _, sellers = np.unique(self.sellers[is_wanted], return_inverse=True)
        return LoggedOrders(
            self.requests[is_wanted],
            sellers,
            self.values[is_wanted],
            self.probabilities[is_wanted],
            self.propensities[is_wanted],
            self.chosen[is_wanted],
        )


def find_orders(
    events: pa.Table, policy: str, others: Variants = frozenset()
) -> LoggedOrders:
    """Return what sellers of a policy saw and listed, from events with ``tables.COLUMNS``.

    Which events count is said in ``pipelines.outcomes.tables``. Sellers who are not known have no
    policy, and are left out. So are those of the variants ``others``, who saw other categories.
    """
    import pandas as pd
    import pyarrow.compute as pc

    fields = make_tables(events).fields
    is_wanted = (
        (fields["field"] == DRAWN_FIELD)
        & (fields["policy"] == policy)
        & fields["action"].isin(_ANSWERED)
        & fields["first"].notna()
        & (fields["seller"] != "")
        & ~saw_other_variant(fields["experiments"], others)
    )
    rows = fields[is_wanted]
    shown = events.filter(pc.equal(events["event"], "shown"))
    exposures = Exposures.of(shown, rows["request"])
    candidates = exposures.candidates
    candidates = candidates[candidates["field"] == DRAWN_FIELD]
    row = exposures.shown.index.get_indexer(pd.Index(rows["request"]))
    return LoggedOrders(
        requests=rows["request"].to_numpy(object),
        sellers=pd.factorize(rows["seller"])[0],
        values=_by_rank(candidates, "value", "")[row],
        probabilities=_by_rank(candidates, "probability", 0.0)[row],
        propensities=_by_rank(candidates, "propensity", 1.0)[row],
        chosen=rows["rank"].fillna(0).to_numpy(np.int64),
    )


def _by_rank(candidates: pd.DataFrame, column: str, missing: Any) -> Any:
    """Return a column of candidates as an array ``[positions, ranks]``."""
    positions = candidates["position"].to_numpy()
    ranks = candidates["rank"].to_numpy()
    shape = (positions.max(initial=-1) + 1, ranks.max(initial=0))
    table = np.full(shape, missing, object if missing == "" else float)
    table[positions, ranks - 1] = candidates[column].to_numpy()
    return table
