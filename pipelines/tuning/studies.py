"""Optuna's studies: kept in a database, so that a search goes on where it was stopped."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import optuna
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from common.errors import InputError, UnavailableError
from common.settings import Settings

HOST, FIRST, KILLED = "host", "first", "killed"
"""Attributes of a trial: its machine, whether it is the one with the settings a search began with,
and how often it was killed before."""

PATIENCE = 3
"""A trial killed so often is not tried again: maybe it takes more memory than there is."""

Direction = Literal["maximize", "minimize"]
MAXIMISE: Direction = "maximize"
MINIMISE: Direction = "minimize"
"""Directions, as Optuna spells them."""


@contextmanager
def lock_study(settings: Settings, name: str) -> Iterator[None]:
    """Let one process of this machine work on a study at a time."""
    with _locked(settings, name) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnavailableError(
                f"another process is working on study {name}: wait for it"
            ) from None
        yield


def open_study(
    settings: Settings, name: str, direction: Direction, first: Mapping[str, Any]
) -> Any:
    """Open a study, or make one, in which a trial has the values ``first``, or will have.

    Raises ``InputError`` where its database cannot be opened.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with _locked(settings, "studies") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two that made the same tables would clash
            storage = optuna.storages.RDBStorage(settings.studies)
            study = optuna.create_study(
                study_name=name, storage=storage, direction=direction, load_if_exists=True
            )
    except (SQLAlchemyError, ImportError, RuntimeError) as error:
        raise InputError(
            "the database of studies, LISTREC_STUDIES, cannot be opened:"
            f" {str(error).splitlines()[0]}"
        ) from None
    begun = [trial for trial in study.get_trials(deepcopy=False) if FIRST in trial.user_attrs]
    if all(trial.state == TrialState.FAIL for trial in begun):
        study.enqueue_trial(dict(first), user_attrs={FIRST: True})
    return study


def next_trial(study: Any, seed: int) -> Any:
    """Begin a trial; what is tried depends on the seed and the trials before, not on interruptions.

    Values are drawn by Bayesian optimisation with Parzen trees (Bergstra et al., 2011). A trial
    that was killed and is made again counts once, one that failed is followed by another.
    """
    trials = study.get_trials(deepcopy=False)
    ended = sum(trial.state in (TrialState.COMPLETE, TrialState.FAIL) for trial in trials)
    again = sum(KILLED in trial.user_attrs for trial in trials)
    drawn = max(seed * 100_003 + ended - again, 0)
    study.sampler = optuna.samplers.TPESampler(seed=drawn, n_startup_trials=8)
    trial = study.ask()
    trial.set_user_attr(HOST, socket.gethostname())
    return trial


def finished(study: Any) -> list[FrozenTrial]:
    """Trials that were measured, in their order."""
    return list(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))


def best_first(study: Any) -> list[FrozenTrial]:
    """Measured trials, the best first; of equals the earlier."""
    sign = -1 if study.direction.name.lower() == MAXIMISE else 1
    return sorted(finished(study), key=lambda trial: (sign * _value(trial), trial.number))


def fail(study: Any, number: int) -> FrozenTrial:
    """Mark a trial as failed, unless it was measured already, and return it."""
    return study.tell(number, state=TrialState.FAIL, skip_if_finished=True)


def requeue_killed(study: Any) -> list[FrozenTrial]:
    """Mark trials that were killed as failed, and put them back in the queue; return them.

    While the study is locked (``lock_study``) nobody else of this machine runs one of its trials;
    those of other machines are left alone.
    """
    here = socket.gethostname()
    running = study.get_trials(states=(TrialState.RUNNING,))
    dead = [trial for trial in running if trial.user_attrs.get(HOST, here) == here]
    for trial in dead:
        killed = int(trial.user_attrs.get(KILLED, 0)) + 1
        if killed < PATIENCE:
            kept = {FIRST: True} if FIRST in trial.user_attrs else {}
            study.enqueue_trial(_wanted(trial), user_attrs={**kept, KILLED: killed})
        fail(study, trial.number)
    return dead


def first_value(study: Any) -> float | None:
    """What the settings that the search began with were measured at."""
    found = [_value(trial) for trial in finished(study) if FIRST in trial.user_attrs]
    return found[0] if found else None


def importances(study: Any, seed: int) -> dict[str, float]:
    """Shares of the differences between trials that each setting explains, the largest first.

    From random forests over the trials (fANOVA, Hutter et al., 2014); empty where nothing differs.
    """
    values = {trial.value for trial in finished(study)}
    if len(values) < 2:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    return dict(optuna.importance.get_param_importances(study, evaluator=evaluator))


def history(study: Any) -> tuple[Sequence[int], Sequence[float]]:
    """Numbers and values of the measured trials, in their order."""
    trials = finished(study)
    return [trial.number for trial in trials], [_value(trial) for trial in trials]


@contextmanager
def _locked(settings: Settings, name: str) -> Iterator[int]:
    """Open the file that is locked by this name."""
    folder = settings.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR)
    try:
        yield lock
    finally:
        os.close(lock)


def _value(trial: FrozenTrial) -> float:
    return float(trial.value or 0.0)


def _wanted(trial: Any) -> dict[str, Any]:
    """What a trial had drawn, or was to try by the queue, when it ended."""
    return {**trial.system_attrs.get("fixed_params", {}), **trial.params}
