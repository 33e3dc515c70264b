"""Searches better settings for a model, on rows that neither its training nor its gate reads."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import models
from common.encoders import Encoder
from common.errors import InputError
from common.progress import Progress
from common.settings import Settings
from common.snapshot import Snapshot
from common.store.release import ReleaseStore
from pipelines.evaluation.load import load_encoders
from pipelines.tracking.connection import check_answers
from pipelines.training.process import Context
from pipelines.training.train_steps import choose_encoders
from pipelines.trials.trial_data import prepare_trial_data
from pipelines.tuning import studies
from pipelines.tuning.interruption import deferred_interrupt
from pipelines.tuning.objectives import objective
from pipelines.tuning.request import TrialResult, TuneRequest, TuneResult
from pipelines.tuning.results import plot_study, write_settings
from pipelines.tuning.runs import StudyRun
from pipelines.tuning.search_space import Dimension, search_space
from pipelines.tuning.trials import SECONDS, SETTINGS, Search, run_trials

N_SHOWN = 5
"""Trials in the result, the best first."""


def tune(settings: Settings, request: TuneRequest, progress: Progress) -> TuneResult:
    """Resume or begin the search of a model's settings until it has its trials.

    The best settings are written to ``request.out``, as ``listrec train`` takes them, and a plot
    beside it. Test rows of the snapshot are never read. Raises ``InputError`` for a target that
    cannot be tuned, an unusable ``out``, or where no trial was measured in time, and
    ``UnavailableError`` where mlflow does not answer.
    """
    search = _plan_search(settings, request, progress)
    check_answers(settings)
    name = _study_name(search)

    with studies.lock_study(settings, name), deferred_interrupt() as check_interrupt:
        report = partial(_report, progress, check_interrupt)
        # The defaults are the first trial: a search never ends with worse settings than them.
        first = _defaults(search)
        study = studies.open_study(settings, name, search.direction, first)
        study_run = StudyRun(settings, study, search.name, _tags(search))
        n_killed = _requeue_killed(study, study_run)
        failed = _run_missing_trials(settings, search, study, study_run, report)
        return _conclude(request, search, study, study_run, failed, n_killed)


def _defaults(search: Search) -> dict[str, Any]:
    return {dimension.path: dimension.default for dimension in search.dimensions}


def _report(
    progress: Progress,
    check_interrupt: Callable[[], None],
    message: str,
    fraction: float,
) -> None:
    """Report progress; nothing is being written then, so Ctrl-C may take effect."""
    check_interrupt()
    progress(message, fraction)


def _plan_search(
    settings: Settings, request: TuneRequest, progress: Progress
) -> Search:
    """Check the request and find what there is to search."""
    metric, direction = objective(request.name)
    _check_out(request.out)

    # Not verified: only the files that trials read are checked, when they are copied (``resplit``).
    snapshot = Snapshot.open(request.snapshot, verify=False)
    store = ReleaseStore(settings.store)
    context = Context(settings, store, progress)
    encoder_ids = _choose_encoder_ids(context, request.encoders)

    encoders = load_encoders(store, settings.cache, encoder_ids)
    base = _base_settings(request)
    return Search(
        name=request.name,
        snapshot=snapshot,
        encoder_ids=encoder_ids,
        base=base,
        dimensions=_dimensions(request.name, base, encoders),
        metric=metric,
        direction=direction,
        n_trials=request.trials,
        deadline=time.monotonic() + request.timeout,
        seed=request.seed,
    )


def _choose_encoder_ids(context: Context, wanted: str) -> list[str]:
    chosen = choose_encoders(context, wanted)
    return [encoder["artifact"] for encoder in chosen]


def _base_settings(request: TuneRequest) -> Mapping[str, Any]:
    """Return the settings that trials start from: those of the request, if it has any."""
    settings: Mapping[str, Any] = (request.config or {}).get(request.name, {})
    return settings


def _dimensions(
    name: str, base: Mapping[str, Any], encoders: Sequence[Encoder]
) -> tuple[Dimension, ...]:
    modalities = {encoder.modality for encoder in encoders}
    dimensions = search_space(models.config(name, base), modalities)
    if not dimensions:
        raise InputError(f"the model {name} has no settings that can be searched")
    return dimensions


def _study_name(search: Search) -> str:
    """Name a study: only trials of one model, snapshot, encoders and settings can be compared."""
    config: Any = models.config(search.name, search.base)
    settings = json.dumps(asdict(config), sort_keys=True)
    digest = hashlib.sha256(settings.encode()).hexdigest()[:8]
    encoders = "+".join(search.encoder_ids)
    return f"{search.name}-{search.snapshot.id}-{encoders}-{digest}"


def _tags(search: Search) -> dict[str, str]:
    """Return the tags of the study's run in mlflow."""
    return {
        "snapshot": search.snapshot.id,
        "encoders": ",".join(search.encoder_ids),
        "objective": search.metric,
    }


