"""Whether one experiment changes what another one does, where sellers are in both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING

from common.experiments.published import Stop
from pipelines.experiments.confidence_sequence import (
    confidence_sequence,
    information_of,
)
from pipelines.experiments.effects import Effect, measure_effect
from pipelines.experiments.experiment_events import ExperimentEvents, end_of
from pipelines.experiments.intervals import ALPHA, Interval
from pipelines.experiments.plan import tolerable_error
from pipelines.experiments.stops import stop_times

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Interaction:
    """How the effect of a variant depends on another experiment.

    Attributes:
        variant: name of the variant.
        other: key of the other experiment.
        other_variant: name of a variant of it.
        difference: the effect among sellers of that variant, less that among sellers of the other
            experiment's control, on the deciding metric.
        interval: where it lies, however often one looks and however many there are.
    """

    variant: str
    other: str
    other_variant: str
    difference: float
    interval: Interval


def find_interactions(
    found: ExperimentEvents,
    others: Sequence[ExperimentEvents],
    until: datetime,
    stops: Sequence[Stop] = (),
) -> Iterator[Interaction]:
    """Yield the interactions of an experiment that chance alone does not explain.

    ``stops`` are those of all experiments: of two variants counts what was done while sellers saw
    both.
    """
    pairs = [
        (variant.name, other, each.name)
        for other in others
        for variant, each in product(
            found.experiment.treatments, other.experiment.treatments
        )
    ]
    for variant, other, other_variant in pairs:
        both = min(
            until,
            _last_time(found, variant, stops),
            _last_time(other, other_variant, stops),
        )
        difference = _difference(found, variant, other, other_variant, both)
        error = tolerable_error(found.experiment.minimum_effect)
        information = information_of(difference, error)
        interval = confidence_sequence(difference, information, ALPHA / len(pairs))
        if interval.excludes_zero:
            key = other.experiment.key
            yield Interaction(variant, key, other_variant, difference.value, interval)


def _last_time(
    events: ExperimentEvents, variant: str, stops: Sequence[Stop]
) -> datetime:
    """Return until when sellers see a variant."""
    end = end_of(events.experiment)
    return min(end, stop_times(stops, events.experiment).get(variant, end))


def _difference(
    found: ExperimentEvents,
    variant: str,
    other: ExperimentEvents,
    other_variant: str,
    until: datetime,
) -> Effect:
    """Return the difference of two effects, as an effect."""
    exposed = other.exposures(until).exposed["variant"]
    control, treatment = (
        _effect(found, variant, exposed.index[exposed == name], until)
        for name in (other.experiment.control.name, other_variant)
    )
    error = math.hypot(control.error, treatment.error)
    sellers = min(control.sellers, treatment.sellers)
    return Effect(control.value, treatment.value, error, sellers)


def _effect(
    found: ExperimentEvents, variant: str, among: pd.Index[str], until: datetime
) -> Effect:
    """Return the effect of a variant among some sellers; NaN where one side has none."""
    exposed = found.exposures(until).exposed
    exposed = exposed[exposed.index.isin(among)]
    sums = found.sums(found.experiment.metric, until, exposed)
    control = found.experiment.control.name
    if control not in sums or variant not in sums:
        return Effect(math.nan, math.nan, math.nan, 0)
    return measure_effect(sums[control], sums[variant])
