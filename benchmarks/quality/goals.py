"""The goals, and whether they are met: every line is computed from what the run measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.calibration import pooled_error
from benchmarks.quality.results import Results, distance
from benchmarks.shared.markdown import mean_and_error

LEAST, MOST = ">=", "<="


@dataclass(frozen=True, slots=True)
class Goal:
    """A metric of a variant that must be at least, or at most, a bound.

    ``beat`` asks for two standard errors more than every peer as well, ``lead`` for so much more
    than the best one instead of a bound. ``pooled`` calibration errors are those over the test rows
    of all folds together.
    """

    title: str
    metric: str
    bound: float = float("nan")
    sense: str = LEAST
    variant: str = "train"
    beat: bool = False
    lead: float = 0.0
    pooled: bool = False


PRICE = (
    Goal("price warm, R2", "price warm_r2", 0.50, beat=True),
    Goal("price cold, R2", "price r2", 0.42),
)
CATEGORY = (
    Goal("category cold, top-1", "category top1", 0.60),
    Goal("category cold, top-5", "category top5", 0.84),
    Goal("category cold, ECE", "category calibration_error", 0.03, MOST, pooled=True),
    Goal("category committed to: right", "category committed_right", 0.95),
    Goal("category committed to: share of listings", "category committed", 0.60),
    Goal("category committed to: share at leaf", "category committed_at_leaf", 0.35),
)
BRAND = (
    Goal("brand cold, branded recall", "brand recall", 0.70),
    Goal("brand cold, precision of those shown at recall .60", "brand precision_at_60", 0.90),
    Goal('brand cold, accuracy with "no brand"', "brand top1", 0.77),
)
PAYER = (
    Goal("shipping payer cold, AUC", "shipping auc", 0.73),
    Goal("shipping payer warm, AUC", "shipping warm_auc", lead=0.03),
    Goal("shipping payer cold, ECE", "shipping calibration_error", 0.03, MOST, pooled=True),
    Goal("shipping payer warm, ECE", "shipping warm_calibration_error", 0.03, MOST, pooled=True),
)
TYPED = (
    Goal("category top-5 after 10 characters", "category typed_10_top5", 0.50),
    Goal("category top-5 after 20 characters", "category typed_20_top5", 0.65),
)
EXTRA = (
    Goal("with the second table: category top-1", "category top1", 0.65, variant="extra"),
    Goal("with the second table: category top-5", "category top5", 0.87, variant="extra"),
    Goal("with the second table: branded recall", "brand recall", 0.75, variant="extra"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: cells as they are shown, and whether the goal is met.

    ``met`` is ``None`` where nothing was measured.
    """

    goal: str
    ours: str = ""
    peer: str = ""
    lead: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        """Return the row in Markdown."""
        said = {True: "yes", False: "**no**", None: "not measured"}[self.met]
        return f"| {self.goal} | {self.ours} | {self.peer} | {self.lead} | {said} |"


def table(lines: Sequence[Line]) -> list[str]:
    """Return the lines of the table of goals, and how many are met."""
    counts = {met: sum(line.met is met for line in lines) for met in (True, False, None)}
    left = f", {counts[None]} were not measured" if counts[None] else ""
    return [
        "| goal | ours | best peer | better by | met? |",
        "|---|---|---|---|---|",
        *map(str, lines),
        "",
        f"{counts[True]} goals of {len(lines)} are met, {counts[False]} are missed{left}.",
    ]


def judge(goals: Sequence[Goal], found: Results) -> list[Line]:
    """Hold goals against what was found."""
    return [_judge(goal, found) for goal in goals]


def reaches(values: Sequence[float], bound: float, sense: str = LEAST) -> bool:
    """Tell whether the mean of the values is on the right side of the bound."""
    mean = float(np.mean(values))
    return mean >= bound if sense == LEAST else mean <= bound


def _judge(goal: Goal, found: Results) -> Line:
    values = found.values(goal.metric, variant=goal.variant)
    peers = found.peers(goal.metric, goal.variant)
    if not values or (goal.lead and not peers):
        return Line(_title(goal))
    shown, lead = mean_and_error(values), ""
    if goal.pooled and len(values) > 1:
        shown, values = f"{shown} by folds", [pooled_error(found.sure[goal.metric])]
        shown = f"{values[0]:.3f} ({shown})"
    met = bool(goal.lead) or reaches(values, goal.bound, goal.sense)
    best = ""
    if peers:
        gaps = found.gaps(goal.metric, peers[0], goal.variant)
        theirs = found.values(goal.metric, peers[0], goal.variant)
        best, lead = f"{mean_and_error(theirs)} ({peers[0]})", mean_and_error(gaps)
        met &= not goal.lead or reaches(gaps, goal.lead)
        met &= not goal.beat or all(_beaten(goal, peer, found) for peer in peers)
    return Line(_title(goal), shown, best, lead, met)


def _beaten(goal: Goal, peer: str, found: Results) -> bool:
    gaps = found.gaps(goal.metric, peer, goal.variant)
    return float(np.mean(gaps)) > distance(gaps)


def _title(goal: Goal) -> str:
    if goal.lead:
        return f"{goal.title} >= best peer + {goal.lead:.2f}"
    beaten = ", every peer beaten by 2 standard errors" if goal.beat else ""
    return f"{goal.title} {goal.sense} {goal.bound:.2f}{beaten}"
