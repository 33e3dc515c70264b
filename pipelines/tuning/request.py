"""The request and the result of a search."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class TuneRequest:
    """The search to make; the options of ``listrec tune``.

    Attributes:
        name: the model.
        snapshot: folder of the snapshot.
        out: file for the best settings.
        trials: measured trials to reach, those of earlier runs included.
        config: settings by target; those of the model are where the search begins.
        encoders: encoder ids joined by commas, or empty.
        timeout: seconds after which no trial is started.
        seed: seed of the sampler.
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
class TrialResult:
    """A measured trial.

    Attributes:
        number: its number in the study.
        value: the metric on validation rows.
        seconds: its duration.
        params: the values drawn, by path of the setting.
    """

    number: int
    value: float
    seconds: float
    params: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TuneResult:
    """The result of a search.

    Attributes:
        study: name of the study.
        metric: the metric that was optimised.
        trials: number of measured trials.
        rows: number of rows that trials are measured on.
        best: the best trials, the best first.
        first: value of the settings that the search began with, if measured.
        importances: share of the variance that each setting explains, the largest first.
        failed: a sentence for each trial that failed in this run.
        retried: number of trials that were killed in an earlier run and put back into the queue.
        settings: file with the best settings.
        plot: file with the plot.
    """

    study: str
    metric: str
    trials: int
    rows: int
    best: Sequence[TrialResult]
    first: float | None
    importances: Mapping[str, float]
    failed: Sequence[str]
    retried: int
    settings: Path
    plot: Path
