"""Runs in mlflow: one experiment a target, one run a trained artifact."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common.settings import Settings
from common.store.artifacts import Manifest
from pipelines.tracking import registry
from pipelines.tracking.client import is_server, open_client
from pipelines.training.records import Challenger


def log_run(
    settings: Settings, challenger: Challenger, manifest: Manifest, card: str, *, register: bool
) -> str:
    """Log what was trained, from what, and how good it is; return the version in the registry.

    Returns an empty string where ``register`` is false: the run is logged all the same.
    """
    client = open_client(settings)
    run = client.create_run(
        find_experiment(client, settings, challenger["target"]),
        run_name=manifest.id,
        tags={
            "snapshot": manifest.snapshot,
            "git_commit": settings.commit or git_commit(),
            "artifact_id": manifest.id,
            "encoders": ",".join(manifest.encoders),
            "gate": "passed" if challenger["passed"] else "; ".join(challenger["reasons"]),
        },
    ).info
    _log_values(client, run.run_id, challenger, manifest)
    client.log_text(run.run_id, card, "card.md")
    client.set_terminated(run.run_id)
    if not register:
        return ""
    return registry.register_version(client, settings, manifest, run.run_id)


def git_commit() -> str:
    """Return the commit of the checkout this code runs from, ``unknown`` outside of one."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return "unknown"
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return answer.stdout.strip() or "unknown"


def find_experiment(client: Any, settings: Settings, target: str) -> str:
    """Return the id of the experiment ``listrec/<target>``, made where there is none."""
    name = f"listrec/{target}"
    found = client.get_experiment_by_name(name)
    if found:
        return str(found.experiment_id)
    root = None if is_server(settings.tracking_uri) else f"{settings.store}/mlflow/{target}"
    return str(client.create_experiment(name, artifact_location=root))


def _log_values(client: Any, run_id: str, challenger: Challenger, manifest: Manifest) -> None:
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    facts = {"train_seconds": challenger["seconds"], "size_bytes": manifest.size}
    values = {**challenger["metrics"], **facts}
    client.log_batch(
        run_id,
        metrics=[Metric(k, float(v), now, 0) for k, v in values.items() if v is not None],
        params=[Param(name, str(value)) for name, value in flat(manifest.config)],
    )


def flat(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Name nested settings as ``net.epochs``."""
    for name, value in config.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
