"""What training runs took and cost in the last days, from their outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.runs.outcome import RunOutcome

PERIODS = (7, 30)
"""Days that are summed up."""

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Cost:
    """What the runs that ended in the last days took.

    Attributes:
        days: number of days.
        runs: number of runs.
        hours: time of the runs.
        cpu_hours: their processor time.
        gpu_hours: time that they held GPUs, times the number of these.
        amount: the sum of their estimated costs; ``None`` where no run has one.
        currency: its currency; empty without an amount.
        unpriced: number of runs without a cost, or with one in another currency.
    """

    days: int
    runs: int
    hours: float
    cpu_hours: float
    gpu_hours: float
    amount: float | None
    currency: str
    unpriced: int


def sum_costs(outcomes: Sequence[RunOutcome], now: datetime) -> tuple[Cost, ...]:
    """Return the costs of the last 7 and 30 days; ``outcomes`` are in the order of their ends."""
    return tuple(_sum(outcomes, days, now) for days in PERIODS)


def _sum(outcomes: Sequence[RunOutcome], days: int, now: datetime) -> Cost:
    since = now - timedelta(days=days)
    ended = [
        outcome
        for outcome in outcomes
        if datetime.fromisoformat(outcome["ended_at"]) >= since
    ]
    # Such as "0.0123 USD", or "0.0123 USD without GPUs".
    costs = [outcome["cost"].split() for outcome in ended if outcome["cost"]]
    currency = costs[-1][1] if costs else ""
    amounts = [float(words[0]) for words in costs if words[1] == currency]
    return Cost(
        days=days,
        runs=len(ended),
        hours=sum(outcome["seconds"] for outcome in ended) / SECONDS_PER_HOUR,
        cpu_hours=sum(outcome["cpu_seconds"] for outcome in ended) / SECONDS_PER_HOUR,
        gpu_hours=sum(outcome["gpu_seconds"] for outcome in ended) / SECONDS_PER_HOUR,
        amount=sum(amounts) if amounts else None,
        currency=currency,
        unpriced=len(ended) - len(amounts),
    )
