"""Whether mlflow answers: asked before a run begins, and said in a sentence when it does not."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from common.errors import InputError, ListrecError, UnavailableError
from common.settings import Settings
from pipelines.tracking.client import open_client
from pipelines.tracking.names import shown

LOCAL_SECONDS = 120.0
"""Time limit for a database that is a file: mlflow may have to make or to migrate it first."""

REFUSALS = (
    "INTERNAL_ERROR",
    "TEMPORARILY_UNAVAILABLE",
    "REQUEST_LIMIT_EXCEEDED",
    "PERMISSION_DENIED",
    "UNAUTHENTICATED",
    "CUSTOMER_UNAUTHORIZED",
    "ENDPOINT_NOT_FOUND",
    "DEADLINE_EXCEEDED",
)
"""Codes of mlflow's errors that are about the server, and not about what it was asked."""

REASONS = {
    r"refused": "the connection is refused",
    r"timed? ?out|timeout": "it takes too long",
    r"resolve|not known|name or service": "there is no host of that name",
    r"certificate|SSL": "its certificate is not trusted",
    r"proxy": "the proxy does not let it through",
    r"Can't load plugin|No module named": "the driver of its database is not installed",
    r"unable to open database file": "the file of its database cannot be opened",
    r"valid JSON": "something else than mlflow answers there",
    r"PERMISSION_DENIED|UNAUTH|error code 40[13]": "it does not accept the user",
}
"""Causes in words, by what mlflow's messages say of them; ``_reason`` takes the first."""


def check_answers(settings: Settings) -> None:
    """Ask mlflow for an experiment, within ``settings.tracking_timeout`` seconds.

    Raises ``UnavailableError`` where it does not answer, ``InputError`` for an address that is
    none. Nothing is trained before: what takes hours should not end at a server that is down.
    """
    _check_address(settings.tracking_uri)
    scheme = urlsplit(settings.tracking_uri).scheme
    is_local = scheme in ("", "file", "sqlite")
    limit = LOCAL_SECONDS if is_local else settings.tracking_timeout
    import mlflow  # noqa: F401  # takes seconds, which are none of the server's

    # mlflow has no limit for all of its tries together: a thread can be given up.
    failures: list[BaseException] = []
    asking = threading.Thread(target=_ask, args=(settings, failures), daemon=True)
    with _few_retries():
        asking.start()
        asking.join(limit)
    if asking.is_alive():
        raise _silence(settings, f"it takes longer than {limit:g} seconds")
    for failure in failures:
        raise failure from None


@contextmanager
def answering(settings: Settings) -> Iterator[None]:
    """Raise ``UnavailableError`` within the block where mlflow does not answer.

    mlflow's client has tried again by then, see ``client.DEFAULTS``. Errors that are about the
    request stay as they are.
    """
    try:
        yield
    except ListrecError:
        raise
    except Exception as error:
        if _is_about_the_server(error):
            raise _silence(settings, _reason(error)) from None
        raise


class AnsweringClient:
    """mlflow's client, each of whose methods raises ``UnavailableError`` as ``answering`` does."""

    def __init__(self, settings: Settings) -> None:
        """Open the client."""
        self._settings = settings
        self._client = open_client(settings)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method of mlflow's client."""
        method = getattr(self._client, name)

        def call(*arguments: Any, **options: Any) -> Any:
            """Call the method."""
            with answering(self._settings):
                return method(*arguments, **options)

        return call


def _check_address(address: str) -> None:
    """Raise ``InputError`` for addresses that mlflow would take for names of folders."""
    if re.fullmatch(r"[\w.-]+:\d+(/.*)?", address):
        raise InputError(
            f"the address of mlflow, {address!r}, lacks http://: set MLFLOW_TRACKING_URI to"
            f" http://{address}"
        )
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and not parts.hostname:
        raise _no_address(address)


@contextmanager
def _few_retries() -> Iterator[None]:
    """Have mlflow say within a second or two that nobody listens."""
    name = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def _ask(settings: Settings, failures: list[BaseException]) -> None:
    try:
        with answering(settings):
            open_client(settings).search_experiments(max_results=1)
    except Exception as error:
        failures.append(_unknown_address(settings, error))


def _unknown_address(settings: Settings, error: Exception) -> Exception:
    """Return an ``InputError`` for mlflow's error about an address, and other errors unchanged."""
    from mlflow.exceptions import InvalidUrlException
    from mlflow.tracking.registry import UnsupportedModelRegistryStoreURIException

    unknown = (InvalidUrlException, UnsupportedModelRegistryStoreURIException)
    if isinstance(error, unknown):
        return _no_address(settings.tracking_uri)
    if isinstance(error, ModuleNotFoundError):
        return InputError(
            f"mlflow at {shown(settings.tracking_uri)} needs the package {error.name!r}, which is"
            " not installed: install it, or set MLFLOW_TRACKING_URI to an mlflow server"
        )
    return error


def _no_address(address: str) -> InputError:
    return InputError(
        f"{shown(address)!r} is no address that mlflow knows: set MLFLOW_TRACKING_URI to one"
        " such as http://localhost:5000 or sqlite:////path/mlflow.db"
    )


def _is_about_the_server(error: Exception) -> bool:
    from mlflow.exceptions import MlflowException
    from requests import RequestException  # type: ignore[import-untyped]
    from sqlalchemy.exc import DBAPIError, NoSuchModuleError

    if isinstance(error, MlflowException):
        return error.error_code in REFUSALS
    return isinstance(
        error, RequestException | DBAPIError | NoSuchModuleError | ConnectionError
    )


def _silence(settings: Settings, reason: str) -> UnavailableError:
    return UnavailableError(
        f"mlflow at {shown(settings.tracking_uri)} does not answer: {reason}"
    )


def _reason(error: Exception) -> str:
    text = str(error)
    for pattern, reason in REASONS.items():
        if re.search(pattern, text, re.IGNORECASE):
            return reason

    status = re.search(r"(?:error code|too many) (\d+)", text)
    if status:
        return f"it answers with status {status[1]}"
    return f"it answers with an error ({type(error).__name__})"
