"""The training runs of a store as tables: how they ended, metrics over nights, time and costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common.machine_prices import MachinePrices
from common.runs.run_list import Run, find_records
from pipelines.training.costs import estimate

if TYPE_CHECKING:
    import pandas as pd

EVALUATE = "evaluate"
"""The step whose result has metrics."""

SECONDS_PER_HOUR = 3600


def runs_table(runs: Sequence[Run], prices: MachinePrices | None) -> pd.DataFrame:
    """Return a row for each run: when, how it ended and why, its hours, and what it cost.

    Without prices there is no column ``cost``.
    """
    import pandas as pd

    rows = []
    for run in runs:
        row = {
            "run": run.name,
            "started": run.started_at[:16].replace("T", " "),
            "state": run.state,
            "targets": ", ".join(run.targets),
            "hours": run.seconds / SECONDS_PER_HOUR,
            "cpu hours": run.cpu_seconds / SECONDS_PER_HOUR,
            "steps used again": sum(step.reused for step in run.steps),
            "release": run.release,
            "reasons": "; ".join(run.reasons),
        }
        if prices:
            row[f"cost in {prices.currency}"] = estimate(run.steps, prices)
        rows.append(row)
    return pd.DataFrame(rows).set_index("run") if rows else pd.DataFrame()


def metric_history(runs: Sequence[Run], metric: str) -> pd.DataFrame:
    """Return a metric of the test rows: a column for each target, a row for each run's start.

    A target that a run did not evaluate has no value there.
    """
    import pandas as pd

    rows: dict[pd.Timestamp, dict[str, float]] = {}
    for run in sorted(runs, key=lambda run: run.started_at):
        values = _metrics(run, metric)
        if values:
            rows[pd.Timestamp(run.started_at)] = values
    return pd.DataFrame.from_dict(rows, orient="index")


def step_hours(runs: Sequence[Run]) -> pd.Series[float]:
    """Return the hours of processor time that each kind of step took in all runs."""
    import pandas as pd

    hours: dict[str, float] = {}
    for run in runs:
        for step in run.steps:
            name = f"{step.step} {step.subject}"
            hours[name] = hours.get(name, 0.0) + step.cpu_seconds / SECONDS_PER_HOUR
    return pd.Series(hours, dtype=float).sort_values(ascending=False)


def _metrics(run: Run, metric: str) -> dict[str, float]:
    """Return the metric of each target that a run evaluated."""
    values = {}
    for step in run.steps:
        if step.step != EVALUATE:
            continue
        for record in find_records(step.result):
            value = record.get("metrics", {}).get(metric)
            if value is not None:
                values[record["target"]] = value
    return values
