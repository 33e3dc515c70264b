"""What sellers did in past weeks, for the plan of an experiment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from common.errors import InputError
from common.experiments.metrics import METRICS
from pipelines.experiments.experiment_events import HISTORY
from pipelines.experiments.metrics import rows_of
from pipelines.experiments.seller_sums import SellerSums, sum_by_seller
from pipelines.outcomes.tables import OutcomeTables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def reading_start(metric: str, until: datetime, weeks: int) -> datetime:
    """Return from when on events are needed for so many weeks of a metric."""
    return _end(metric, until) - weeks * _WEEK - HISTORY


def past_sums(
    events: pa.Table, tables: OutcomeTables, metric: str, until: datetime, weeks: int
) -> Sequence[SellerSums]:
    """Return the sums of a metric over the last week before a time, the last two weeks, and so on.

    They are those of sellers who saw suggestions as models ranked them, with what these sellers did
    before as their history, as an experiment of these weeks would have had them. Weeks that began
    before the first event are left out.

    Raises ``InputError`` where there is no whole week.
    """
    shown = _shown(events)
    rows = rows_of(tables, metric)
    end = _end(metric, until)
    pasts = []
    for number in range(1, weeks + 1):
        start = end - number * _WEEK
        if shown.empty or shown["time"].min() > start + _DAY:
            break
        seen = shown[(shown["time"] >= start) & (shown["time"] < end)]
        exposed = seen.groupby("seller")[["time"]].min().assign(variant="")
        sums = sum_by_seller(
            rows[rows["time"] < end], exposed, METRICS[metric].is_per_seller
        )
        pasts.append(sums[""])
    if not pasts:
        raise InputError(
            f"a plan needs a whole week of events before {end:%Y-%m-%d}, and there is none:"
            " 'listrec events drain' moves those that wait in the log"
        )
    return pasts


def _end(metric: str, until: datetime) -> datetime:
    """Return the end of the last week whose values are known."""
    return until - timedelta(days=METRICS[metric].days)


def _shown(events: pa.Table) -> pd.DataFrame:
    import pyarrow.compute as pc

    shown = events.filter(pc.equal(events["event"], "shown"))
    frame = shown.select(["seller", "time", "policy"]).to_pandas()
    return frame[(frame["seller"] != "") & (frame["policy"] == "greedy")]
