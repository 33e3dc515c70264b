"""When models should be retrained: a pure rule of what monitoring found, with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.errors import InputError
from pipelines.monitoring.drift import Drift
from pipelines.monitoring.quality_changes import QualityChange
from pipelines.monitoring.wording import METRICS, describe_feature, name_of


@dataclass(frozen=True, slots=True)
class RetrainConfig:
    """When models are retrained.

    Attributes:
        max_loss: loss of a share, such as an accuracy, that is accepted.
        max_age: time after which models are retrained without any other reason.
        cooldown: least time from the start of a training run to that of the next.
    """

    max_loss: float = 0.03
    max_age: timedelta = timedelta(days=30)
    cooldown: timedelta = timedelta(days=3)

    def __post_init__(self) -> None:
        if self.max_loss < 0:
            raise InputError(
                f"max_loss is {self.max_loss}: it must be at least 0, such as 0.03"
            )


@dataclass(frozen=True, slots=True)
class History:
    """What happened before.

    Attributes:
        trained: when the rows were read that the champion was trained on, with a time zone;
            ``None`` without a champion.
        last_run: when the last training run started, whatever became of it; ``None`` without one.
        promoted: when the champion became it; ``None`` where that is not known.
        champion: versions of the champion's models.
    """

    trained: datetime | None
    last_run: datetime | None = None
    promoted: datetime | None = None
    champion: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to retrain.

    Attributes:
        retrain: whether a training run is to start now.
        reasons: a sentence for each reason to retrain, also while the rule waits.
        wait_until: end of the cooldown where there are reasons and it is not over, else ``None``.
    """

    retrain: bool
    reasons: tuple[str, ...]
    wait_until: datetime | None = None


def decide_retraining(
    drifts: Sequence[Drift],
    changes: Sequence[QualityChange],
    history: History,
    now: datetime,
    config: RetrainConfig | None = None,
) -> Decision:
    """Decide whether models should be retrained now.

    The reasons are a drift that was found, a figure whose loss is above ``max_loss`` with all of
    its interval, and the age of the champion. A run that failed counts for the cooldown too: its
    reasons remain, and without a cooldown it would be started again at once.
    """
    config = config or RetrainConfig()
    reasons = (
        *_drift_reasons(drifts),
        *_loss_reasons(changes, config),
        *_age_reasons(history, now, config),
    )
    if not reasons:
        return Decision(retrain=False, reasons=())

    if history.last_run is not None:
        end = history.last_run + config.cooldown
        if now < end:
            return Decision(retrain=False, reasons=reasons, wait_until=end)
    return Decision(retrain=True, reasons=reasons)


def is_too_large(change: QualityChange, max_loss: float) -> bool:
    """Tell whether a loss is above ``max_loss`` with all of its interval.

    Without an interval it is not: too few sellers say nothing.
    """
    return change.loss.low > max_loss


def _drift_reasons(drifts: Sequence[Drift]) -> Iterator[str]:
    for drift in drifts:
        if drift.found:
            yield (
                f"{describe_feature(drift.feature)} is not distributed as before: its effect size"
                f" is {drift.effect:.2f} (q-value {drift.q_value:.1g}, {drift.rows:,} effective"
                " rows)"
            )


def _loss_reasons(
    changes: Sequence[QualityChange], config: RetrainConfig
) -> Iterator[str]:
    for change in changes:
        if is_too_large(change, config.max_loss):
            name, loss = name_of(change.field), change.loss
            value, low, high = (100 * end for end in (loss.value, loss.low, loss.high))
            yield (
                f"{name}, {METRICS[change.metric]}: worse by {value:.1f} points ({low:.1f} to"
                f" {high:.1f}), and {100 * config.max_loss:g} are accepted"
            )


def _age_reasons(
    history: History, now: datetime, config: RetrainConfig
) -> Iterator[str]:
    if history.trained is None:
        return
    age = now - history.trained
    if age > config.max_age:
        yield (
            f"the rows that the champion was trained on were read {age.days} days ago, and"
            f" {config.max_age.days} are accepted"
        )
