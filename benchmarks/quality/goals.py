"""The goals of the quality benchmark, and the check of results against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.quality.collect import POOLED
from benchmarks.shared.comparison import gains, ranked_peers, two_standard_errors
from benchmarks.shared.results import TRAIN, Estimate, Results

AT_LEAST, AT_MOST = ">=", "<="


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound for a metric of ours.

    Attributes:
        title: name of the goal on the page.
        metric: name of the metric.
        bound: value that the mean must reach.
        sense: side of the bound: ``AT_LEAST`` or ``AT_MOST``.
        variant: variant of the training rows.
        beats_peers: whether every peer must be beaten by two standard errors as well.
        lead: margin over the best peer that replaces the bound if it is not 0.
        pooled: whether the metric is that over the test rows of all folds together.
    """

    title: str
    metric: str
    bound: float = float("nan")
    sense: str = AT_LEAST
    variant: str = TRAIN
    beats_peers: bool = False
    lead: float = 0.0
    pooled: bool = False

    @property
    def description(self) -> str:
        """The title with the condition."""
        if self.lead:
            return f"{self.title} >= best peer + {self.lead:.2f}"
        condition = f"{self.title} {self.sense} {self.bound:.2f}"
        if self.beats_peers:
            condition += ", every peer beaten by 2 standard errors"
        return condition


PRICE = (
    Goal("price warm, R2", "price warm_r2", 0.50, beats_peers=True),
    Goal("price cold, R2", "price r2", 0.42),
)
CATEGORY = (
    Goal("category cold, top-1", "category top1", 0.60),
    Goal("category cold, top-5", "category top5", 0.84),
    Goal(
        "category cold, ECE", "category calibration_error", 0.03, AT_MOST, pooled=True
    ),
    Goal("category committed to: right", "category committed_right", 0.95),
    Goal("category committed to: share of listings", "category committed", 0.60),
    Goal("category committed to: share at leaf", "category committed_at_leaf", 0.35),
)
BRAND = (
    Goal("brand cold, branded recall", "brand recall", 0.70),
    Goal(
        "brand cold, precision of those shown at recall .60",
        "brand precision_at_60",
        0.90,
    ),
    Goal('brand cold, accuracy with "no brand"', "brand top1", 0.77),
)
PAYER = (
    Goal("shipping payer cold, AUC", "shipping auc", 0.73),
    Goal("shipping payer warm, AUC", "shipping warm_auc", lead=0.03),
    Goal(
        "shipping payer cold, ECE",
        "shipping calibration_error",
        0.03,
        AT_MOST,
        pooled=True,
    ),
    Goal(
        "shipping payer warm, ECE",
        "shipping warm_calibration_error",
        0.03,
        AT_MOST,
        pooled=True,
    ),
)
TYPED = (
    Goal("category top-5 after 10 characters", "category typed_10_top5", 0.50),
    Goal("category top-5 after 20 characters", "category typed_20_top5", 0.65),
)
EXTRA = (
    Goal(
        "with the second table: category top-1", "category top1", 0.65, variant="extra"
    ),
    Goal(
        "with the second table: category top-5", "category top5", 0.87, variant="extra"
    ),
    Goal(
        "with the second table: branded recall", "brand recall", 0.75, variant="extra"
    ),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A goal and its result.

    Attributes:
        goal: description of the goal.
        ours: our figure; None if it was not measured or is not one number.
        note: remark on our figure.
        rival: name of what ours is compared with.
        theirs: figure of the rival.
        leads: differences from rivals, each with a name where there are several.
        met: whether the goal is met; None if it was not measured.
        digits: decimal places of the figures.
    """

    goal: str
    ours: Estimate | None = None
    note: str = ""
    rival: str = ""
    theirs: Estimate | None = None
    leads: tuple[tuple[str, Estimate], ...] = ()
    met: bool | None = None
    digits: int = 3


def check_goals(goals: Sequence[Goal], results: Results) -> list[Outcome]:
    """Check results against goals."""
    return [_check(goal, results) for goal in goals]


def reaches(values: Sequence[float], bound: float, sense: str = AT_LEAST) -> bool:
    """Whether the mean of the values is on the right side of the bound."""
    mean = float(np.mean(values))
    if sense == AT_LEAST:
        return mean >= bound
    return mean <= bound


def _check(goal: Goal, results: Results) -> Outcome:
    values = results.values(goal.metric, variant=goal.variant)
    peers = ranked_peers(results, goal.metric, goal.variant)
    is_measured = bool(values)
    # A lead over the best peer cannot be judged without one.
    if not is_measured or (goal.lead and not peers):
        return Outcome(goal.description)

    outcome = _check_bound(goal, results, values)
    if peers:
        return _compare(goal, results, peers, outcome)
    return outcome


def _check_bound(goal: Goal, results: Results, values: Sequence[float]) -> Outcome:
    """Check the bound; a goal that is a lead has none."""
    ours = Estimate.from_values(values)
    note = ""
    # A fold has so few rows that chance alone looks like an error of calibration.
    pooled = None
    if goal.pooled and len(values) > 1:
        pooled = results.get(goal.metric, variant=goal.variant, slice=POOLED)
    if pooled and pooled.value is not None:
        note = f"({ours.format()} by folds)"
        ours = pooled.estimate
        values = [pooled.value]

    is_met = bool(goal.lead) or reaches(values, goal.bound, goal.sense)
    return Outcome(
        goal.description,
        ours=ours,
        note=note,
        met=is_met,
    )


def _compare(
    goal: Goal, results: Results, peers: Sequence[str], outcome: Outcome
) -> Outcome:
    """Add the best peer to an outcome, and check what the goal demands of the peers."""
    best = peers[0]
    margins = gains(results, goal.metric, best, goal.variant)
    mean_margin = Estimate.from_values(margins)
    theirs = results.values(goal.metric, best, goal.variant)

    is_met = bool(outcome.met)
    if goal.lead:
        is_met = is_met and reaches(margins, goal.lead)
    if goal.beats_peers:
        is_met = is_met and all(_is_beaten(goal, peer, results) for peer in peers)

    return replace(
        outcome,
        rival=best,
        theirs=Estimate.from_values(theirs),
        leads=(("", mean_margin),),
        met=is_met,
    )


def _is_beaten(goal: Goal, peer: str, results: Results) -> bool:
    margins = gains(results, goal.metric, peer, goal.variant)
    mean = float(np.mean(margins))
    return mean > two_standard_errors(margins)
