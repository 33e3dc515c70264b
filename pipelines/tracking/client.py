"""Opens mlflow's client with few log messages, at the configured address."""

from __future__ import annotations

import logging
import os
from typing import Any

from common.settings import Settings


def open_client(settings: Settings) -> Any:
    """Return mlflow's client for ``settings.tracking_uri``; mlflow logs warnings only."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    _quiet_loggers()
    from mlflow.tracking import MlflowClient

    _quiet_loggers()  # importing mlflow sets the levels again
    # SQLite makes the file, not the folder.
    settings.home.mkdir(parents=True, exist_ok=True)
    return MlflowClient(tracking_uri=settings.tracking_uri)


def is_server(tracking_uri: str) -> bool:
    """Tell whether runs go to an mlflow server, which decides itself where artifacts are kept."""
    return tracking_uri.startswith(("http://", "https://", "databricks"))


def _quiet_loggers() -> None:
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
