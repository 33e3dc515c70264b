"""The records that travel from step to step as JSON; artifacts go through the store by id."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypedDict


class Detail(TypedDict, total=False):
    """Contents of a model card beside the metrics.

    Kubeflow passes on neither NaN nor ``None``: what has no value is left out.

    Attributes:
        intervals: lower and upper end of a metric's 95 % interval, by metric.
        sliced: the metric that ``slices`` are measured by.
        slices: a record for each kind of listing: ``dimension``, ``name``, ``rows``, ``value`` of
            the metric, ``low``, ``high``.
        latency: microseconds a listing, by the way of asking: lower quartile, median, upper
            quartile.
    """

    intervals: dict[str, list[float]]
    sliced: str
    slices: list[dict[str, Any]]
    latency: dict[str, list[float]]


class Evidence(TypedDict, total=False):
    """How much the test rows say about the metrics of a gate.

    Attributes:
        rows: test rows that the main metrics were computed on.
        values: different labels among the test rows; with one there is nothing to measure.
        best_lift: the lift of a model that is always right; left out where there is no bound.
        overstated: the part of the calibration error where the model says more than it holds.
        intervals: lower and upper end of a metric's interval, by metric.
    """

    rows: int
    values: int
    best_lift: float
    overstated: float
    intervals: dict[str, list[float]]


class SliceGain(TypedDict):
    """How much better than the champion a challenger is on one kind of listings.

    Attributes:
        name: the kind of listings.
        rows: their number.
        gain: by how much the main metric is better, negative where it is worse.
        error: standard error of the gain.
    """

    name: str
    rows: int
    gain: float
    error: float


class ChampionComparison(TypedDict, total=False):
    """A challenger beside the champion's model, on test rows that neither has learned from.

    Attributes:
        champion: id of the champion's artifact.
        skipped: why there is no gain; left out where there is one.
        metric: the main metric.
        rows: test rows that both answered.
        left_out: test rows that one of them may have learned from.
        gain: by how much the metric is better, negative where it is worse.
        error: standard error of the gain.
        slices: the same for kinds of listings.
        has_dates: whether any test row says when it was listed.
        bytes: sizes of the challenger and of the champion's artifact, 0 where it cannot be read.
        memory_bytes: memory that the challenger and the champion's model add to a server.
        microseconds: median time of a listing alone, of the challenger and of the champion's model.
        attempt: which challenger this is that is judged on the test rows, from 1.
    """

    champion: str
    skipped: str
    metric: str
    rows: int
    left_out: int
    gain: float
    error: float
    slices: list[SliceGain]
    has_dates: bool
    bytes: list[int]
    memory_bytes: list[int]
    microseconds: list[float]
    attempt: int


class Trial(TypedDict, total=False):
    """Settings that a model was trained with, and its metrics on validation rows.

    Attributes:
        settings: what they change, as YAML.
        metrics: values on the validation rows by metric, of those that the gate has a floor for.
        passed: whether every floor holds.
        reasons: a clause for each floor that was missed.
        seconds: time of training and measuring.
    """

    settings: str
    metrics: dict[str, float]
    passed: bool
    reasons: list[str]
    seconds: float


class Challenger(TypedDict, total=False):
    """The record of a trained model or encoder; each step adds its part.

    Attributes:
        target: a model's name, or ``encoder-`` and the name of an encoder.
        artifact: id of the trained artifact.
        seconds: training time.
        metrics: values on the test split by metric; ``None`` where a metric is not defined.
        detail: what the model card shows beside the metrics.
        evidence: how much the test rows say about the metrics.
        comparison: how it compares with the champion; left out where there is no champion.
        thresholds: what the gate requires, in words, by metric.
        passed: whether every threshold holds.
        reasons: a clause for each threshold that was missed.
        undecided: a clause for each threshold that the test rows are too few to decide.
        run: name of the run that trained it.
        use: what the run used of its machine, see ``training/costs.py``.
        currency: currency of the costs in ``use``, or empty.
        version: version in mlflow's registry, empty where the gate was missed.
        trials: settings that were tried on validation rows, in order; left out without a choice.
        left_out: why it was not trained. Such a record has its target, and where no settings
            reached the floors ``passed``, ``reasons`` and ``trials``.
    """

    target: str
    artifact: str
    seconds: float
    metrics: dict[str, float | None]
    detail: Detail
    evidence: Evidence
    comparison: ChampionComparison
    thresholds: dict[str, str]
    passed: bool
    reasons: list[str]
    undecided: list[str]
    run: str
    use: dict[str, float]
    currency: str
    version: str
    trials: list[Trial]
    left_out: str


class Proposal(TypedDict, total=False):
    """A release that may become the champion.

    Attributes:
        release: id of the release; empty where ``note`` says why there is none.
        note: a sentence for the user, or empty.
        expect: id of the champion that it was made from and shares models with, or empty.
        hold_reason: why it was not promoted where promotions are held, or left out.
        verified: whether the real server answered with it.
        promoted: whether it is the champion now.
        awaiting: whether a person has to promote it.
    """

    release: str
    note: str
    expect: str
    hold_reason: str
    verified: bool
    promoted: bool
    awaiting: bool


def split_trained(
    records: Sequence[Challenger],
) -> tuple[list[Challenger], list[Challenger]]:
    """Divide records into those that were trained and those that were left out."""
    trained: list[Challenger] = []
    left_out: list[Challenger] = []
    for record in records:
        (left_out if "left_out" in record else trained).append(record)
    return trained, left_out


def missed_floors(record: Challenger) -> bool:
    """Tell whether a model was left out because no settings reached its floors."""
    return "left_out" in record and not record.get("passed", True)


def describe_trial(trial: Trial) -> str:
    """Return a trial in words: ``{seed: 1}: lift 1.02 (lift is 1.02; it must be ...)``."""
    metrics = [f"{name} {value:.4g}" for name, value in trial["metrics"].items()]
    text = f"{trial['settings']}: {', '.join(metrics) or 'nothing measured'}"
    return text if trial["passed"] else f"{text} ({'; '.join(trial['reasons'])})"


def metric_values(challenger: Challenger) -> dict[str, float]:
    """Return the metrics of a challenger as numbers: NaN where a metric is not defined."""
    values = {}
    for metric, value in challenger["metrics"].items():
        values[metric] = math.nan if value is None else value
    return values
