"""The last steps of a training run: one release of all that passed, tried, promoted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import models
from common.errors import GateError
from pipelines.training.process import Context
from pipelines.training.records import Challenger, Proposal

TRIAL_SECONDS = 300
"""How long a server may take to start on a release and to answer the trial questions."""


def admit(context: Context, challengers: Sequence[Challenger], force: bool) -> list[Challenger]:
    """Let all challengers through, or raise ``GateError`` naming every threshold missed."""
    failed = [c for c in challengers if not c["passed"]]
    if failed and not force:
        why = "; ".join(f"{c['target']}: {', '.join(c['reasons'])}" for c in failed)
        raise GateError(f"nothing was released, a gate was missed ({why}); --force ignores gates")
    return list(challengers)


def publish(context: Context, challengers: Sequence[Challenger]) -> Proposal:
    """Publish a release of the challengers; every other model is shared with the champion.

    A model that neither has is left out: its answers are missing until it is trained.
    """
    store = context.store
    parts = dict(store.read().models) if store.champion() else {}
    parts |= {c["target"]: c["artifact"] for c in challengers if c["target"] in models.NAMES}
    missing = [name for name in models.NAMES if name not in parts]
    note = f"without {' and '.join(missing)}, which no run has trained yet" if missing else ""
    return Proposal(release=store.publish(parts).id, note=note)


def verify(context: Context, proposal: Proposal) -> Proposal:
    """Start the real server on the release and ask it for suggestions, in a process of its own."""
    if not proposal["release"]:
        return proposal
    command = [sys.executable, "-m", "serving.verify", proposal["release"]]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise GateError(
            f"release {proposal['release']} was not promoted,"
            f" it did not answer within {TRIAL_SECONDS} seconds"
        ) from None
    print(answer.stdout, answer.stderr, sep="\n")  # for the log of the run
    passed, reason = _verdict(answer.stdout, answer.stderr)
    if answer.returncode or not passed:
        raise GateError(
            f"release {proposal['release']} was not promoted, it failed its trial: {reason}"
        )
    return {**proposal, "verified": True}


def promote(context: Context, proposal: Proposal) -> Proposal:
    """Switch the champion pointer, then let mlflow's aliases follow."""
    if not proposal["release"]:
        return proposal
    from pipelines.tracking import registry  # mlflow takes seconds to import

    context.store.promote(proposal["release"])
    registry.reconcile(context.settings, context.store)
    return {**proposal, "promoted": True}


def _verdict(output: str, errors: str) -> tuple[bool, str]:
    """Read the trial's last line, ``{"passed": ..., "reasons": [...]}``."""
    try:
        verdict = json.loads(output.strip().splitlines()[-1])
        return bool(verdict["passed"]), "; ".join(verdict.get("reasons", ())) or "it gave no reason"
    except (IndexError, ValueError, KeyError, TypeError):
        return False, (errors.strip().splitlines() or ["it said nothing"])[-1]
