"""Runs in mlflow: one experiment a target, one run a trained artifact."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from common.crash_points import crash_point
from common.settings import Settings
from common.store.artifacts import Manifest
from pipelines.records import Challenger, describe_trial
from pipelines.tracking import registry
from pipelines.tracking.client import is_server, open_client
from pipelines.tracking.connection import answering


def log_run(
    settings: Settings,
    challenger: Challenger,
    manifest: Manifest,
    card: str,
    *,
    register: bool,
    note: Callable[[str], None] = print,
) -> str:
    """Log the run of a trained artifact: its data, settings, metrics and model card.

    ``note`` takes a sentence about what is not as expected. Returns the version in the registry,
    or an empty string where ``register`` is false. Raises ``UnavailableError`` where mlflow does
    not answer.
    """
    with answering(settings):
        client = open_client(settings)
        experiment = find_experiment(client, settings, challenger["target"], note)
        run = client.create_run(
            experiment,
            run_name=manifest.id,
            tags=_tags(settings, challenger, manifest),
        ).info

        _log_values(client, run.run_id, challenger, manifest)
        _log_card(client, run.run_id, card, note)
        client.set_terminated(run.run_id)
        crash_point("register.after-run")

        if not register:
            return ""
        return registry.register_version(client, settings, manifest, run.run_id)


def git_commit() -> str:
    """Return the commit of the checkout that this code runs from, or ``unknown``."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return "unknown"

    # The checkout may be there without the program, as in a slim container.
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return answer.stdout.strip() or "unknown"


def find_experiment(
    client: Any,
    settings: Settings,
    target: str,
    note: Callable[[str], None] = print,
) -> str:
    """Return the id of the experiment ``listrec/<target>``; creates it where there is none.

    A team's experiments are ``<team>/<target>``.

    One that was deleted in mlflow is restored, or, where mlflow refuses that, another of a similar
    name is used; ``note`` takes the sentence.
    """
    name = first = f"{settings.team or 'listrec'}/{target}"
    number = 1
    while experiment := client.get_experiment_by_name(name):
        if experiment.lifecycle_stage == "active" or _restore(client, experiment, note):
            return str(experiment.experiment_id)
        number += 1
        name = f"{first} {number}"

    if name != first:
        note(
            f"mlflow's experiment {first} is deleted and cannot be restored: {name} is used"
        )
    # A local database does not know where to put files; a server has its own place for them.
    root = (
        None
        if is_server(settings.tracking_uri)
        else f"{settings.store}/mlflow/{target}"
    )
    return str(client.create_experiment(name, artifact_location=root))


def _restore(client: Any, experiment: Any, note: Callable[[str], None]) -> bool:
    """Restore an experiment that was deleted; false where mlflow refuses."""
    from mlflow.exceptions import MlflowException

    try:
        client.restore_experiment(experiment.experiment_id)
    except MlflowException:
        return False
    note(f"mlflow's experiment {experiment.name} had been deleted, and was restored")
    return True


def flatten(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield settings with their values; nested ones are named ``net.epochs``."""
    for name, value in config.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _tags(
    settings: Settings, challenger: Challenger, manifest: Manifest
) -> dict[str, str]:
    """Return the tags of a run: what was trained, on what, and whether it passed its gate."""
    known = {
        "run": challenger.get("run", ""),
        "currency": challenger.get("currency", ""),
    }
    return {
        **{name: value for name, value in known.items() if value},
        **_trial_tags(challenger),
        "snapshot": manifest.snapshot,
        "git_commit": settings.commit or git_commit(),
        "artifact_id": manifest.id,
        "encoders": ",".join(manifest.encoders),
        "gate": "passed" if challenger["passed"] else "; ".join(challenger["reasons"]),
    }


def _trial_tags(challenger: Challenger) -> dict[str, str]:
    """Return a tag for each of the settings that were tried on validation rows."""
    tags = {}
    for number, trial in enumerate(challenger.get("trials", ()), start=1):
        tags[f"trial_{number}"] = describe_trial(trial)
    return tags


def _validation_metrics(challenger: Challenger) -> dict[str, float]:
    """Return the metrics of the settings that were chosen on validation rows: the last ones."""
    trials = challenger.get("trials")
    metrics = trials[-1]["metrics"] if trials else {}
    return {f"validation_{name}": value for name, value in metrics.items()}


def _log_card(client: Any, run_id: str, card: str, note: Callable[[str], None]) -> None:
    """Log the model card; the store has it too, so a place that cannot be written is no error."""
    try:
        client.log_text(run_id, card, "card.md")
    except (OSError, ModuleNotFoundError) as error:
        note(
            "mlflow's run has no model card, because its artifacts cannot be written from here"
            f" ({type(error).__name__}): 'listrec registry show --cards' prints it"
        )


def _log_values(
    client: Any, run_id: str, challenger: Challenger, manifest: Manifest
) -> None:
    """Log settings as parameters; metrics, training time and size as metrics."""
    from mlflow.entities import Metric, Param

    values = {
        **challenger["metrics"],
        **challenger.get("use", {}),
        **_validation_metrics(challenger),
        "train_seconds": challenger["seconds"],
        "size_bytes": manifest.size,
    }
    now = int(time.time() * 1000)  # mlflow counts in milliseconds
    metrics = [
        Metric(name, float(value), now, 0)
        for name, value in values.items()
        if value is not None
    ]
    params = [Param(name, str(value)) for name, value in flatten(manifest.config)]
    client.log_batch(run_id, metrics=metrics, params=params)
