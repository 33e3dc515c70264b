"""Figures of quality by version, policy, variant or slice, from what sellers chose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from common import metrics
from common.events import RANKED_FIELDS
from common.listing import AMOUNT_FIELDS
from common.metrics import Values, Weights
from pipelines.evaluation import bootstrap
from pipelines.evaluation.intervals import MIN_SELLERS, NAN, Estimate, share
from pipelines.monitoring.hits import collect_hits, select_priced
from pipelines.monitoring.pinball import pinball_losses

if TYPE_CHECKING:
    import pandas as pd

NO_SLICE = "none"
"""The slice of a request without a suggested category."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of quality of one group of rows.

    Attributes:
        metric: that of ``pipelines.monitoring.hits.Hits``, or ``calibration_error``, ``rmsle`` or
            ``pinball_loss``.
        field: the field of the listing.
        group: the group, a value for each column that the rows are grouped by.
        estimate: the figure with its 95 % interval; the calibration error has none, since drawing
            rows anew makes it larger.
    """

    metric: str
    field: str
    group: tuple[str, ...]
    estimate: Estimate


def add_slice(fields: pd.DataFrame) -> pd.DataFrame:
    """Return ``OutcomeTables.fields`` with a column ``slice``: the suggested top category.

    What was suggested does not depend on what the seller then chose, so that no slice is made of
    errors.
    """
    categories = fields[(fields["field"] == "category") & fields["first"].notna()]
    pairs = zip(categories["request"], categories["first"], strict=True)
    tops = {request: category.partition("/")[0] for request, category in pairs}
    return fields.assign(slice=[tops.get(each, NO_SLICE) for each in fields["request"]])


def measure_quality(
    fields: pd.DataFrame, by: Sequence[str], level: float
) -> tuple[Figure, ...]:
    """Return the figures of each field and of each group of rows, in the order of groups.

    ``fields`` is ``OutcomeTables.fields``, with any column that was added. ``by`` are the columns
    whose values make a group, such as ``version`` and ``policy``; without any, all rows are one.
    ``level`` is the share of prices that shown intervals are to contain. Which rows count is said
    by ``collect_hits``.

    Where sellers see suggestions, accuracy and coverage are better than they are for sellers who
    list alone (choice bias): the policy ``holdout`` shows how good the suggestions are.
    """
    # A tuple of keys also for one column, and one group without any.
    keys: Any = [fields[name].astype(object) for name in by] or [np.zeros(len(fields))]
    figures: list[Figure] = []
    for key, rows in fields.groupby(keys, sort=True):
        group = tuple(map(str, key)) if by else ()
        for name, of_field in rows.groupby("field"):
            figures += [
                Figure(metric, str(name), group, estimate)
                for metric, estimate in _measure_field(str(name), of_field, level)
                if estimate.rows
            ]
    return tuple(figures)


def _measure_field(
    name: str, rows: pd.DataFrame, level: float
) -> Iterator[tuple[str, Estimate]]:
    for hits in collect_hits(name, rows):
        yield hits.metric, share(hits.values, hits.units)

    if name in RANKED_FIELDS:
        chosen = rows[rows["first"].notna() & rows["value"].notna()]
        yield "calibration_error", _calibration_error(chosen)
    elif name in AMOUNT_FIELDS:
        yield from _measure_amounts(select_priced(rows), level)


def _calibration_error(chosen: pd.DataFrame) -> Estimate:
    is_first = chosen["rank"] == 1
    error = metrics.expected_calibration_error(is_first, chosen["probability"])
    return Estimate(error, NAN, NAN, len(chosen), chosen["unit"].nunique())


def _measure_amounts(
    priced: pd.DataFrame, level: float
) -> Iterator[tuple[str, Estimate]]:
    truth, units = priced["number"].to_numpy(float), priced["unit"]
    predicted = priced["amount"].to_numpy(float)
    yield "rmsle", _resample(lambda rows: metrics.rmsle(truth, predicted, rows), units)
    losses = pinball_losses(truth, priced, level)
    yield "pinball_loss", _resample(lambda rows: metrics.mean(losses, rows), units)


def _resample(statistic: Callable[[Weights], Values], units: ArrayLike) -> Estimate:
    """Return a figure of rows with the interval of a bootstrap over their sellers."""
    import pandas as pd

    codes, distinct = pd.factorize(np.asarray(units))
    n_rows, n_units = len(codes), len(distinct)
    if not n_rows:
        return Estimate(NAN, NAN, NAN, 0, 0)

    value = float(statistic(np.ones((1, n_rows)))[0])
    if n_units < MIN_SELLERS:
        return Estimate(value, NAN, NAN, n_rows, n_units)
    draws = bootstrap.resample([lambda weights: statistic(weights[:, codes])], n_units)
    low, high = bootstrap.interval(draws[0])
    return Estimate(value, low, high, n_rows, n_units)
