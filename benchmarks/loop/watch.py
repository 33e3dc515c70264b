"""What monitoring says of a night: the newest days beside those before, and whether to retrain."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from common.event_database.database import EventDatabase
from pipelines.monitoring.drift import find_drift
from pipelines.monitoring.features import tabulate_features
from pipelines.monitoring.quality_changes import compare_quality
from pipelines.monitoring.retrain_rule import (
    Decision,
    History,
    RetrainConfig,
    decide_retraining,
)
from pipelines.outcomes.event_table import to_table
from pipelines.outcomes.tables import COLUMNS, OutcomeTables, make_tables

if TYPE_CHECKING:
    import pandas as pd

WINDOW = timedelta(days=3)
"""The newest days, which are compared with those before."""

REFERENCE = timedelta(days=14)
"""Days before the newest ones, or as many as there are."""


def read_tables(
    database: EventDatabase, since: datetime, until: datetime
) -> OutcomeTables:
    """Return what sellers did between two times."""
    return make_tables(to_table(database.read(since, until), COLUMNS))


def decide(fields: pd.DataFrame, history: History, now: datetime) -> Decision:
    """Decide at the end of a day whether to retrain, from ``OutcomeTables.fields`` until then.

    Sellers of the holdout are left out: what they do beside no suggestions is another thing.
    """
    shown = fields[fields["policy"] == "greedy"]
    is_new = shown["time"] >= now - WINDOW
    before, newest = shown[~is_new], shown[is_new]
    drifts = find_drift(tabulate_features(before), tabulate_features(newest))
    changes = compare_quality(before, newest)
    return decide_retraining(drifts, changes, history, now, RetrainConfig())
