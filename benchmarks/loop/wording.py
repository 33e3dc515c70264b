"""What monitoring and gates say, in words for those who do not know their metrics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.monitoring.wording import METRICS, describe_feature

LOSSES = {
    "acceptance": "how often the suggested {field} is accepted",
    "top_1_accuracy": "how often the first suggestion of the {field} is chosen",
    "top_k_accuracy": "how often one of three suggestions of the {field} is chosen",
    "expected_accuracy": "how sure the model of the {field} is",
    "coverage": "how often the {field} lies in the suggested range",
}
"""Figures of monitoring that may get worse."""

ONE_LOSS = re.compile(
    r"nothing was released, a gate was missed \(\w+: top1 is ([\d.e-]+) worse than the champion's"
    r" on the same ([\d,]+) rows \(at least [\d.e-]+\)\)"
)
"""What a run says where its model is right less often than the champion's, and nothing else."""


def describe_changes(drifts: Sequence[str], losses: Sequence[str]) -> str:
    """Return what monitoring named: ``the brand that sellers choose, how often ...``."""
    told = [describe_feature(feature) for feature in drifts]
    for loss in losses:
        metric, field = loss.split()
        words = LOSSES.get(metric, f"{METRICS[metric]}, of the {{field}}")
        told.append(words.format(field=field.replace("_", " ")))
    return ", ".join(dict.fromkeys(told))


def describe_refusal(reasons: Sequence[str]) -> str:
    """Return why a run did not make a new champion; empty where it gives no reason.

    A loss of accuracy is told in items. Other reasons are those of the run, without the command or
    the log that helps whoever ran it.
    """
    reason = "; ".join(reasons).partition("; --force")[0].partition(" (log:")[0]
    loss = ONE_LOSS.fullmatch(reason)
    if loss is None:
        return reason
    rows = int(loss[2].replace(",", ""))
    return (
        f"its first suggestion is right for {rows * float(loss[1]):.0f} fewer of the same"
        f" {rows:,} test items than the champion's, more than chance explains"
    )
