"""Settings of monitoring: the section ``monitor`` of the settings of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from common.config import build
from common.errors import InputError
from pipelines.monitoring.drift import DriftConfig
from pipelines.monitoring.retrain_rule import RetrainConfig

MONITOR = "monitor"
"""The section of the settings, beside those of the targets."""

INTERVAL_LEVEL = 0.8
"""Share of amounts that shown intervals are to contain (``models.price.intervals``)."""


_DRIFT, _RETRAINING = DriftConfig(), RetrainConfig()
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MonitoringConfig:
    """What is compared, and what is a reason to retrain.

    Attributes:
        days: whole days that are looked at, up to today.
        reference_days: most days that they are compared with.
        max_loss: see ``RetrainConfig``, as the two that follow.
        max_age_days: days after which models are retrained without any other reason.
        cooldown_days: least days from the start of a training run to that of the next.
        max_q: see ``DriftConfig``, as the two that follow.
        min_shift: least distance of numbers that is drift, in standard deviations.
        min_distance: least distance of labels that is drift, from 0 to 1.
    """

    days: int = 3
    reference_days: int = 14
    max_loss: float = _RETRAINING.max_loss
    max_age_days: float = _RETRAINING.max_age / _DAY
    cooldown_days: float = _RETRAINING.cooldown / _DAY
    max_q: float = _DRIFT.max_q
    min_shift: float = _DRIFT.min_shift
    min_distance: float = _DRIFT.min_distance

    def __post_init__(self) -> None:
        for name in ("days", "reference_days"):
            if getattr(self, name) < 1:
                raise InputError(
                    f"{MONITOR}.{name} is {getattr(self, name)}: it must be at least 1"
                )

    @property
    def drift(self) -> DriftConfig:
        """What counts as drift."""
        return DriftConfig(self.max_q, self.min_shift, self.min_distance)

    @property
    def retraining(self) -> RetrainConfig:
        """When models are retrained."""
        return RetrainConfig(
            max_loss=self.max_loss,
            max_age=self.max_age_days * _DAY,
            cooldown=self.cooldown_days * _DAY,
        )


def monitoring_config(section: Mapping[str, Any]) -> MonitoringConfig:
    """Return the settings of a section; raise ``InputError`` for one that does not exist."""
    return build(MonitoringConfig, section, MONITOR)
