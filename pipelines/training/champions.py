"""What the steps of a run know of the champion: its artifacts, and what the gate is asked for."""

from __future__ import annotations

import models
from pipelines.records import Challenger
from pipelines.training import targets
from pipelines.training.challenger_count import count_attempt
from pipelines.training.gate_config import GATE, GateConfig, gate_config
from pipelines.training.process import Context


def config_of_run(context: Context) -> GateConfig:
    """Return the settings of the gate that the run was asked for.

    Steps that are called outside a run have the defaults.
    """
    if not context.run:
        return GateConfig()
    text = context.records.request().arguments.get("config", "")
    return gate_config(targets.parse_config(text).get(GATE, {}))


def champions_artifact(context: Context, challenger: Challenger) -> str:
    """Return the champion's artifact that a challenger is compared with, or an empty string.

    Encoders are judged by the models that are trained on them. A challenger that is the champion's
    artifact already has nothing to prove.
    """
    target = challenger["target"]
    if target not in models.NAMES or not context.store.champion():
        return ""
    artifact = context.store.read().models.get(target, "")
    return "" if artifact == challenger["artifact"] else artifact


def note_comparison(
    context: Context, challenger: Challenger, measured: Challenger, snapshot: str
) -> None:
    """Count the attempt at the test rows, and note what a comparison had to leave out.

    The attempt of a first model counts too: a later one on the same rows must show a gain over it.
    """
    target = challenger["target"]
    if target not in models.NAMES:
        return
    storage = context.store.storage
    attempt = count_attempt(storage, snapshot, target, challenger["artifact"])

    comparison = measured.get("comparison")
    if comparison is None:
        return
    comparison["attempt"] = attempt
    left_out = int(comparison.get("left_out", 0))
    if left_out:
        context.note(
            f"{target}: {left_out:,} test rows are left out of the comparison, because the"
            " champion or the challenger may have learned from them"
        )
    if not comparison.get("has_dates", True):
        context.note(
            f"{target}: recent days are not compared, because no test row says when it was listed"
        )
