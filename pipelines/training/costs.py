"""What a run uses of its machine, and an estimate of what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import models
from common.machine_prices import MachinePrices
from common.runs.records import DONE, StepRecord
from pipelines.records import Challenger, Detail
from pipelines.training.targets import ENCODERS

CALL = "alone"
"""The latency that a prediction is charged with: that of one listing at a time."""

PREDICTIONS = 1000
MICROSECONDS = 1e6


def measure_use(
    challenger: Challenger, steps: Iterable[StepRecord], prices: MachinePrices | None
) -> dict[str, float]:
    """Return metrics of the steps that made a challenger, of all steps so far, and of predictions.

    Those of a step are ``<step>_seconds``, ``<step>_cpu_seconds``, ``<step>_gpu_seconds``,
    ``<step>_peak_megabytes`` and ``<step>_cost``; those of all steps begin with ``run``. Without
    prices there is no cost.
    Encoders are trained in one step, whose metrics each of them has.
    """
    done = [step for step in steps if step.state == DONE]
    target = challenger["target"]
    subject = target if target in models.NAMES else ENCODERS
    use: dict[str, float] = {}
    for step in done:
        if step.subject == subject:
            use.update(_step_metrics(step, prices))

    use["run_seconds"] = round(sum(step.seconds for step in done), 2)
    use["run_cpu_seconds"] = round(sum(step.cpu_seconds for step in done), 2)
    use["run_gpu_seconds"] = round(sum(step.gpu_seconds for step in done), 2)
    if prices:
        use["run_cost"] = estimate(done, prices)
        use.update(_prediction_cost(challenger.get("detail", {}), prices))
    return use


def estimate(steps: Iterable[StepRecord], prices: MachinePrices) -> float:
    """Return what steps cost together, in the currency of the prices."""
    costs = (
        prices.cost(
            step.seconds, step.cpu_seconds, step.peak_megabytes, step.gpu_seconds
        )
        for step in steps
    )
    return sum(costs)


def describe_cost(steps: Sequence[StepRecord], prices: MachinePrices | None) -> str:
    """Return what steps cost together in words, such as ``0.0123 USD``; empty without prices."""
    if prices is None:
        return ""
    cost = f"{estimate(steps, prices):.4f} {prices.currency}"
    has_gpus = any(step.gpu_seconds for step in steps)
    return f"{cost} without GPUs" if has_gpus and prices.gpu_hour is None else cost


def _step_metrics(
    step: StepRecord, prices: MachinePrices | None
) -> Iterator[tuple[str, float]]:
    yield f"{step.step}_seconds", step.seconds
    yield f"{step.step}_cpu_seconds", step.cpu_seconds
    yield f"{step.step}_gpu_seconds", step.gpu_seconds
    yield f"{step.step}_peak_megabytes", step.peak_megabytes
    if prices:
        yield f"{step.step}_cost", estimate([step], prices)


def _prediction_cost(detail: Detail, prices: MachinePrices) -> Mapping[str, float]:
    """Return the cost of a thousand predictions, by the median latency on one processor."""
    latency = detail.get("latency", {}).get(CALL)
    if not latency:
        return {}
    seconds = latency[1] / MICROSECONDS * PREDICTIONS
    return {"cost_per_1000_predictions": prices.cost(seconds, seconds, 0.0)}
