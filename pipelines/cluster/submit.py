"""Starts a training run on a cluster, and waits for it where that is wanted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.errors import ListrecError
from pipelines.cluster.client import answering
from pipelines.cluster.config import ClusterConfig

ENDS = ("SUCCEEDED", "FAILED", "SKIPPED", "CANCELED")
"""States of Kubeflow in which a run does not go on."""

INTERVAL = 10.0
"""Seconds between two questions for the state of a run."""


def submit(
    client: Any,
    host: str,
    package: Path,
    arguments: Mapping[str, Any],
    config: ClusterConfig,
) -> str:
    """Start a compiled pipeline in the experiment of the team, and return the id of the run.

    ``arguments`` are those of the pipeline (see ``graph.render``).
    """
    with answering(host):
        experiment = client.create_experiment(
            config.experiment, namespace=config.namespace or None
        )
        started = client.run_pipeline(
            experiment.experiment_id,
            f"{package.stem}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}",
            pipeline_package_path=str(package),
            params=dict(arguments),
        )
    return str(started.run_id)


def wait(client: Any, host: str, run: str, interval: float = INTERVAL) -> None:
    """Return when a run has succeeded; raise ``ListrecError`` otherwise.

    Kubeflow says only that a run has failed; the records in the store say why.
    """
    state = ""
    while state not in ENDS:
        if state:
            time.sleep(interval)
        with answering(host):
            state = client.get_run(run).state or "PENDING"
    if state != "SUCCEEDED":
        raise ListrecError(
            f"run {run} ended as {state}: 'listrec registry runs' says why, from the records in the"
            " store"
        )
