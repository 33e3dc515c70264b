"""The trials of a search: settings tried, trained and measured, one after the other."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import models
from common.errors import InputError, ListrecError
from pipelines.tuning import studies
from pipelines.tuning.runs import StudyRun
from pipelines.tuning.search_space import Dimension, merge, overrides
from pipelines.tuning.trial_data import TrialData

FAILURES = 3
"""So many trials that fail one after the other end the search."""

SECONDS, SETTINGS = "seconds", "settings"
"""Attributes of a measured trial: what it took, and the settings that are not the default."""

Report = Callable[[str, float], None]
"""Told ``(what is being done, fraction done)``."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: a model's settings from ``base`` on, over ``knobs``, for ``metric``.

    ``trials`` is how many measured ones there should be in the end, those of earlier runs counted;
    none is begun after ``deadline``, on the monotonic clock.
    """

    name: str
    base: Mapping[str, Any]
    knobs: Sequence[Dimension]
    metric: str
    trials: int
    deadline: float
    seed: int


def run(search: Search, study: Any, ground: TrialData, nest: StudyRun, report: Report) -> list[str]:
    """Make trials until there are enough or it is too late; return a sentence for each that failed.

    A trial that is interrupted is marked as failed and will be tried again by who goes on with the
    study. Three failures in a row, or one of the settings it began with, are raised.
    """
    try:
        return _run(search, study, ground, nest, report)
    except (KeyboardInterrupt, SystemExit):
        for trial in studies.requeue_killed(study):
            nest.give_up(trial, "killed", "interrupted")
        raise


def _run(
    search: Search, study: Any, ground: TrialData, nest: StudyRun, report: Report
) -> list[str]:
    failed: list[str] = []
    in_a_row = 0
    while len(studies.finished(study)) < search.trials and time.monotonic() < search.deadline:
        trial = studies.next_trial(study, search.seed)
        try:
            _measure(search, study, trial, ground, nest, report)
            in_a_row = 0
        except Exception as error:
            frozen = studies.fail(study, trial.number)
            nest.give_up(frozen, "failed", str(error))
            in_a_row += 1
            failed.append(f"trial {trial.number} failed ({type(error).__name__}: {error})")
            hopeless = in_a_row == FAILURES or studies.FIRST in frozen.user_attrs
            if isinstance(error, ListrecError) or hopeless:
                raise
    return failed


def _measure(
    search: Search, study: Any, trial: Any, ground: TrialData, nest: StudyRun, report: Report
) -> None:
    """Train and measure one trial, and tell the study and mlflow."""
    values = {knob.path: knob.suggest(trial) for knob in search.knobs}
    chosen = merge(search.base, overrides(search.knobs, values))
    config: Any = models.config(search.name, chosen)
    nest.start(trial, asdict(config))
    done = len(studies.finished(study))
    so_far = f"trial {done + 1} of {search.trials}{_best_so_far(search, study)}"

    def tell(doing: str, fraction: float = 0.0) -> None:
        report(f"{so_far}: {doing}", done / search.trials)

    started = time.monotonic()
    metrics = _train(search, config, ground, tell)
    trial.set_user_attr(SECONDS, round(time.monotonic() - started, 1))
    trial.set_user_attr(SETTINGS, chosen)
    nest.finish(trial, metrics)
    study.tell(trial, metrics[search.metric])
    nest.best({search.metric: float(study.best_value)}, trial.number)


def _train(search: Search, config: Any, ground: TrialData, report: Report) -> dict[str, float]:
    """Metrics of a model trained with these settings; the goal is among them."""
    report("reading", 0.0)
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        artifact = models.train(
            search.name, ground.snapshot, ground.encoders, Path(folder), config, report
        )
        predictor = models.load(search.name, artifact, ground.encoders)
        report("measuring", 1.0)
        metrics = models.evaluate(search.name, predictor, ground.rows)
    if math.isnan(metrics.get(search.metric, math.nan)):
        raise InputError(
            f"{search.metric} of {search.name} cannot be measured on the validation rows:"
            " too few of them have the label"
        )
    return metrics


def _best_so_far(search: Search, study: Any) -> str:
    best = studies.best_first(study)
    return f", best {search.metric} {best[0].value:.4f}" if best else ""
