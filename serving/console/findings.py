"""What somebody should look at, the most serious first: pure rules over what was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from common.runs.outcome import AWAITING, FAILURE, REFUSED
from common.runs.run_list import LOST, RUNNING
from serving.console import commands
from serving.console.experiments import Experiments, ExperimentView
from serving.console.monitoring import Monitoring
from serving.console.training import Training

MAX_MONITORING_AGE = timedelta(days=2)
"""Age from which the last monitoring says too little about today."""

Kind = Literal[
    "unread",
    "no_champion",
    "run_failed",
    "run_lost",
    "run_refused",
    "awaiting_approval",
    "held",
    "retrain",
    "drift",
    "monitoring_old",
    "experiment_void",
    "experiment_harm",
    "experiment_decided",
]
"""What was found; the page has a sentence for each."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that somebody should look at.

    Attributes:
        kind: what it is.
        is_serious: whether it is to be looked at today.
        subject: what it is about: a section, a release, a run or an experiment.
        detail: why, in the words of the service; empty where the kind says it all.
        command: what may be done about it; empty where there is nothing to do.
    """

    kind: Kind
    is_serious: bool
    subject: str = ""
    detail: str = ""
    command: str = ""


def find_in_training(training: Training) -> Iterator[Finding]:
    """Yield what the releases and the last run say."""
    if not training.champion:
        yield Finding("no_champion", True, command=commands.TRAIN)

    # A run that goes on says nothing yet: the one before it counts.
    ended = [run for run in training.runs if run.state != RUNNING]
    for run in ended[:1]:
        detail = "; ".join(run.reasons)
        if run.state == FAILURE:
            yield Finding("run_failed", True, run.name, detail, run.command)
        elif run.state == LOST:
            yield Finding("run_lost", True, run.name, detail, run.command)
        elif run.state == REFUSED:
            yield Finding("run_refused", False, run.name, detail, run.command)
        elif run.state == AWAITING and run.release != training.champion:
            command = commands.promote(run.release, training.champion)
            yield Finding("awaiting_approval", False, run.release, detail, command)
    if hold := training.promotion_hold:
        detail = f"{hold.reason} ({hold.by})"
        yield Finding("held", False, hold.until, detail, commands.LIFT_HOLD)


def find_in_monitoring(monitoring: Monitoring, now: datetime) -> Iterator[Finding]:
    """Yield what the last monitoring asks for."""
    record = monitoring.record
    if record is None:
        return
    drifts = [drift.feature for drift in record.drifts if drift.found]
    if record.retrain and not record.started:
        detail = " ".join(record.reasons)
        yield Finding("retrain", True, "", detail, monitoring.command)
    elif drifts and not record.retrain:
        yield Finding("drift", False, str(len(drifts)), ", ".join(drifts))
    if now - datetime.fromisoformat(record.time) > MAX_MONITORING_AGE:
        yield Finding("monitoring_old", False, record.time, "", monitoring.command)


def find_in_experiments(experiments: Experiments) -> Iterator[Finding]:
    """Yield the experiments that harm, that tell nothing, or that can be decided."""
    for each in experiments.experiments:
        if each.analysis is None:
            continue
        verdict, sentence = each.analysis.verdict, each.analysis.sentence
        if each.state == "stopped":
            continue
        if verdict == "void":
            yield Finding("experiment_void", True, each.key, sentence, each.stop)
        elif verdict == "harm" and (harmful := _harmful(each)):
            command = commands.stop(each.key, harmful[0])
            yield Finding("experiment_harm", True, each.key, sentence, command)
        elif verdict not in ("harm", "running", "stopped"):
            yield Finding("experiment_decided", False, each.key, sentence)


def _harmful(experiment: ExperimentView) -> list[str]:
    """Return the variants that break a guardrail and were not stopped yet."""
    found = experiment.analysis.variants if experiment.analysis else ()
    stopped = {each.name for each in experiment.variants if each.is_stopped}
    return [each.name for each in found if each.breaches and each.name not in stopped]
