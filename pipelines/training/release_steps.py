"""The last steps of a training run: publish one release, verify it, promote it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import models
from common.crash_points import crash_point
from common.errors import CannotTrain, GateError, HeldError, RefusedError
from common.store.history import Cause
from pipelines.records import Challenger, Proposal, missed_floors, split_trained
from pipelines.serving_process import run_serving
from pipelines.training.champions import config_of_run
from pipelines.training.gate_config import REQUIRED
from pipelines.training.process import Context

VERIFY_SECONDS = 300
"""Time limit for a server to start on a release and to answer the requests of the verification."""


def admit(
    context: Context, challengers: Sequence[Challenger], force: bool
) -> list[Challenger]:
    """Return all challengers, or raise ``GateError`` naming every threshold that was missed.

    A model of which no settings reached the floors has missed its gate. Raises ``CannotTrain``
    where models were wanted and every one of them was left out.
    """
    missed = "; ".join(_missed_gates(challengers))
    if missed and not force:
        raise GateError(
            f"nothing was released, a gate was missed ({missed}); --force ignores gates"
        )

    trained, left_out = split_trained(challengers)
    if left_out and not any(record["target"] in models.NAMES for record in trained):
        reasons = "; ".join(record["left_out"] for record in left_out)
        raise CannotTrain(f"no model can be trained on this snapshot: {reasons}")
    return list(challengers)


def _missed_gates(challengers: Sequence[Challenger]) -> Iterator[str]:
    """Yield a clause for each challenger that missed its gate: its target and the reasons."""
    for challenger in challengers:
        if not challenger.get("passed", True):
            yield f"{challenger['target']}: {', '.join(challenger['reasons'])}"


def publish(context: Context, challengers: Sequence[Challenger]) -> Proposal:
    """Publish a release of the challengers; every other model is shared with the champion.

    So is a model that was left out, with the encoders that it was trained on: an answer of the
    champion's model is better than none. A model that neither has is missing until it is trained.
    """
    store = context.store
    trained, left_out = split_trained(challengers)
    # Models trained one at a time still make a complete release.
    champion = store.champion() or ""
    parts = dict(store.read(champion).models) if champion else {}
    for challenger in trained:
        if challenger["target"] in models.NAMES:
            parts[challenger["target"]] = challenger["artifact"]

    skipped = {record["target"]: missed_floors(record) for record in left_out}
    note = _describe_parts(parts, skipped)
    return Proposal(release=store.publish(parts).id, note=note, expect=champion)


def _describe_parts(parts: Mapping[str, str], skipped: Mapping[str, bool]) -> str:
    """Return which models a release lacks, and which it has although they were left out.

    ``skipped`` are those, with whether the rows could have taught them.
    """
    kept = [name for name in models.NAMES if name in skipped and name in parts]
    missing = [name for name in models.NAMES if name not in parts]
    unteachable = [name for name in missing if not skipped.get(name, True)]
    untrained = [name for name in missing if skipped.get(name, True)]

    clauses = []
    if kept:
        clauses.append(f"with {' and '.join(kept)} of the champion before")
    if unteachable:
        clauses.append(
            f"without {' and '.join(unteachable)}, which this snapshot has nothing to teach"
        )
    if untrained:
        clauses.append(
            f"without {' and '.join(untrained)}, which no run has trained yet"
        )
    return ", ".join(clauses)


def verify(context: Context, proposal: Proposal) -> Proposal:
    """Start the real server on the release, in a process of its own, and ask for suggestions.

    Raises ``GateError`` where it fails or does not answer within ``VERIFY_SECONDS``.
    """
    if not proposal["release"]:
        return proposal

    done = run_serving("serving.verify", proposal["release"], seconds=VERIFY_SECONDS)
    if done is None:
        raise GateError(
            f"release {proposal['release']} was not promoted,"
            f" it did not answer within {VERIFY_SECONDS} seconds"
        )

    passed, reason = _parse_verdict(done.stdout, done.stderr)
    if done.returncode or not passed:
        print(done.stdout, done.stderr, sep="\n")  # for the log of the run
        raise GateError(
            f"release {proposal['release']} was not promoted, its verification failed: {reason}"
        )
    return {**proposal, "verified": True}


def promote(context: Context, proposal: Proposal) -> Proposal:
    """Switch the champion pointer, then let mlflow's aliases follow.

    While promotions are held, the release stays published and the proposal says why. Raises
    ``RefusedError`` where the champion is not the one that the proposal was made from any more.
    Where the run asks for approval, the release is left to ``listrec registry promote``.
    """
    if not proposal["release"]:
        return proposal
    if config_of_run(context).approval == REQUIRED:
        context.note(
            f"release {proposal['release']} awaits approval: 'listrec registry promote"
            f" {proposal['release']}' makes it the champion"
        )
        return {**proposal, "awaiting": True}
    from pipelines.tracking import registry  # mlflow takes seconds to import

    try:
        _switch(context, proposal)
    except HeldError as error:
        context.note(str(error))
        return {**proposal, "hold_reason": str(error)}

    crash_point("promote.before-aliases")
    registry.reconcile(context.settings, context.store)
    return {**proposal, "promoted": True}


def _switch(context: Context, proposal: Proposal) -> None:
    cause = Cause(context.settings.user, "train", "", context.run)
    try:
        context.store.promote(proposal["release"], proposal.get("expect"), cause)
    except HeldError:
        raise
    except RefusedError as error:
        # The release shares models with a champion that is gone: it would put them back.
        raise RefusedError(
            f"{error}: the champion changed during this run; run it again, what was trained is"
            " used again"
        ) from None


def _parse_verdict(output: str, errors: str) -> tuple[bool, str]:
    """Read the last line of it, ``{"passed": ..., "reasons": [...]}``; return both in words.

    One without such a line failed; its reason is the last line of ``errors``.
    """
    try:
        verdict = json.loads(output.strip().splitlines()[-1])
        passed = bool(verdict["passed"])
        reasons = "; ".join(verdict.get("reasons", ()))
    except (IndexError, ValueError, KeyError, TypeError):
        lines = errors.strip().splitlines()
        return False, lines[-1] if lines else "it printed nothing"
    return passed, reasons or "it gave no reason"
