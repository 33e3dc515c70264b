"""What is told of a run that has ended: its outcome, its challengers beside the champion, links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from common.errors import ArtifactError
from common.runs.outcome import RunOutcome
from common.runs.records import DATA_REPORT, RunRecords, StepRecord
from common.settings import Settings
from common.store.storage import Storage
from pipelines.notifications.comparisons import describe_comparison
from pipelines.notifications.history import RunHistory, failures_in_a_row
from pipelines.records import Challenger, describe_trial, metric_values, split_trained
from pipelines.tracking.names import registered_model, shown

MAX_UNGATED = 2
"""Metrics that are told of a target whose gate has no thresholds."""

CHALLENGER_STEPS = ("check_gates", "register")
"""Steps whose result are the challengers of a run."""


@dataclass(frozen=True, slots=True)
class TargetReport:
    """What became of one target.

    Attributes:
        target: name of the target.
        metrics: values of those that its gate asks for.
        clauses: how it compares with the champion; empty where it was not to be compared.
        left_out: why it was not trained, or empty.
        trials: settings that it was chosen from on validation rows, a clause for each.
    """

    target: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
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
    return RunReport(
        outcome=outcome,
        targets=tuple(_describe(challengers)),
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


def _describe(challengers: Sequence[Challenger]) -> Iterator[TargetReport]:
    trained, left_out = split_trained(challengers)
    for record in trained:
        values = metric_values(record)
        names = list(record.get("thresholds") or list(values)[:MAX_UNGATED])
        metrics = {name: values[name] for name in names if name in values}
        comparison = record.get("comparison")
        clauses = describe_comparison(comparison) if comparison else ()
        trials = tuple(map(describe_trial, record.get("trials", ())))
        yield TargetReport(record["target"], metrics, tuple(clauses), trials=trials)
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
