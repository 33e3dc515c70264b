"""Opens mlflow's client with few log messages, at the configured address, with time limits."""

from __future__ import annotations

import logging
import os
from typing import Any

from common.addresses import bypass_proxy_locally
from common.settings import Settings
from pipelines.tracking.database import check_database

DEFAULTS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # mlflow's own limits add up to a quarter of an hour for a server that is silent.
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "4",
}
"""Variables of mlflow, unless they are set: a server that restarts within 30 s is waited for."""


def open_client(settings: Settings) -> Any:
    """Return mlflow's client for ``settings.tracking_uri``; mlflow logs warnings only.

    Raises ``InputError`` where that is a database of another version of mlflow.
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    bypass_proxy_locally(os.environ)

    _quiet_loggers()
    from mlflow.tracking import MlflowClient

    _quiet_loggers()  # importing mlflow sets the levels again
    # SQLite makes the file, not the folder.
    settings.home.mkdir(parents=True, exist_ok=True)
    check_database(settings.tracking_uri)
    return MlflowClient(tracking_uri=settings.tracking_uri)


def is_server(tracking_uri: str) -> bool:
    """Tell whether runs go to an mlflow server, which decides itself where artifacts are kept."""
    return tracking_uri.startswith(("http://", "https://", "databricks"))


def _quiet_loggers() -> None:
    for name in ("mlflow", "alembic", "urllib3"):
        logging.getLogger(name).setLevel(
            logging.ERROR if name == "urllib3" else logging.WARNING
        )
