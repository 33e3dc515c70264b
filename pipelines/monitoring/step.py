"""``python -m pipelines.monitoring.step``: the step of the monitoring pipeline, in a pod."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common import monitoring_record
from common.errors import ListrecError
from common.secrets import redact
from common.settings import Settings
from common.store.storage import Storage
from pipelines.cluster.client import open_client
from pipelines.cluster.config import parse_config as parse_cluster
from pipelines.cluster.submit import submit
from pipelines.monitoring.config import MONITOR, monitoring_config
from pipelines.monitoring.sentences import summarise
from pipelines.monitoring.shop import monitor_shop, post_reasons
from pipelines.monitoring.started_run import start_once
from pipelines.training.compile import compile_one
from pipelines.training.targets import TARGETS, parse_config


def main(arguments: Sequence[str] | None = None) -> int:
    """Monitor the shop of the environment; return the exit code of the process."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.monitoring.step")
    parser.add_argument("--config", default="{}", help="settings, in YAML")
    parser.add_argument("--host", default="", help="address of Kubeflow's API")
    parser.add_argument("--training", required=True, help="what a run is compiled for")
    options = parser.parse_args(arguments)

    try:
        settings = Settings.from_environment(os.environ)
        run(settings, options.config, options.host, json.loads(options.training))
    except Exception as error:
        is_known = isinstance(error, ListrecError)
        message = str(error) if is_known else traceback.format_exc()
        print(redact(message, os.environ), file=sys.stderr)
        return getattr(error, "exit_code", 1)
    return 0


def run(
    settings: Settings, config: str, host: str, training: Mapping[str, Any]
) -> str | None:
    """Monitor a shop, keep what was found, and start a training run where there is a reason.

    ``config`` are settings of monitoring and of the run, in YAML. ``host`` is the address of
    Kubeflow's API; without one nothing is started. ``training`` says what the pipeline of the run
    is compiled for (see ``compile.compile_monitoring``). Returns the id of the run that was
    started, or ``None``.
    """
    monitoring = monitoring_config(parse_config(config).get(MONITOR, {}))
    shop = monitor_shop(settings, datetime.now(UTC), monitoring)
    record, storage = shop.found.record, Storage(settings.store)
    monitoring_record.write(storage, record)
    for sentence in summarise(record):
        print(sentence)

    if not record.retrain:
        return None
    post_reasons(settings, record, print)
    if not host:
        return None

    def submit_training() -> str:
        """Submit a run that trains all models."""
        return _submit(host, settings.kubeflow_token, config, training)

    return start_once(storage, record, shop.history.last_run, submit_training)


def _submit(host: str, token: str, config: str, training: Mapping[str, Any]) -> str:
    """Compile the pipeline that trains all models, start it, and return the id of the run."""
    cluster = parse_cluster(training["cluster"], "the compiled pipeline")
    arguments = {"snapshot": "", "encoders": "", "config": config, "force": False}
    with tempfile.TemporaryDirectory() as folder:
        image, environment = training["image"], training["environment"]
        package = compile_one(TARGETS, Path(folder), image, environment, cluster)
        client = open_client(host, cluster.namespace, token)
        return submit(client, host, package, arguments, cluster)


if __name__ == "__main__":
    sys.exit(main())
