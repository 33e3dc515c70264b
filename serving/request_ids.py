"""Ids of requests: in log lines, in metadata, in traces, and passed on to other servers.

An id names a request and tells nothing about it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

KEY = "x-request-id"
"""The key of metadata; proxies such as Envoy use the same one."""

# A client's id goes into logs: it must not be able to carry a text.
_HARMLESS = re.compile(r"[A-Za-z0-9._-]{1,64}")

_CURRENT: ContextVar[str] = ContextVar("request_id", default="")


def begin(metadata: Iterable[Any]) -> None:
    """Begin a request of this task, with the id in its metadata or a new one.

    An id other than 1 to 64 letters, digits, dots, underscores and hyphens is not taken.
    """
    request_id = ""
    for key, value in metadata:
        if key == KEY and isinstance(value, str) and _HARMLESS.fullmatch(value):
            request_id = value
    _CURRENT.set(request_id or secrets.token_hex(8))


def current() -> str:
    """Return the id of the request that this task is for; empty outside of requests."""
    return _CURRENT.get()


def to_metadata() -> tuple[tuple[str, str], ...]:
    """Return the metadata that pass the id of this task's request on."""
    request_id = _CURRENT.get()
    return ((KEY, request_id),) if request_id else ()
