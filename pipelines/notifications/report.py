"""What is told of a run that has ended: its outcome, its metrics beside the champion's, links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from common.errors import ArtifactError
from common.settings import Settings
from common.store.release import ReleaseStore
from common.store.storage import Storage
from pipelines.notifications.history import RunHistory, failures_in_a_row
from pipelines.records import (
    Challenger,
    RunOutcome,
    describe_trial,
    metric_values,
    split_trained,
)
from pipelines.tracking.names import registered_model, shown
from pipelines.training.step_records import DATA_REPORT, RunRecords, StepRecord

MAX_UNGATED = 2
"""Metrics that are told of a target whose gate has no thresholds."""

CHALLENGER_STEPS = ("check_gates", "register")
"""Steps whose result are the challengers of a run."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a challenger, with that of the champion's model where it is on record."""

    name: str
    value: float
    champion: float | None = None


@dataclass(frozen=True, slots=True)
class TargetReport:
    """What became of one target.

    Attributes:
        target: name of the target.
        metrics: those that its gate asks for.
        left_out: why it was not trained, or empty.
        trials: settings that it was chosen from on validation rows, a clause for each.
    """

    target: str
    metrics: tuple[Metric, ...] = ()
    left_out: str = ""
    trials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunReport:
    """What is told of a run.

    Attributes:
        outcome: how it ended.
        targets: what became of each target that was evaluated.
        failures: failures in a row until now, this run among them; 0 where it did not fail.
        links: addresses of pages about the run, by their title.
        data_report: address in the store of the page about rows that have changed, or empty.
    """

    outcome: RunOutcome
    targets: tuple[TargetReport, ...]
    failures: int
    links: Mapping[str, str]
    data_report: str = ""


def read_report(settings: Settings, run: str) -> RunReport:
    """Return what is told of a run; ``ArtifactError`` where it has not ended."""
    storage = Storage(settings.store)
    records = RunRecords(storage, run)
    values = records.outcome()
    if values is None or "ended_at" not in values:
        raise ArtifactError(f"the store has no run {run!r} that has ended")
    outcome = RunOutcome(**values)  # type: ignore[typeddict-item]

    history = RunHistory(storage).outcomes(outcome["pipeline"])
    until_now = [other for other in history if other["ended_at"] <= outcome["ended_at"]]
    challengers = _challengers(records.steps())
    champion = _champion_metrics(settings, outcome, until_now)
    return RunReport(
        outcome=outcome,
        targets=tuple(_describe(challengers, champion)),
        failures=failures_in_a_row(until_now),
        links=dict(_links(settings, run, challengers)),
        data_report=records.page(DATA_REPORT),
    )


def _challengers(steps: Sequence[StepRecord]) -> list[Challenger]:
    """Return the challengers of a run, as the last step left them that knew all of them."""
    challengers: list[Challenger] = []
    for step in steps:
        if step.step in CHALLENGER_STEPS and len(step.result or ()) >= len(challengers):
            challengers = list(step.result or ())
    return challengers


def _champion_metrics(
    settings: Settings, outcome: RunOutcome, history: Sequence[RunOutcome]
) -> dict[str, dict[str, float]]:
    """Return the metrics of the champion before the run, by target.

    They are on record where a run of the same pipeline released it, for the targets of that run.
    """
    champions = ReleaseStore(settings.store).champions()
    before = [release for release in champions if release != outcome["release"]]
    runs = [other["run"] for other in history if other["release"] in before[:1]]
    if not runs:
        return {}

    storage = Storage(settings.store)
    registered = RunRecords(storage, runs[-1]).step("register", "all")
    trained, _ = split_trained(registered.result or () if registered else ())
    return {record["target"]: metric_values(record) for record in trained}


def _describe(
    challengers: Sequence[Challenger], champion: Mapping[str, Mapping[str, float]]
) -> Iterator[TargetReport]:
    trained, left_out = split_trained(challengers)
    for record in trained:
        target, values = record["target"], metric_values(record)
        names = list(record.get("thresholds") or list(values)[:MAX_UNGATED])
        before = champion.get(target, {})
        metrics = [
            Metric(name, values[name], before.get(name))
            for name in names
            if name in values
        ]
        trials = tuple(map(describe_trial, record.get("trials", ())))
        yield TargetReport(target, tuple(metrics), trials=trials)
    for record in left_out:
        yield TargetReport(record["target"], left_out=record["left_out"])


def _links(
    settings: Settings, run: str, challengers: Sequence[Challenger]
) -> Iterator[tuple[str, str]]:
    """Yield titles and addresses: the page of the run, and mlflow's pages of versions."""
    template = settings.notifications.run_url
    if template:
        yield "run", template.replace("{run}", quote(run, safe=""))
    if not settings.tracking_uri.startswith(("http://", "https://")):
        return

    mlflow = shown(settings.tracking_uri).rstrip("/")
    yield "mlflow", mlflow
    for record in challengers:
        if record.get("version"):
            model = registered_model(settings, record["target"])
            page = f"{mlflow}/#/models/{model}/versions/{record['version']}"
            yield f"{record['target']} in mlflow", page
