"""Results of a benchmark: its run, its figures, and queries over them."""

from __future__ import annotations

import math
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from common.errors import InputError

OURS = "ours"
"""The contestant that is this project."""

TRAIN = "train"
"""The variant with all training rows of the first table."""

UNITS = {
    "seconds": "seconds",
    "seconds to train": "seconds",
    "seconds to train the encoder": "seconds",
    "microseconds a listing": "microseconds",
    "microseconds a listing of 32": "microseconds",
    "microseconds alone": "microseconds",
    "ms a photo": "milliseconds",
    "MB": "megabytes",
    "bytes": "bytes",
}
"""Units by the end of a metric's name; other metrics have none."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its uncertainty.

    Attributes:
        mean: mean over repetitions; None if a value could not be reached in one of them.
        standard_error: standard error of the mean; None for a single value.
    """

    mean: float | None
    standard_error: float | None = None

    @classmethod
    def from_values(cls, values: Sequence[float | None]) -> Estimate:
        """Estimate the mean of at least one value; None stands for a value not reached."""
        reached = [
            value for value in values if value is not None and not math.isnan(value)
        ]
        if len(reached) < len(values):
            # A mean of the others would make a contestant look better than it is.
            return cls(None)

        mean = float(np.mean(reached))
        if len(reached) < 2:
            return cls(mean)
        standard_error = np.std(reached, ddof=1) / np.sqrt(len(reached))
        return cls(mean, float(standard_error))

    def format(self, digits: int = 3) -> str:
        """Format as ``0.571 ± 0.004``; the error is left out where there is none."""
        if self.mean is None:
            return "not reached"
        mean = f"{self.mean:.{digits}f}"
        if self.standard_error is None:
            return mean
        return f"{mean} ± {self.standard_error:.{digits}f}"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a benchmark.

    Attributes:
        benchmark: name of the benchmark.
        dataset: name of the data set.
        date: day of the run, as ISO 8601 writes it.
        commit: commit that was measured, with ``-dirty`` where code had changed.
        python: version of Python.
        command: command to repeat the run.
        machine: processor and memory, where they matter.
        note: remarks on the conditions of the run.
    """

    benchmark: str
    dataset: str
    date: str
    commit: str
    python: str
    command: str
    machine: str = ""
    note: str = ""

    @classmethod
    def start(
        cls, benchmark: str, dataset: str, command: str, machine: str = ""
    ) -> Run:
        """Describe a run that begins now; the checkout may change while it goes on."""
        return cls(
            benchmark=benchmark,
            dataset=dataset,
            date=str(date.today()),
            commit=current_commit(),
            python=platform.python_version(),
            command=command,
            machine=machine,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """One figure of a benchmark.

    Attributes:
        benchmark: name of the benchmark.
        date: day of the measurement.
        commit: commit that was measured.
        dataset: name of the data set.
        contestant: whose figure it is: ``ours``, a peer, an encoder.
        metric: name of the metric.
        value: mean over repetitions; None if it could not be reached.
        standard_error: standard error of the mean, where it is known.
        unit: unit of the value; empty for shares and scores.
        variant: variant of the rows or of the models.
        slice: part of the rows, such as a category; empty for all.
        n_rows: number of rows measured, where it matters.
        repetitions: numbers of the folds or seeds.
        values: value of each repetition; empty where only the mean is known.
        quartiles: lower and upper quartile, where the value is a median of timings.
    """

    benchmark: str
    date: str
    commit: str
    dataset: str
    contestant: str
    metric: str
    value: float | None
    standard_error: float | None = None
    unit: str = ""
    variant: str = ""
    slice: str = ""
    n_rows: int | None = None
    repetitions: tuple[int, ...] = ()
    values: tuple[float | None, ...] = ()
    quartiles: tuple[float, float] | None = None

    @property
    def estimate(self) -> Estimate:
        """The value with its standard error."""
        return Estimate(self.value, self.standard_error)

    def by_repetition(self) -> dict[int, float]:
        """Values by fold or seed; NaN for a value not reached."""
        values = [math.nan if value is None else value for value in self.values]
        return dict(zip(self.repetitions, values, strict=True))


def result(
    run: Run, contestant: str, metric: str, value: float | None, **extra: Any
) -> Result:
    """A result of a run; ``extra`` are further attributes of ``Result``."""
    attributes: dict[str, Any] = {
        "benchmark": run.benchmark,
        "date": run.date,
        "commit": run.commit,
        "dataset": run.dataset,
        "unit": unit_of(metric),
    }
    return Result(
        contestant=contestant, metric=metric, value=value, **(attributes | extra)
    )


def repeated_result(
    run: Run, contestant: str, metric: str, values: Mapping[int, float], **extra: Any
) -> Result:
    """A result with a value for each fold or seed."""
    repetitions = tuple(sorted(values))
    # JSON has no NaN: a value that was not reached is null there.
    reached = [
        None if math.isnan(values[number]) else values[number] for number in repetitions
    ]
    estimate = Estimate.from_values(reached)
    return result(
        run,
        contestant,
        metric,
        estimate.mean,
        standard_error=estimate.standard_error,
        repetitions=repetitions,
        values=tuple(reached),
        **extra,
    )


def unit_of(metric: str) -> str:
    """The unit of a metric, by the end of its name."""
    for ending, unit in UNITS.items():
        if metric.endswith(ending):
            return unit
    return ""


Key = tuple[str, str, str, str]
"""Variant, contestant, metric and slice of a result."""


class Results:
    """Results of one benchmark, in the order in which they were measured.

    Raises InputError if two results have the same variant, contestant, metric and slice.
    """

    def __init__(self, results: Sequence[Result] = ()) -> None:
        """Index the ``results``."""
        self._results: dict[Key, Result] = {}
        for item in results:
            key = (item.variant, item.contestant, item.metric, item.slice)
            if key in self._results:
                raise InputError(f"two results have the key {key}")
            self._results[key] = item

    def __iter__(self) -> Iterator[Result]:
        """Iterate over the results."""
        return iter(self._results.values())

    def __len__(self) -> int:
        """The number of results."""
        return len(self._results)

    def get(
        self, metric: str, contestant: str = OURS, variant: str = TRAIN, slice: str = ""
    ) -> Result | None:
        """The result with this key, or None if it was not measured."""
        return self._results.get((variant, contestant, metric, slice))

    def by_repetition(
        self, metric: str, contestant: str = OURS, variant: str = TRAIN
    ) -> dict[int, float]:
        """Values by fold or seed; empty if the metric was not measured."""
        item = self.get(metric, contestant, variant)
        return item.by_repetition() if item else {}

    def values(
        self, metric: str, contestant: str = OURS, variant: str = TRAIN
    ) -> list[float]:
        """Values of the folds or seeds in ascending order."""
        return list(self.by_repetition(metric, contestant, variant).values())

    def contestants(self, metric: str, variant: str = TRAIN) -> list[str]:
        """All contestants that have a metric, ours first."""
        names = [
            item.contestant
            for item in self
            if (item.variant, item.metric, item.slice) == (variant, metric, "")
        ]
        # False sorts before True, and the sort is stable: peers keep their order.
        return sorted(names, key=lambda name: name != OURS)

    def metrics(self, contestant: str = OURS, variant: str = TRAIN) -> list[str]:
        """All metrics of a contestant, without those of slices."""
        return [
            item.metric
            for item in self
            if (item.variant, item.contestant, item.slice) == (variant, contestant, "")
        ]

    def slices(
        self, metric: str, contestant: str = OURS, variant: str = TRAIN
    ) -> list[Result]:
        """The results of a metric on all rows and on every slice."""
        return [
            item
            for item in self
            if (item.variant, item.contestant, item.metric)
            == (variant, contestant, metric)
        ]


def current_commit() -> str:
    """The commit that is checked out, with ``-dirty`` where more than documents changed."""
    commit = _git("rev-parse", "--short", "HEAD") or "unknown"
    # A page that is rendered again does not change what was measured.
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return f"{commit}-dirty" if changed else commit


def _git(*arguments: str) -> str:
    process = subprocess.run(
        ["git", *arguments], capture_output=True, text=True, check=False
    )
    return process.stdout.strip()
