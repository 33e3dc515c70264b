"""What happened in the simulated days, as JSON: the page is a rendering of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from benchmarks.loop.plan import LoopPlan
from benchmarks.shared.results import Run
from common.errors import InputError
from common.store.atomic import write_atomically


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """A training run.

    Attributes:
        day: the day after which it ran.
        why: ``first``, ``schedule``, ``monitoring`` or ``experiment``.
        models: what it trained.
        state: how it ended.
        release: id of the release that it published, or empty.
        reasons: why it was refused or held, in sentences.
        cpu_seconds: processor time of its steps.
        answers: suggestions that were asked for and answered while it ran.
        lost: those that were not answered.
        swap_seconds: time until the server answered with the release; 0 where it was not promoted.
    """

    day: int
    why: str
    models: tuple[str, ...]
    state: str
    release: str
    reasons: tuple[str, ...]
    cpu_seconds: float
    answers: int
    lost: int
    swap_seconds: float


@dataclass(frozen=True, slots=True)
class NightRecord:
    """What monitoring said after a day.

    Attributes:
        day: the day.
        retrain: whether it asked for a training run.
        reasons: why models should be retrained, also while it waited.
        drifts: features that drifted.
        losses: figures that were worse than before.
    """

    day: int
    retrain: bool
    reasons: tuple[str, ...]
    drifts: tuple[str, ...]
    losses: tuple[str, ...]

    def names(self, field: str) -> bool:
        """Return whether a field has drifted, or a figure of it is worse."""
        return any(field in each.split() for each in (*self.drifts, *self.losses))


@dataclass(frozen=True, slots=True)
class LookRecord:
    """What the experiment said after a day.

    Attributes:
        day: the day.
        sellers: sellers by variant.
        effect: the effect on the deciding metric; ``None`` with too few sellers.
        low: lower end of its interval.
        high: upper end of it.
        sample_ratio: p-value of the numbers of sellers.
        is_mismatch: whether these fit the shares so badly that no effect can be believed.
        breaches: metrics of guardrails that are broken.
        is_final: whether the interval is that of the end, and not always valid.
    """

    day: int
    sellers: Mapping[str, int]
    effect: float | None
    low: float | None
    high: float | None
    sample_ratio: float
    is_mismatch: bool
    breaches: tuple[str, ...]
    is_final: bool


@dataclass(frozen=True, slots=True)
class ExperimentRecord:
    """The experiment.

    Attributes:
        text: its file.
        control: release that the control began with.
        challenger: release of the other variant.
        looks: what it said by day; the last one is that of the end.
        winner: release that was the champion after its end.
    """

    text: str
    control: str
    challenger: str
    looks: tuple[LookRecord, ...]
    winner: str

    @property
    def layer(self) -> str:
        """The model that the variants differ in."""
        return str(yaml.safe_load(self.text)["layer"])


@dataclass(frozen=True, slots=True)
class LoopRecord:
    """What happened.

    Attributes:
        run: when, at which commit, by which command.
        plan: what was to happen.
        figures: a figure of each day by its name, such as ``acceptance category``; ``None`` where
            a day has none.
        trainings: training runs in the order of time.
        nights: what monitoring said.
        experiment: the experiment.
        seconds: time on the clock by part.
        cpu_seconds: processor time of all processes by part.
    """

    run: Run
    plan: LoopPlan
    figures: Mapping[str, tuple[float | None, ...]]
    trainings: tuple[TrainingRecord, ...]
    nights: tuple[NightRecord, ...]
    experiment: ExperimentRecord
    seconds: Mapping[str, float]
    cpu_seconds: Mapping[str, float]


def write_record(path: Path, record: LoopRecord) -> None:
    """Write a record as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(record), indent=1, default=str, allow_nan=False)
    write_atomically(path, text + "\n")


def read_record(path: Path) -> LoopRecord:
    """Read a record; raises ``InputError`` for any other file."""
    try:
        return _parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path} is no record of simulated days: {error}") from None


def _parse(values: Mapping[str, Any]) -> LoopRecord:
    experiment = values["experiment"]
    looks = tuple(
        LookRecord(**{**each, "breaches": tuple(each["breaches"])})
        for each in experiment["looks"]
    )
    start = date.fromisoformat(values["plan"]["start"])
    return LoopRecord(
        run=Run(**values["run"]),
        plan=LoopPlan(**{**values["plan"], "start": start}),
        figures={name: tuple(each) for name, each in values["figures"].items()},
        trainings=_all_of(TrainingRecord, values["trainings"]),
        nights=_all_of(NightRecord, values["nights"]),
        experiment=ExperimentRecord(**{**experiment, "looks": looks}),
        seconds=values["seconds"],
        cpu_seconds=values["cpu_seconds"],
    )


def _all_of(cls: type[Any], parts: list[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return parts of a record, whose lists are tuples."""
    return tuple(
        cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in each.items()
            }
        )
        for each in parts
    )
