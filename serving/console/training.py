"""Releases and training runs, as the console shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from common.store.promotion_hold import PromotionHold
from serving.console.costs import Cost
from serving.console.judgements import Judgement

ReleaseState = Literal["champion", "earlier", "candidate"]
"""It is served; it was the champion before; it has never been."""


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release.

    Attributes:
        id: its id.
        created_at: time of its publication, ISO 8601.
        state: whether it is or was the champion.
        models: names of its models.
        promoted_at: time at which it became the champion last, or empty.
        promoted_by: who did it.
        reason: why, in their words, or empty.
        run: the training run that made it; empty where it is not known.
        judgements: what the gate said of its models, where the run is known.
        command: makes it the champion; empty for the champion itself.
    """

    id: str
    created_at: str
    state: ReleaseState
    models: tuple[str, ...]
    promoted_at: str
    promoted_by: str
    reason: str
    run: str
    judgements: tuple[Judgement, ...]
    command: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A training run.

    Attributes:
        name: its name.
        state: how it ended (see ``RunOutcome``), else ``running`` or ``lost``.
        targets: what it trained.
        started_at: time of its start, ISO 8601, or empty.
        seconds: time from its start to its end, 0 without an end.
        cost: an estimate, such as ``0.0123 USD``, or empty.
        release: id of the release that it published, or empty.
        reasons: why it failed or was refused, a sentence for each step.
        judgements: what the gate said.
        command: shows its steps, or starts it once more where it failed.
    """

    name: str
    state: str
    targets: tuple[str, ...]
    started_at: str
    seconds: float
    cost: str
    release: str
    reasons: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Training:
    """What the store says about releases and runs.

    Attributes:
        champion: id of the release that is served, or empty.
        promotion_hold: why promotions are held, or ``None``.
        releases: the newest first.
        runs: the newest first.
        costs: those of the last 7 and 30 days.
    """

    champion: str
    promotion_hold: PromotionHold | None
    releases: tuple[ReleaseView, ...]
    runs: tuple[RunView, ...]
    costs: tuple[Cost, ...]
