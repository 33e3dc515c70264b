"""Days beside those before them: what drifts, what is worse, and whether to retrain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.monitoring.config import MonitoringConfig
from pipelines.monitoring.days import ComparedDays
from pipelines.monitoring.drift import Drift, find_drift
from pipelines.monitoring.features import tabulate_features
from pipelines.monitoring.quality_changes import QualityChange, compare_quality
from pipelines.monitoring.retrain_rule import Decision, History, decide_retraining
from pipelines.outcomes.tables import OutcomeTables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two groups of days.

    Attributes:
        features: tables of features of the days before, and of those that are looked at.
        drifts: the features that were compared, those that drift first.
        changes: the figures of quality that were compared.
        decision: whether to retrain.
    """

    features: tuple[pd.DataFrame, pd.DataFrame]
    drifts: tuple[Drift, ...]
    changes: tuple[QualityChange, ...]
    decision: Decision


def compare(
    before: OutcomeTables,
    now: OutcomeTables,
    days: ComparedDays,
    history: History,
    time: datetime,
    config: MonitoringConfig,
) -> Comparison:
    """Compare the tables of the days ``days.now`` with those of ``days.before``.

    Where the champion has not served on all of these days, nothing that differs is a reason to
    retrain.
    """
    features = tabulate_features(before.fields), tabulate_features(now.fields)
    drifts = find_drift(*features, config.drift)
    changes = compare_quality(before.fields, now.fields)
    decision = decide_retraining(
        drifts if days.has_served else (),
        changes if days.has_served else (),
        history,
        time,
        config.retraining,
    )
    return Comparison(features, drifts, changes, decision)
