"""Chooses the settings of a model on validation rows, so that test rows are looked at once a run.

A model is refitted on validation rows, so it cannot be measured on them. Trials are therefore made
on rows that were split again (``pipelines/trials/resplit.py``): their test rows are the validation
rows of the snapshot, and its test rows are not read (docs/adr/0027).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from common.errors import InputError
from common.progress import Progress
from pipelines.evaluation.evidence import weigh
from pipelines.evaluation.measure import defined
from pipelines.records import Challenger, Trial, describe_trial
from pipelines.training import targets
from pipelines.training.gate import attainable, check_gate
from pipelines.training.process import Context
from pipelines.training.retrain_config import Sections, candidates, changes
from pipelines.training.run_snapshot import open_run_snapshot
from pipelines.trials.measure import train_and_measure
from pipelines.trials.trial_data import TrialData, prepare_trial_data


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings that a model is to be trained with.

    Attributes:
        config: the settings, or ``None`` where none reached the floors.
        trials: what was tried, in order; empty where there was nothing to choose.
    """

    config: Any
    trials: list[Trial]

    @property
    def record(self) -> Challenger:
        """The part of a challenger's record that the choice adds."""
        return Challenger(trials=self.trials) if self.trials else Challenger()


def choose_settings(
    context: Context,
    name: str,
    data: Mapping[str, str],
    encoder_ids: Sequence[str],
    sections: Sections,
) -> Choice:
    """Return the first settings of a model with which it reaches its floors on validation rows.

    A model without changes in ``sections`` has one choice and no trial. Where the rows are too few
    for trials, the first settings are taken with a note: the gate decides about them.
    """
    configs: list[Any] = candidates(name, sections)
    if len(configs) == 1:
        return Choice(configs[0], [])

    trials: list[Trial] = []
    try:
        for trial in _trials(context, name, data, encoder_ids, sections):
            trials.append(trial)
            if trial["passed"]:
                _note_choice(context, name, trials)
                return Choice(configs[len(trials) - 1], trials)
    except InputError as error:
        # Settings that cannot be trained are an error, also where others can.
        if trials:
            raise
        context.note(f"{name}: its settings are not tried on validation rows: {error}")
        return Choice(configs[0], [])
    return Choice(None, trials)


def leave_out(context: Context, name: str, trials: Sequence[Trial]) -> Challenger:
    """Return the record of a model of which no settings reached the floors, and note it.

    The run goes on: what else it trains is used again by the next one. ``admit`` stops it.
    """
    tried = "; ".join(map(describe_trial, trials))
    reason = (
        f"none of {len(trials)} settings reached its floors on validation rows: {tried}"
    )
    context.note(f"{name} is left out: {reason}")
    return Challenger(
        target=name,
        left_out=reason,
        passed=False,
        reasons=[reason],
        trials=list(trials),
    )


def _trials(
    context: Context,
    name: str,
    data: Mapping[str, str],
    encoder_ids: Sequence[str],
    sections: Sections,
) -> Iterator[Trial]:
    """Yield a trial of each of a model's settings, in order; one that was made before is read."""
    configs: list[Any] = candidates(name, sections)
    with _trial_data(context, data, encoder_ids) as prepare:
        for number, config in enumerate(configs):
            inputs = {
                "name": name,
                "config": asdict(config),
                "snapshot": data["id"],
                "encoders": encoder_ids,
            }
            report = _numbered(context.progress, number + 1, len(configs))
            compute = partial(_try, name, config, prepare, report)
            trial = context.once("trial", inputs, compute)
            yield {**trial, "settings": _describe_settings(name, number, sections)}


@contextmanager
def _trial_data(
    context: Context, data: Mapping[str, str], encoder_ids: Sequence[str]
) -> Iterator[Callable[[], TrialData]]:
    """Yield a function that prepares the data of trials when it is first called."""
    # Copies of rows may be too large for the place of temporary files.
    place = context.settings.cache
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trials-", dir=place) as folder:

        @cache
        def prepare() -> TrialData:
            """Split the rows again; files of test rows are not opened, not even to be checked."""
            original = open_run_snapshot(context, data, verify=False)
            return prepare_trial_data(
                context.store, encoder_ids, original, Path(folder), context.progress
            )

        yield prepare


def _try(
    name: str, config: Any, prepare: Callable[[], TrialData], progress: Progress
) -> Trial:
    """Train a model on the rows of trials, and check the floors of its gate."""
    started = time.monotonic()
    measured = train_and_measure(name, config, prepare(), progress)

    evidence = weigh(measured, name)
    floors = [attainable(threshold, evidence) for threshold in targets.gate(name)]
    verdict = check_gate(measured.metrics, floors, evidence)
    metrics = {}
    for metric, value in defined(measured.metrics).items():
        if value is not None and metric in {floor.metric for floor in floors}:
            metrics[metric] = value
    return Trial(
        metrics=metrics,
        passed=verdict.passed,
        reasons=list(verdict.reasons),
        seconds=round(time.monotonic() - started, 2),
    )


def _describe_settings(name: str, number: int, sections: Sections) -> str:
    """Return what the settings of a trial change, counted from 0, as somebody would type it."""
    changed = (sections.get(name, {}), *changes(name, sections))[number]
    text: str = yaml.safe_dump(dict(changed), default_flow_style=True, width=10_000)
    return text.strip() if changed else "the defaults"


def _note_choice(context: Context, name: str, trials: Sequence[Trial]) -> None:
    """Note that settings other than the first are taken, and why."""
    *missed, chosen = trials
    if missed:
        before = "; ".join(map(describe_trial, missed))
        context.note(
            f"{name} is trained with settings {len(trials)}, {describe_trial(chosen)}; on"
            f" validation rows its floors were missed with {before}"
        )


def _numbered(progress: Progress, number: int, total: int) -> Progress:
    """Return the progress of one trial, which says which one it is."""

    def report(message: str, fraction: float) -> None:
        """Report what the trial is doing."""
        progress(f"settings {number} of {total}: {message}", fraction)

    return report
