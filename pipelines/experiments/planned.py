"""The plan of an experiment in figures and in sentences, from what sellers did in past weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.errors import InputError
from common.experiments.definition import Experiment
from pipelines.experiments.intervals import ALPHA
from pipelines.experiments.plan import Plan, plan_experiment, smallest_effect
from pipelines.experiments.seller_sums import SellerSums
from pipelines.experiments.wording import name_of, show_amount


@dataclass(frozen=True, slots=True)
class Duration:
    """What an experiment of so many weeks finds.

    Attributes:
        weeks: its length.
        sellers: sellers of the control and of a treatment together.
        effect: the smallest effect that is found.
    """

    weeks: int
    sellers: int
    effect: float


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of an experiment.

    Attributes:
        key: key of the experiment.
        metric: the metric that decides.
        minimum_effect: the smallest effect that is to be found.
        power: how often it is found where it is there.
        days: days from the start to the end, as the file says.
        needed: what finding it needs.
        durations: what shorter and longer experiments find.
    """

    key: str
    metric: str
    minimum_effect: float
    power: float
    days: int
    needed: Plan
    durations: tuple[Duration, ...]


def make_plan(
    experiment: Experiment,
    pasts: Sequence[SellerSums],
    power: float,
    minimum_effect: float | None = None,
) -> Planned:
    """Return the plan of an experiment; ``minimum_effect`` takes the place of that of its file.

    ``pasts`` are the sums of ``past.past_sums``. Of several treatments the smallest one is planned.
    Raises ``InputError`` where no plan can be made.
    """
    if not experiment.treatments:
        raise InputError(
            f"{experiment.key} has shadows only, of which sellers see nothing: a plan needs a"
            " variant without 'shadow'"
        )
    low, high = experiment.namespace
    covered = experiment.coverage * (high - low)
    smallest = min(each.share for each in experiment.treatments)
    shares = covered * experiment.control.share, covered * smallest
    alpha = ALPHA / len(experiment.treatments)

    effect = minimum_effect or experiment.minimum_effect
    return Planned(
        key=experiment.key,
        metric=experiment.metric,
        minimum_effect=effect,
        power=power,
        days=(experiment.end - experiment.start).days + 1,
        needed=plan_experiment(pasts, effect, shares, power, alpha),
        durations=tuple(
            Duration(
                weeks,
                round(len(past) * sum(shares)),
                smallest_effect(past, shares, power, alpha),
            )
            for weeks, past in enumerate(pasts, 1)
        ),
    )


def describe_plan(planned: Planned) -> Iterator[str]:
    """Yield the plan in sentences, and a line for each duration."""
    metric = planned.metric
    effect = show_amount(metric, planned.minimum_effect)
    needed = planned.needed
    weeks = "1 week" if needed.weeks == 1 else f"{needed.weeks:,} weeks"
    yield (
        f"{planned.key} finds a difference of {effect} in {name_of(metric)} in"
        f" {planned.power:.0%} of the cases with {needed.sellers:,} sellers: {weeks}."
    )
    if planned.days < 7 * needed.weeks:
        yield (
            f"Its file plans {planned.days} days. That is too short: move its end, cover more"
            " sellers, or look for a larger difference."
        )
    yield "As sellers were in past weeks, so many weeks find:"
    for each in planned.durations:
        yield (
            f"  {each.weeks} ({each.sellers:,} sellers): {show_amount(metric, each.effect)}"
        )
