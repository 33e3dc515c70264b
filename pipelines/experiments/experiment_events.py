"""The events of an experiment: who saw which variant, and what they did then and before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from common.experiments.definition import Experiment
from common.experiments.metrics import METRICS
from pipelines.experiments.exposures import ExposedSellers, find_exposures
from pipelines.experiments.metrics import rows_of
from pipelines.experiments.seller_sums import SellerSums, sum_by_seller
from pipelines.outcomes.tables import make_tables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from pipelines.outcomes.event_reader import EventReader

HISTORY = timedelta(days=28)
"""Time before an experiment in which what sellers did is compared with what they do in it."""


def start_of(experiment: Experiment) -> datetime:
    """Return when an experiment begins."""
    return datetime.combine(experiment.start, time(), UTC)


def end_of(experiment: Experiment) -> datetime:
    """Return when an experiment ends; what is done from then on does not count."""
    return datetime.combine(experiment.end + timedelta(days=1), time(), UTC)


@dataclass(frozen=True, slots=True)
class ExperimentEvents:
    """The events of an experiment.

    Attributes:
        experiment: the experiment.
        shown: a row for each time that a variant was on a screen: ``seller``, ``time``,
            ``variant``, ``policy`` and ``release``; and for what sellers saw under other policies
            while the experiment ran, without ``variant``.
        rows: what counts for each metric that has any, as ``rows_of`` gives it, and for the
            deciding one.
        unknown_variants: names of variants in events that the experiment lacks; what was shown
            under them does not count. There are none where events and experiment are of one shop.
    """

    experiment: Experiment
    shown: pd.DataFrame
    rows: Mapping[str, pd.DataFrame]
    unknown_variants: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, experiment: Experiment, events: pa.Table, rows: Mapping[str, pd.DataFrame]
    ) -> ExperimentEvents:
        """Return the events of an experiment, from all events and the rows of all metrics."""
        since = start_of(experiment) - HISTORY
        shown = _shown(events, experiment)
        names = [each.name for each in experiment.variants]
        is_unknown = shown["variant"].notna() & ~shown["variant"].isin(names)
        return cls(
            experiment,
            shown[~is_unknown],
            {
                name: each[each["time"] >= since]
                for name, each in rows.items()
                if len(each) or name == experiment.metric
            },
            tuple(sorted(shown["variant"][is_unknown].unique())),
        )

    def exposures(self, until: datetime) -> ExposedSellers:
        """Return who has seen which variant before a time."""
        until = min(until, end_of(self.experiment))
        return find_exposures(self.shown[self.shown["time"] < until])

    def sums(
        self, metric: str, until: datetime, exposed: pd.DataFrame | None = None
    ) -> Mapping[str, SellerSums]:
        """Return the sums of a metric by variant, as they are known at a time.

        ``exposed`` are the sellers that count, those of ``exposures`` by default.
        """
        known = until - timedelta(days=METRICS[metric].days)
        rows = self.rows[metric]
        rows = rows[rows["time"] < min(known, end_of(self.experiment))]
        if exposed is None:
            exposed = self.exposures(until).exposed
        return sum_by_seller(rows, exposed, METRICS[metric].is_per_seller)

    def all_sums(self, until: datetime) -> Mapping[str, Mapping[str, SellerSums]]:
        """Return the sums of all metrics, the deciding one first."""
        deciding = self.experiment.metric
        names = [deciding, *(name for name in self.rows if name != deciding)]
        exposed = self.exposures(until).exposed
        return {name: self.sums(name, until, exposed) for name in names}


def read_experiment_events(
    experiments: Sequence[Experiment], read_events: EventReader, until: datetime
) -> list[ExperimentEvents]:
    """Return the events of experiments before a time, and of ``HISTORY`` before them."""
    if not experiments:
        return []
    first = min(start_of(each) for each in experiments)
    events = read_events(first - HISTORY, until)
    tables = make_tables(events)
    rows = {metric: rows_of(tables, metric) for metric in METRICS}
    return [ExperimentEvents.of(each, events, rows) for each in experiments]


def _shown(events: pa.Table, experiment: Experiment) -> pd.DataFrame:
    """Return who saw an experiment, and when."""
    import pyarrow.compute as pc

    shown = events.filter(pc.equal(events["event"], "shown"))
    variants = pc.map_lookup(shown["experiments"], experiment.key, "first")
    frame = shown.select(["seller", "time", "policy", "release"]).to_pandas()
    frame = frame.assign(variant=variants.to_pandas())
    # Servers have no experiments for sellers of other policies, who may have been in one before.
    is_other = (frame["policy"] != "greedy") & (frame["time"] >= start_of(experiment))
    return frame[frame["variant"].notna() | is_other]
