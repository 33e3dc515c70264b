"""When to ask again, as metadata of a refusal (``google.rpc.RetryInfo``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

KEY = "grpc-status-details-bin"
"""Where gRPC libraries look for the details of a status."""

Metadata = Iterable[Any]
"""Pairs of a key and a value."""


def to_metadata(message: str, seconds: float) -> tuple[tuple[str, bytes]]:
    """Return the metadata of a refusal with RESOURCE_EXHAUSTED and a message."""
    delay = Duration()
    delay.FromTimedelta(timedelta(seconds=seconds))
    details = any_pb2.Any()
    details.Pack(RetryInfo(retry_delay=delay))

    code = grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
    status = Status(code=code, message=message, details=[details])
    return ((KEY, status.SerializeToString()),)


def from_metadata(metadata: Metadata | None) -> float | None:
    """Return the seconds after which to ask again; ``None`` where nothing is said about it."""
    for key, value in metadata or ():
        if key == KEY:
            for details in Status.FromString(value).details:
                info = RetryInfo()
                if details.Unpack(info):
                    return float(info.retry_delay.ToTimedelta().total_seconds())
    return None
