"""mlflow's client, quiet and opened where the settings say."""

from __future__ import annotations

import logging
import os
from typing import Any

from common.settings import Settings


def open_client(settings: Settings) -> Any:
    """Return mlflow's client for the configured address, with its chatter turned off."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    from mlflow.tracking import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    settings.home.mkdir(parents=True, exist_ok=True)  # SQLite makes the file, not the folder
    return MlflowClient(tracking_uri=settings.tracking_uri)


def is_server(tracking_uri: str) -> bool:
    """Tell whether runs go to an mlflow server, which keeps artifacts where it was told to."""
    return tracking_uri.startswith(("http://", "https://", "databricks"))
