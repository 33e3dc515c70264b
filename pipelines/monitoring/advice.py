"""What to do about what a monitoring found: what training mends, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator

from common.monitoring_record import MonitoringRecord
from pipelines.monitoring.drift import MISSING

INPUTS = (
    "Models are less certain than before, so listings reach them with less in them. Look at the"
    " app first: photos that get lost and texts that are cut are mended there, and not by training."
)
CHOICES = (
    "Sellers choose other values than before, such as a new brand or higher prices. Models learn"
    " this from new listings: retrain."
)
SUGGESTIONS = (
    "The same models suggest other values than before: sellers list other items. Retrain, so that"
    " models know these items as well."
)
GAPS = (
    "A field is filled in more often, or more rarely, than before. Look at what has changed in the"
    " app, and at the log of the servers for models that are missing."
)
LOSSES = (
    "Sellers take suggestions more rarely, and nothing says that models are less certain: what"
    " sellers want has changed. Retrain."
)
AGE = "The models have not learned from the listings of the last weeks: retrain."


def advise(record: MonitoringRecord) -> Iterator[str]:
    """Yield what to do, the most urgent first; nothing where there is no reason to do anything."""
    if not record.reasons:
        return
    losses = {change.metric for change in record.changes if change.found}
    drifts = [drift.feature for drift in record.drifts if drift.found]
    parts = {feature.split()[-1] for feature in drifts}

    is_uncertain = bool({"expected_accuracy"} & losses or {"probability"} & parts)
    if is_uncertain:
        yield INPUTS
    if MISSING in parts:
        yield GAPS
    if {"chosen", "ratio"} & parts:
        yield CHOICES
    elif "suggested" in parts:
        yield SUGGESTIONS
    elif losses - {"expected_accuracy"} and not is_uncertain:
        yield LOSSES
    if not (losses or drifts):
        yield AGE
