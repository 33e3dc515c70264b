"""Named places where a process may be killed on purpose, to see that nothing is lost there.

``LISTREC_CRASH_AT=promote.after-pointer`` kills the process that comes to that place as ``kill -9``
does: nothing is cleaned up. Tests do so at every place; without the variable nothing happens.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

from common.errors import InputError

VARIABLE = "LISTREC_CRASH_AT"

CRASH_POINTS = {
    "artifact.before-manifest": "the files of an artifact are in the store, not its manifest",
    "artifact.after-manifest": "an artifact is in the store, and no record names it",
    "register.after-cards": "model cards are written, mlflow knows nothing",
    "register.after-run": "a run is logged in mlflow, its version is not registered",
    "register.after-version": "one version is registered, the others are not",
    "publish.before-manifest": "the artifacts of a release were read, it is not published",
    "publish.after-manifest": "a release is published, and nobody proposed it",
    "promote.after-record": "a move of the champion is on record and not made",
    "promote.after-pointer": "the champion is changed, and the promotion has not returned",
    "promote.before-aliases": "the champion is changed, mlflow's aliases are behind",
    "reconcile.after-alias": "one of mlflow's aliases is moved, the others are behind",
    "finish.before-outcome": "all steps are done, how the run ended is not kept",
    "finish.after-outcome": "how the run ended is kept, and the last step has not returned",
    "gc.after-releases": "old releases are removed, their artifacts are not",
    "gc.after-note": "an old artifact is noted as removed, and still there",
    "gc.after-manifest": "the manifest of an old artifact is removed, its files are not",
    "gc.after-artifacts": "old artifacts are removed, records of runs are not",
    "gc.after-snapshot-manifest": "the manifest of an old snapshot is removed, its rows are not",
    "gc.before-versions": "all garbage is removed, versions in mlflow are not",
    "gc.after-version": "a version in mlflow is removed, the note of its artifact is not",
}
"""Every place, in the order of a run, with the state that a kill leaves behind."""

_armed = ""


def arm(environ: Mapping[str, str]) -> None:
    """Read which place kills this process; called once, by ``main``.

    Raises ``InputError`` for a place that is none.
    """
    global _armed
    name = environ.get(VARIABLE, "")
    if name and name not in CRASH_POINTS:
        raise InputError(
            f"{VARIABLE} is {name!r}, which is no crash point: 'listrec registry crash-points'"
            " lists them"
        )
    _armed = name


def crash_point(name: str) -> None:
    """Kill this process if it is to crash here."""
    if name == _armed:
        os.kill(os.getpid(), signal.SIGKILL)
