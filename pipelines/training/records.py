"""What travels from step to step: small JSON records; artifacts go through the store by id."""

from __future__ import annotations

import math
from typing import Any, TypedDict


class Detail(TypedDict, total=False):
    """What a card says beyond the metrics.

    ``intervals`` has the ends of metrics by name, ``slices`` a record for each kind of listing
    (``dimension``, ``name``, ``rows``, ``value`` of the metric ``sliced``, ``low``, ``high``),
    ``latency`` microseconds a listing by how it was asked: lower quartile, median, upper quartile.
    What is not a number is left out, since Kubeflow passes on no ``None``.
    """

    intervals: dict[str, list[float]]
    sliced: str
    slices: list[dict[str, Any]]
    latency: dict[str, list[float]]


class Challenger(TypedDict, total=False):
    """What is known of a trained model or encoder so far; each step adds its part.

    ``target`` is a model's name, or ``encoder-`` and that of an encoder; ``artifact`` is an id,
    ``seconds`` is what training took, a metric that is not a number is ``None``, ``demands`` says
    what the gate asks of which, ``version`` is that in mlflow's registry, empty where the gate was
    missed.
    """

    target: str
    artifact: str
    seconds: float
    metrics: dict[str, float | None]
    detail: Detail
    demands: dict[str, str]
    passed: bool
    reasons: list[str]
    version: str


class Proposal(TypedDict, total=False):
    """A release on its way to the pointer; ``release`` is empty when ``note`` says why not."""

    release: str
    note: str
    verified: bool
    promoted: bool


def numbers(challenger: Challenger) -> dict[str, float]:
    """Metrics of a challenger as numbers again: what could not be measured is NaN."""
    return {k: math.nan if v is None else v for k, v in challenger["metrics"].items()}
