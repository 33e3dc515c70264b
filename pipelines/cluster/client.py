"""Opens Kubeflow's client at an address, and says in a sentence what does not answer there."""

from __future__ import annotations

import contextlib
import io
import urllib.request
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from common.errors import InputError, ListrecError, UnavailableError

HEALTH = "/apis/v2beta1/healthz"
SECONDS = 10.0
"""Time that a cluster has to say that it is there."""


def open_client(host: str, namespace: str = "", token: str = "") -> Any:  # nosec B107
    """Return Kubeflow's client for the address of its API, such as ``http://localhost:8888``.

    ``token`` is sent as the bearer of each request. Raises ``InputError`` for an address that is
    none and for a token that is refused, ``UnavailableError`` where nothing answers.
    """
    check_address(host)
    # Kubeflow's client would ask five times, and wait for half a minute.
    _check_health(host.rstrip("/"), token)
    with quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which versions of Kubeflow it is for
        from kfp import Client

        return Client(host, namespace=namespace or "kubeflow", existing_token=token)


def check_address(host: str) -> None:
    """Raise ``InputError`` where ``host`` is no address of an API."""
    if urlsplit(host).scheme not in ("http", "https") or not urlsplit(host).hostname:
        raise InputError(
            f"the host {host!r} is no address: give one such as http://localhost:8888"
        )


@contextlib.contextmanager
def answering(host: str) -> Iterator[None]:
    """Raise an error of ours within the block where the cluster refuses or does not answer."""
    import kfp_server_api
    from urllib3.exceptions import HTTPError as ConnectionFailure

    try:
        with quiet():
            yield
    except kfp_server_api.ApiException as error:
        raise _refusal(host, error.status or 0, error.reason or "") from None
    except ConnectionFailure as error:
        raise _silence(host, type(error).__name__) from None


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Drop what Kubeflow's client prints: links of its web page, which may be elsewhere."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def _check_health(host: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(host + HEALTH, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):  # nosec B310: http only
            pass
    except HTTPError as error:
        raise _refusal(host, error.code, str(error.reason)) from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise _silence(host, str(reason)) from None


def _refusal(host: str, status: int, reason: str) -> ListrecError:
    """Return the error for an HTTP status."""
    if status in (401, 403):
        return InputError(
            f"Kubeflow at {host} does not accept the user: set LISTREC_KUBEFLOW_TOKEN to a token"
            " of its namespace"
        )
    if 400 <= status < 500:
        return InputError(
            f"Kubeflow at {host} refuses the request with status {status} ({reason})"
        )
    return UnavailableError(
        f"Kubeflow at {host} answers with status {status} ({reason}): try again later"
    )


def _silence(host: str, reason: str) -> UnavailableError:
    return UnavailableError(
        f"Kubeflow at {host} does not answer ({reason}): is the cluster up, and the address that of"
        " its API?"
    )
