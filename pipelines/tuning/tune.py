"""Searches better settings for a model, on rows that neither its training nor its gate looks at."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import models
from common.errors import InputError
from common.settings import Settings
from common.snapshot import Snapshot
from common.store.release import ReleaseStore
from pipelines.evaluation.load import load_encoders
from pipelines.training.process import Context
from pipelines.training.steps import choose_encoders
from pipelines.tuning import studies
from pipelines.tuning.interruption import deferred_interrupt
from pipelines.tuning.objectives import objective
from pipelines.tuning.results import plot_study, write_settings
from pipelines.tuning.runs import StudyRun
from pipelines.tuning.search_space import Dimension, search_space
from pipelines.tuning.trial_data import prepare
from pipelines.tuning.trials import SECONDS, SETTINGS, Report, Search, run

N_SHOWN = 5
"""Trials that are told of in the end."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to search: see the options of ``listrec tune``.

    ``config`` holds settings by target, those of the model being where the search begins;
    ``encoders`` are ids joined by commas; ``timeout`` is in seconds.
    """

    name: str
    snapshot: Path
    out: Path
    trials: int = 20
    config: Mapping[str, Mapping[str, Any]] | None = None
    encoders: str = ""
    timeout: float = math.inf
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """A measured trial: its number, what it reached, what it took, and what was tried."""

    number: int
    value: float
    seconds: float
    params: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search came to.

    ``best`` are the best trials, ``first`` is what the settings it began with reached; ``failed``
    has a sentence for each trial that failed in this run, ``retried`` counts those killed in an
    earlier one. ``importances`` are shares by setting, the largest first.
    """

    study: str
    metric: str
    trials: int
    rows: int
    best: Sequence[Trial]
    first: float | None
    importances: Mapping[str, float]
    failed: Sequence[str]
    retried: int
    settings: Path
    plot: Path


def tune(settings: Settings, request: Request, report: Report) -> Tuned:
    """Go on with the search of a model's settings until it has its trials; write what is best.

    Settings go to ``request.out`` as ``listrec train`` takes them, plots beside it. Test rows of
    the snapshot are never read.
    """
    metric, direction = objective(request.name)
    _check_out(request.out)
    store = ReleaseStore(settings.store)
    whole = Snapshot.open(request.snapshot, verify=False)
    chosen = choose_encoders(Context(settings, store, report), request.encoders)
    ids = [each["artifact"] for each in chosen]
    base = (request.config or {}).get(request.name, {})
    knobs = _knobs(settings, store, request.name, base, ids)
    deadline = time.monotonic() + request.timeout
    search = Search(request.name, base, knobs, metric, request.trials, deadline, request.seed)
    name = study_name(request.name, whole.id, ids, models.config(request.name, base))
    with studies.lock_study(settings, name), deferred_interrupt() as check:

        def tell(doing: str, fraction: float) -> None:
            check()
            report(doing, fraction)

        study = studies.open_study(settings, name, direction, {k.path: k.default for k in knobs})
        tags = {"snapshot": whole.id, "encoders": ",".join(ids), "objective": metric}
        nest = StudyRun(settings, study, request.name, tags)
        killed = studies.requeue_killed(study)
        for trial in killed:
            nest.give_up(trial, "killed", "its process was killed")
        failed = _search(settings, search, study, nest, whole, ids, tell)
        return _conclude(request, search, study, nest, whole, failed, len(killed))


def study_name(name: str, snapshot: str, encoders: Sequence[str], config: Any) -> str:
    """Name a study: only trials of one model, snapshot, encoders and settings can be compared."""
    start = hashlib.sha256(json.dumps(asdict(config), sort_keys=True).encode()).hexdigest()[:8]
    return f"{name}-{snapshot}-{'+'.join(encoders)}-{start}"


def _knobs(
    settings: Settings, store: ReleaseStore, name: str, base: Mapping[str, Any], ids: Sequence[str]
) -> tuple[Dimension, ...]:
    modalities = {encoder.modality for encoder in load_encoders(store, settings.cache, ids)}
    knobs = search_space(models.config(name, base), modalities)
    if not knobs:
        raise InputError(f"the model {name} has no settings that can be searched")
    return knobs


def _search(
    settings: Settings,
    search: Search,
    study: Any,
    nest: StudyRun,
    whole: Snapshot,
    ids: Sequence[str],
    report: Report,
) -> list[str]:
    """Make the trials that are missing; what they are made on is kept until all are made."""
    folder = settings.cache / "tuning" / study.study_name
    failed: list[str] = []
    try:
        if len(studies.finished(study)) < search.trials:
            ground = prepare(ReleaseStore(settings.store), ids, whole, folder, report)
            failed = run(search, study, ground, nest, report)
    except BaseException as error:
        nest.close((), "FAILED" if isinstance(error, Exception) else "KILLED")
        raise
    if len(studies.finished(study)) >= search.trials:
        shutil.rmtree(folder, ignore_errors=True)
    return failed


def _conclude(
    request: Request,
    search: Search,
    study: Any,
    nest: StudyRun,
    whole: Snapshot,
    failed: Sequence[str],
    retried: int,
) -> Tuned:
    """Write settings and plots, and hand them to mlflow."""
    best = studies.best_first(study)
    if not best:
        nest.close((), "FAILED")
        raise InputError(f"no trial was done in {request.timeout:g} seconds: give more --timeout")
    shares = studies.importances(study, search.seed)
    count = len(studies.finished(study))
    comment = f"The best of {count} trials of listrec tune {search.name}: {search.metric}"
    comment += f" {best[0].value:.5g} on validation rows of snapshot {whole.id}."
    write_settings(
        request.out, request.config or {}, search.name, best[0].user_attrs[SETTINGS], comment
    )
    plot = request.out.with_suffix(".svg")
    plot_study(
        plot, *studies.history(study), shares, search.metric, study.direction.name == "MAXIMIZE"
    )
    nest.close((request.out, plot))
    trials = [
        Trial(each.number, float(each.value or 0), each.user_attrs[SECONDS], each.params)
        for each in best[:N_SHOWN]
    ]
    first = studies.first_value(study)
    rows = whole.count("validation")
    return Tuned(
        study.study_name, search.metric, count, rows, trials, first, shares, failed, retried,
        request.out, plot,
    )  # fmt: skip


def _check_out(out: Path) -> None:
    if out.is_dir() or not out.absolute().parent.is_dir():
        what = "is a folder" if out.is_dir() else "is in no folder that there is"
        raise InputError(f"the best settings cannot be written: {out} {what}")
    if out.suffix == ".svg":
        raise InputError(f"{out} is the name of a plot: choose one such as best.yaml for --out")