def _requeue_killed(study: Any, study_run: StudyRun) -> int:
    """Put the trials whose process was killed back into the queue; return their number."""
    killed = studies.requeue_killed(study)
    for trial in killed:
        study_run.end_run(trial, "killed", "its process was killed")
    return len(killed)


def _run_missing_trials(
    settings: Settings,
    search: Search,
    study: Any,
    study_run: StudyRun,
    progress: Progress,
) -> list[str]:
    """Run the trials that are missing; return a sentence for each that failed."""
    folder = settings.cache / "tuning" / study.study_name
    failed: list[str] = []
    try:
        if len(studies.finished(study)) < search.n_trials:
            data = prepare_trial_data(
                ReleaseStore(settings.store),
                search.encoder_ids,
                search.snapshot,
                folder,
                progress,
            )
            failed = run_trials(search, study, data, study_run, progress)
    # BaseException: a run that Ctrl-C ends should not stay "running" in mlflow.
    except BaseException as error:
        study_run.close((), "FAILED" if isinstance(error, Exception) else "KILLED")
        raise

    # A run that resumes the study needs the same data: it is kept until all trials are done.
    if len(studies.finished(study)) >= search.n_trials:
        shutil.rmtree(folder, ignore_errors=True)
    return failed


def _conclude(
    request: TuneRequest,
    search: Search,
    study: Any,
    study_run: StudyRun,
    failed: Sequence[str],
    retried: int,
) -> TuneResult:
    """Write the best settings and the plot, log them to mlflow, and return the result."""
    best = studies.best_first(study)
    if not best:
        study_run.close((), "FAILED")
        raise InputError(
            f"no trial was done in {request.timeout:g} seconds: give more --timeout"
        )

    importances = studies.importances(study, search.seed)
    plot = _write_results(request, search, best, study, importances)
    study_run.close((request.out, plot))

    return TuneResult(
        study=study.study_name,
        metric=search.metric,
        trials=len(best),
        rows=search.snapshot.count("validation"),
        best=_trial_results(best[:N_SHOWN]),
        first=studies.first_value(study),
        importances=importances,
        failed=failed,
        retried=retried,
        settings=request.out,
        plot=plot,
    )


def _trial_results(trials: Sequence[Any]) -> list[TrialResult]:
    results = []
    for trial in trials:
        result = TrialResult(
            number=trial.number,
            value=float(trial.value or 0),
            seconds=trial.user_attrs[SECONDS],
            params=trial.params,
        )
        results.append(result)
    return results


def _write_results(
    request: TuneRequest,
    search: Search,
    trials: Sequence[Any],
    study: Any,
    importances: Mapping[str, float],
) -> Path:
    """Write the best settings and, beside them, the plot; return the plot's path.

    ``trials`` are the measured ones, the best first.
    """
    best = trials[0]
    comment = (
        f"The best of {len(trials)} trials of listrec tune {search.name}: {search.metric}"
        f" {best.value:.5g} on validation rows of snapshot {search.snapshot.id}."
    )
    config = request.config or {}
    write_settings(request.out, config, search.name, best.user_attrs[SETTINGS], comment)

    plot = request.out.with_suffix(".svg")
    numbers, values = studies.history(study)
    larger_is_better = study.direction.name == "MAXIMIZE"
    plot_study(plot, numbers, values, importances, search.metric, larger_is_better)
    return plot


def _check_out(out: Path) -> None:
    """Raise ``InputError`` where the results of a long search could not be written."""
    if out.is_dir():
        raise InputError(f"the best settings cannot be written: {out} is a folder")
    if not out.absolute().parent.is_dir():
        raise InputError(
            f"the best settings cannot be written: {out} is in no folder that exists"
        )
    if out.suffix == ".svg":
        raise InputError(
            f"{out} is the name of a plot: choose one such as best.yaml for --out"
        )
