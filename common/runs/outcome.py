"""How a training run ended."""

from __future__ import annotations

from typing import TypedDict

PROMOTED, REFUSED, FAILURE, TRAINED = "promoted", "refused", "failed", "trained"
"""Ends of a run: its release is the champion; a gate or the trial said no, or the champion changed
meanwhile; a step could not be done; encoders were trained, of which alone there is no release."""

ON_HOLD, AWAITING = "held", "awaiting approval"
"""Ends of a run whose release is verified and waits: promotions are held, or a person has to say
yes."""


class RunOutcome(TypedDict):
    """How a run ended.

    Attributes:
        run: name of the run.
        pipeline: label of its targets, such as ``all``.
        state: ``promoted``, ``awaiting approval``, ``held``, ``refused``, ``failed`` or
            ``trained``.
        release: id of the release that it published, or empty.
        reasons: a sentence for each step that failed, or why promotions are held.
        seconds: time from the start of the first step to the end of the last one.
        cpu_seconds: processor time of all steps.
        gpu_seconds: time that they held GPUs, times the number of these.
        ended_at: time of its end, ISO 8601.
        cost: an estimate of what they cost, such as ``0.0123 USD``; empty without prices.
    """

    run: str
    pipeline: str
    state: str
    release: str
    reasons: list[str]
    seconds: float
    cpu_seconds: float
    gpu_seconds: float
    ended_at: str
    cost: str
