"""The goals of the serving benchmark: figures of ours, most as ratios to others of the same run."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.shared.results import OURS, Results

ECHO = "echo"
ONE, TWO = "ours, 1 worker", "ours, 2 workers"
PREDICTORS = "ours, four predictors"
LITSERVE, BENTOML, RAY = "LitServe", "BentoML", "Ray Serve"
PEERS = (LITSERVE, BENTOML, RAY)
HTTP_ECHO = "echo over HTTP"
GATEWAY = "gateway, 2 workers"
WITH_EVENTS = "gateway with events, 2 workers"
BARE = "decoder and encoder"

AT_LEAST, AT_MOST = ">=", "<="


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound for a figure of ours.

    Attributes:
        title: what is measured.
        metric: name of the metric.
        load: kind of the requests and number of callers; empty for what a server needs.
        limits: servers of which the best is what ours is divided by; none for the figure itself.
        sense: side of the bound, ``AT_LEAST`` or ``AT_MOST``.
        bound: what is to be reached.
        server: which of ours; two workers are the default on two cores.
    """

    title: str
    metric: str
    load: str
    limits: tuple[str, ...]
    sense: str
    bound: float
    server: str = TWO


GOALS = (
    Goal("answers/s", "per_second", "text, 16", (ECHO,), AT_LEAST, 0.35),
    Goal("answers/s", "per_second", "text, 16", PEERS, AT_LEAST, 1.5),
    Goal("p99", "p99", "text, 16", (ECHO,), AT_MOST, 4),
    Goal("p50", "p50", "text, 1", (ECHO,), AT_MOST, 4),
    Goal("p50", "p50", "text, 1", PEERS, AT_MOST, 0.5),
    Goal("answers/s", "per_second", "photo, 16", (BARE,), AT_LEAST, 0.6),
    Goal("p50", "p50", "photo, 1", (BARE,), AT_MOST, 2.5),
    Goal("seconds to start", "start_seconds", "", (), AT_MOST, 1),
    Goal("memory, MB", "memory", "", (), AT_MOST, 180, ONE),
    Goal("a further worker, MB", "worker_memory", "", (), AT_MOST, 60),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A goal with its measurement.

    Attributes:
        goal: the goal.
        value: what was measured; ``None`` where a part of it was not.
        limit: name of the server that ours was divided by, if any.
    """

    goal: Goal
    value: float | None = None
    limit: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; ``None`` if it was not measured."""
        if self.value is None:
            return None
        if self.goal.sense == AT_LEAST:
            return self.value >= self.goal.bound
        return self.value <= self.goal.bound


def check_goals(results: Results) -> list[Outcome]:
    """Compare results with all goals."""
    return [_check(goal, results) for goal in GOALS]


def value_of(results: Results, metric: str, server: str, load: str) -> float | None:
    """Return a figure of a server, or ``None`` if it was not measured."""
    found = results.get(metric, OURS, server, load)
    return found.value if found else None


def _check(goal: Goal, results: Results) -> Outcome:
    own = value_of(results, goal.metric, goal.server, goal.load)
    if own is None or not goal.limits:
        return Outcome(goal, own)

    limits = {}
    for server in goal.limits:
        value = value_of(results, goal.metric, server, goal.load)
        if value:
            limits[server] = value
    if not limits:
        return Outcome(goal)
    # Of rates the highest is the best, of latencies the lowest.
    choose = max if goal.sense == AT_LEAST else min
    best = choose(limits, key=limits.__getitem__)
    return Outcome(goal, own / limits[best], best)
