"""Experiments as the console shows them: what is published, and what the last analysis said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from common.errors import ArtifactError
from common.experiments import analysis_record, published
from common.experiments.analysis_record import AnalysisRecord
from common.experiments.definition import Experiment, ExperimentState
from common.experiments.published import Published, Stop
from common.store.storage import Storage
from models.layers import LAYERS
from serving.console import commands


@dataclass(frozen=True, slots=True)
class VariantView:
    """What some sellers of an experiment get.

    Attributes:
        name: its name.
        share: its share of the experiment's sellers.
        release: id of the release that answers; empty for the champion.
        is_shadow: whether it is computed and not shown.
        is_stopped: whether it was stopped.
        command: stops it; empty for the control.
    """

    name: str
    share: float
    release: str
    is_shadow: bool
    is_stopped: bool
    command: str


@dataclass(frozen=True, slots=True)
class ExperimentView:
    """An experiment that is published.

    Attributes:
        key: its key.
        layer: its layer.
        hypothesis: what is expected.
        owner: who decides.
        metric: the metric that decides.
        start: first day.
        end: last day.
        state: whether it is running.
        variants: the control first.
        stops: what was stopped, when and why.
        analysis: what its last analysis said, or ``None``.
        problem: why there is no analysis though there should be one, or empty.
        analyze: the command that analyzes it.
        stop: the command that stops all of it; empty where that would change nothing.
    """

    key: str
    layer: str
    hypothesis: str
    owner: str
    metric: str
    start: date
    end: date
    state: ExperimentState
    variants: tuple[VariantView, ...]
    stops: tuple[Stop, ...]
    analysis: AnalysisRecord | None
    problem: str
    analyze: str
    stop: str


@dataclass(frozen=True, slots=True)
class Experiments:
    """What is published.

    Attributes:
        at: time of the last publication or stop, ISO 8601 in UTC; empty before the first.
        by: who made it.
        experiments: those that run first, then by their first days, the newest first.
    """

    at: str
    by: str
    experiments: tuple[ExperimentView, ...]


def read_experiments(storage: Storage, now: datetime) -> Experiments:
    """Return the experiments that are published in a store."""
    found = published.read(storage)
    views = [
        _view(each, found, storage, now.date()) for each in found.experiments(LAYERS)
    ]
    views.sort(key=lambda view: view.start, reverse=True)
    views.sort(key=lambda view: view.state != "running")
    return Experiments(found.at, found.by, tuple(views))


def _view(
    experiment: Experiment, found: Published, storage: Storage, today: date
) -> ExperimentView:
    state = experiment.state(today)
    analysis, problem = None, ""
    try:
        analysis = analysis_record.read(storage, experiment.key)
    except ArtifactError as error:
        problem = str(error)
    can_stop = state in ("planned", "running")
    return ExperimentView(
        key=experiment.key,
        layer=experiment.layer,
        hypothesis=experiment.hypothesis,
        owner=experiment.owner,
        metric=experiment.metric,
        start=experiment.start,
        end=experiment.end,
        state=state,
        variants=tuple(_variants(experiment)),
        stops=tuple(each for each in found.stops if each.experiment == experiment.key),
        analysis=analysis,
        problem=problem,
        analyze=commands.analyze(experiment.key),
        stop=commands.stop(experiment.key) if can_stop else "",
    )


def _variants(experiment: Experiment) -> list[VariantView]:
    return [
        VariantView(
            name=each.name,
            share=each.share,
            release=each.release,
            is_shadow=each.is_shadow,
            is_stopped=each.name in experiment.stopped,
            command=""
            if each == experiment.control or each.name in experiment.stopped
            else commands.stop(experiment.key, each.name),
        )
        for each in experiment.variants
    ]
