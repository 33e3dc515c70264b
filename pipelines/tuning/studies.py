"""Optuna's studies, kept in a database, so that a search resumes where it was stopped."""

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
"""Attributes of a trial: its machine, whether it has the settings that the search begins with, and
how often it was killed before."""

MAX_KILLS = 3
"""A trial that was killed so often is not tried again: it may need more memory than there is."""

N_STARTUP_TRIALS = 8
"""Trials that are drawn at random before the sampler models their results."""

Direction = Literal["maximize", "minimize"]
MAXIMISE: Direction = "maximize"
MINIMISE: Direction = "minimize"
"""Directions, as Optuna spells them."""


@contextmanager
def lock_study(settings: Settings, name: str) -> Iterator[None]:
    """Hold the lock of a study, which one process of this machine may have at a time.

    Raises ``UnavailableError`` where another process has it.
    """
    with _open_lock(settings, name) as lock:
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
    """Open a study, or create it, and make sure that a trial with the values ``first`` is tried.

    Raises ``InputError`` where the database of studies cannot be opened.
    """
    study = _load_or_create(settings, name, direction)
    # It is queued again until it was measured: everything else is compared with it.
    trials = study.get_trials(deepcopy=False)
    first_trials = [trial for trial in trials if FIRST in trial.user_attrs]
    if all(trial.state == TrialState.FAIL for trial in first_trials):
        study.enqueue_trial(dict(first), user_attrs={FIRST: True})
    return study


def next_trial(study: Any, seed: int) -> Any:
    """Start a trial; its values depend on the seed and the trials before, not on interruptions.

    Values are drawn by Bayesian optimisation with Parzen trees (Bergstra et al., 2011).
    """
    trials = study.get_trials(deepcopy=False)
    n_ended = sum(
        trial.state in (TrialState.COMPLETE, TrialState.FAIL) for trial in trials
    )
    n_retried = sum(KILLED in trial.user_attrs for trial in trials)

    # A killed trial and its repetition count once; a failed trial is followed by another one.
    n_drawn = n_ended - n_retried
    sampler_seed = max(seed * 100_003 + n_drawn, 0)
    study.sampler = optuna.samplers.TPESampler(
        seed=sampler_seed, n_startup_trials=N_STARTUP_TRIALS
    )
    trial = study.ask()
    trial.set_user_attr(HOST, socket.gethostname())
    return trial


def finished(study: Any) -> list[FrozenTrial]:
    """Return the measured trials, in their order."""
    return list(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))


def best_first(study: Any) -> list[FrozenTrial]:
    """Return the measured trials, the best first; of equals the earlier."""
    maximises = study.direction.name.lower() == MAXIMISE
    # Sorted by the negative value instead of in reverse, so that of equals the earlier is first.
    sign = -1 if maximises else 1
    return sorted(
        finished(study), key=lambda trial: (sign * _value(trial), trial.number)
    )


def fail(study: Any, number: int) -> FrozenTrial:
    """Mark a trial as failed, unless it was measured already, and return it."""
    return study.tell(number, state=TrialState.FAIL, skip_if_finished=True)


def requeue_killed(study: Any) -> list[FrozenTrial]:
    """Mark trials that were killed as failed, put them back into the queue, and return them.

    The caller holds the lock of the study (``lock_study``), so no other process of this machine
    runs one of its trials. Trials of other machines are left alone.
    """
    host = socket.gethostname()
    running = study.get_trials(states=(TrialState.RUNNING,))
    dead = [trial for trial in running if trial.user_attrs.get(HOST, host) == host]

    for trial in dead:
        n_kills = int(trial.user_attrs.get(KILLED, 0)) + 1
        if n_kills < MAX_KILLS:
            attributes: dict[str, Any] = {KILLED: n_kills}
            if FIRST in trial.user_attrs:
                attributes[FIRST] = True
            study.enqueue_trial(_wanted(trial), user_attrs=attributes)
        fail(study, trial.number)
    return dead


def first_value(study: Any) -> float | None:
    """Return the value of the settings that the search began with, if they were measured."""
    for trial in finished(study):
        if FIRST in trial.user_attrs:
            return _value(trial)
    return None


def importances(study: Any, seed: int) -> dict[str, float]:
    """Return the share of the variance between trials that each setting explains, largest first.

    Computed by fANOVA (Hutter et al., 2014); empty where all values are equal.
    """
    values = {trial.value for trial in finished(study)}
    if len(values) < 2:
        return {}

    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    return dict(optuna.importance.get_param_importances(study, evaluator=evaluator))


def history(study: Any) -> tuple[Sequence[int], Sequence[float]]:
    """Return the numbers and values of the measured trials, in their order."""
    trials = finished(study)
    return [trial.number for trial in trials], [_value(trial) for trial in trials]


def _load_or_create(settings: Settings, name: str, direction: Direction) -> Any:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with _open_lock(settings, "studies") as lock:
            # Two processes must not create the same tables.
            fcntl.flock(lock, fcntl.LOCK_EX)
            storage = optuna.storages.RDBStorage(settings.studies)
            return optuna.create_study(
                study_name=name,
                storage=storage,
                direction=direction,
                load_if_exists=True,
            )
    except (SQLAlchemyError, ImportError, RuntimeError) as error:
        problem = str(error).splitlines()[0]
        raise InputError(
            f"the database of studies, LISTREC_STUDIES, cannot be opened: {problem}"
        ) from None


@contextmanager
def _open_lock(settings: Settings, name: str) -> Iterator[int]:
    """Open the lock file of a study; closing it releases the lock."""
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
    """Return the values that a trial had drawn, or was to take from the queue, when it ended."""
    queued = trial.system_attrs.get("fixed_params", {})
    return {**queued, **trial.params}
