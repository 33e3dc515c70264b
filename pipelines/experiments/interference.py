"""Sentences about what may mix up the effects of experiments, for who reads an analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from common.experiments.definition import Experiment
from pipelines.experiments.experiment_events import ExperimentEvents
from pipelines.experiments.exposures import ExposedSellers
from pipelines.experiments.interactions import find_interactions
from pipelines.experiments.wording import name_of, show_amount


def warn_of_interference(
    found: ExperimentEvents, others: Sequence[ExperimentEvents], until: datetime
) -> Iterator[str]:
    """Yield sentences about sellers of two or unknown variants, and experiments of other layers.

    ``others`` are all other experiments of the same time.
    """
    experiment = found.experiment
    yield from _warn_of_switched(found.exposures(until))
    if found.unknown_variants:
        names = ", ".join(found.unknown_variants)
        yield (
            f"Events name variants that the file does not have ({names}); what sellers saw under"
            " them is left out. Are these events of another shop, or was the file changed?"
        )
    beside = [each for each in others if _run_beside(experiment, each.experiment)]
    yield from _warn_of_shared_metrics(experiment, [each.experiment for each in beside])
    for each in find_interactions(found, beside, until):
        difference = show_amount(experiment.metric, abs(each.difference))
        more = "more" if each.difference > 0 else "less"
        yield (
            f"The effect of '{each.variant}' on {name_of(experiment.metric)} is {difference} {more}"
            f" for sellers who also see '{each.other_variant}' of {each.other}: decide on both"
            " together."
        )


def _warn_of_switched(exposures: ExposedSellers) -> Iterator[str]:
    switched = exposures.switched
    if switched:
        share = switched / (switched + len(exposures.exposed))
        yield (
            f"{switched:,} sellers ({share:.1%}) saw more than one variant and are left out. There"
            " are none where assignment works: look for keys that two sellers share, or servers"
            " of two publications."
        )


def _run_beside(experiment: Experiment, other: Experiment) -> bool:
    share_days = experiment.start <= other.end and other.start <= experiment.end
    return share_days and experiment.layer != other.layer


def _warn_of_shared_metrics(
    experiment: Experiment, others: Sequence[Experiment]
) -> Iterator[str]:
    mine = _metrics(experiment)
    for other in others:
        for metric in sorted(mine & _metrics(other)):
            yield (
                f"{other.key} runs on layer {other.layer} at the same time and watches"
                f" {name_of(metric)} too. Sellers are split independently, so each effect holds"
                " beside the other."
            )


def _metrics(experiment: Experiment) -> set[str]:
    return {experiment.metric, *(each.metric for each in experiment.guardrails)}
