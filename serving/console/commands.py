"""The commands that the console shows, to be copied into a shell; the console runs none."""

from __future__ import annotations

import shlex

TRAIN = "listrec train all --snapshot DIR"
MONITOR = "listrec monitor"
RETRAIN = "listrec monitor --retrain"
ROLLBACK = "listrec registry rollback --reason WHY"
LIFT_HOLD = "listrec registry hold --lift"


def promote(release: str, champion: str) -> str:
    """Make a release the champion in the place of another one."""
    return _command("registry", "promote", release, "--expect", champion)


def show_run(run: str) -> str:
    """Show the steps of a run."""
    return _command("registry", "runs", run)


def resume(run: str) -> str:
    """Start a run that failed once more."""
    return _command("train", "--resume", run)


def analyze(experiment: str) -> str:
    """Analyze an experiment now."""
    return _command("experiment", "analyze", experiment)


def stop(experiment: str, variant: str = "") -> str:
    """Stop an experiment, or one of its variants."""
    options = ["--variant", variant] if variant else []
    return _command("experiment", "stop", experiment, *options)


def _command(*words: str) -> str:
    return shlex.join(["listrec", *words])
