"""The trials of a search: settings are drawn, trained and measured, one trial after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import models
from common.config import merge
from common.errors import InputError, ListrecError
from common.progress import Progress
from common.snapshot import Snapshot
from pipelines.trials.measure import train_and_measure
from pipelines.trials.trial_data import TrialData
from pipelines.tuning import studies
from pipelines.tuning.runs import StudyRun
from pipelines.tuning.search_space import Dimension, overrides

MAX_FAILURES = 3
"""So many failed trials in a row end the search."""

SECONDS, SETTINGS = "seconds", "settings"
"""Attributes of a measured trial: its duration, and the settings that differ from the default."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search: the model, the settings to try, the goal and the limits.

    Attributes:
        name: the model.
        snapshot: the user's snapshot; trials are made on a part of it (``TrialData``).
        encoder_ids: the encoders that the model is trained on.
        base: its settings to begin with, as overrides of the defaults.
        dimensions: the settings that are searched.
        metric: the metric that is optimised.
        direction: whether the metric is maximised or minimised.
        n_trials: measured trials to reach, those of earlier runs included.
        deadline: time on the monotonic clock after which no trial is started.
        seed: seed of the sampler.
    """

    name: str
    snapshot: Snapshot
    encoder_ids: Sequence[str]
    base: Mapping[str, Any]
    dimensions: Sequence[Dimension]
    metric: str
    direction: studies.Direction
    n_trials: int
    deadline: float
    seed: int


def run_trials(
    search: Search, study: Any, data: TrialData, study_run: StudyRun, progress: Progress
) -> list[str]:
    """Run trials until there are enough, or it is too late.

    Returns a sentence for each trial that failed. A trial that is interrupted goes back into the
    queue, for the next run of the study. Raises the error of a trial where it is one of the user's
    (``ListrecError``), the third in a row, or that of the settings the search begins with.
    """
    try:
        return _run_until_done(search, study, data, study_run, progress)
    except (KeyboardInterrupt, SystemExit):
        for trial in studies.requeue_killed(study):
            study_run.end_run(trial, "killed", "interrupted")
        raise


def _run_until_done(
    search: Search, study: Any, data: TrialData, study_run: StudyRun, progress: Progress
) -> list[str]:
    failures: list[str] = []
    n_in_a_row = 0

    while not _is_over(search, study):
        trial = studies.next_trial(study, search.seed)
        try:
            _run_trial(search, study, trial, data, study_run, progress)
            n_in_a_row = 0
        except Exception as error:
            failed = studies.fail(study, trial.number)
            study_run.end_run(failed, "failed", str(error))
            failures.append(
                f"trial {trial.number} failed ({type(error).__name__}: {error})"
            )
            n_in_a_row += 1
            if n_in_a_row == MAX_FAILURES or _is_hopeless(failed, error):
                raise
    return failures


def _is_over(search: Search, study: Any) -> bool:
    if time.monotonic() >= search.deadline:
        return True
    return len(studies.finished(study)) >= search.n_trials


def _is_hopeless(failed: Any, error: Exception) -> bool:
    """Tell whether other trials would fail too.

    Some of the values drawn may be impossible to train, but not those the search begins with; and
    an error of the user's data or settings concerns every trial.
    """
    return isinstance(error, ListrecError) or studies.FIRST in failed.user_attrs


def _run_trial(
    search: Search,
    study: Any,
    trial: Any,
    data: TrialData,
    study_run: StudyRun,
    progress: Progress,
) -> None:
    """Draw settings, train and measure a model with them, and report to the study and mlflow."""
    chosen = _draw_settings(search, trial)
    config: Any = models.config(search.name, chosen)
    study_run.start_trial(trial, config)

    report = _trial_progress(search, study, progress)
    started = time.monotonic()
    metrics = _train_and_evaluate(search, config, data, report)

    trial.set_user_attr(SECONDS, round(time.monotonic() - started, 1))
    trial.set_user_attr(SETTINGS, chosen)
    study_run.finish_trial(trial, metrics)
    study.tell(trial, metrics[search.metric])
    study_run.log_best({search.metric: float(study.best_value)}, trial.number)


def _draw_settings(search: Search, trial: Any) -> dict[str, Any]:
    """Return overrides of the model's defaults: those of ``base``, with the values drawn."""
    values = {}
    for dimension in search.dimensions:
        values[dimension.path] = dimension.suggest(trial)
    return merge(search.base, overrides(search.dimensions, values))


def _trial_progress(search: Search, study: Any, progress: Progress) -> Progress:
    """Return the progress of one trial; its fraction is that of the trials done before it."""
    n_finished = len(studies.finished(study))
    title = f"trial {n_finished + 1} of {search.n_trials}"
    if n_finished:
        best = studies.best_first(study)[0]
        title += f", best {search.metric} {best.value:.4f}"

    def report(message: str, fraction: float) -> None:
        """Report what the trial is doing."""
        progress(f"{title}: {message}", n_finished / search.n_trials)

    return report


def _train_and_evaluate(
    search: Search, config: Any, data: TrialData, progress: Progress
) -> dict[str, float]:
    """Return the metrics of a model with these settings; the optimised one is among them.

    Raises ``InputError`` where that metric cannot be measured.
    """
    metrics = train_and_measure(search.name, config, data, progress).metrics
    if math.isnan(metrics.get(search.metric, math.nan)):
        raise InputError(
            f"{search.metric} of {search.name} cannot be measured on the validation rows:"
            " too few of them have the label"
        )
    return metrics
