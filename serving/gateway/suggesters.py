"""The suggester behind the gateway: in this process, or asked over gRPC."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from common.errors import InputError, OverloadError, UnavailableError
from common.listing import Listing, Suggestions
from serving import convert, request_ids, retry_info
from serving.channels import ClientCredentials
from serving.logs import log
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.suggest import SuggesterService

LOG = logging.getLogger(__name__)

HEALTH_SECONDS = 1.0


class Suggester(Protocol):
    """What answers; a call that is cancelled leaves no work behind."""

    async def suggest(
        self, listing: Listing, models: Sequence[str], in_experiments: bool
    ) -> Suggestions:
        """Suggest with the named models, or all; the seller may be in experiments, or in none.

        Raises ``InputError`` for a listing that is refused, ``UnavailableError`` or
        ``TimeoutError`` without an answer.
        """

    async def is_ready(self) -> bool:
        """Tell whether it can answer."""

    async def close(self) -> None:
        """Close connections."""


class LocalSuggester:
    """The service of this process, called without a socket."""

    def __init__(self, service: SuggesterService) -> None:
        """Ask ``service``, whose server has started."""
        self._service = service

    async def suggest(
        self, listing: Listing, models: Sequence[str], in_experiments: bool
    ) -> Suggestions:
        """See ``Suggester``."""
        request = _to_request(listing, models, in_experiments)
        return convert.to_suggestions(await self._service.suggest(request))

    async def is_ready(self) -> bool:
        """Return true: models were tried before this was made."""
        return True

    async def close(self) -> None:
        """Do nothing: the server closes its service."""


class RemoteSuggester:
    """A suggester of another process."""

    def __init__(
        self,
        address: str,
        credentials: ClientCredentials,
        timeout: float,
        max_message_length: int,
    ) -> None:
        """Ask ``address``, ``HOST:PORT``, and wait ``timeout`` seconds for an answer.

        Raises ``InputError`` for credentials that cannot be read.
        """
        options = (
            ("grpc.enable_retries", 0),
            ("grpc.max_send_message_length", max_message_length),
            ("grpc.lb_policy_name", "round_robin"),
        )
        self._channel = credentials.open(address, options, asynchronous=True)
        self._stub: Any = rpc.SuggesterStub(self._channel)
        self._health: Any = health_pb2_grpc.HealthStub(self._channel)
        self._metadata = credentials.metadata
        self._timeout = timeout

    async def suggest(
        self, listing: Listing, models: Sequence[str], in_experiments: bool
    ) -> Suggestions:
        """See ``Suggester``."""
        try:
            response = await self._stub.Suggest(
                _to_request(listing, models, in_experiments),
                timeout=self._timeout,
                metadata=(*self._metadata, *request_ids.to_metadata()),
            )
        except grpc.aio.AioRpcError as error:
            raise _to_error(error) from None
        return convert.to_suggestions(response)

    async def is_ready(self) -> bool:
        """Tell whether the other process says that it serves."""
        try:
            response = await self._health.Check(
                health_pb2.HealthCheckRequest(), timeout=HEALTH_SECONDS
            )
        except grpc.aio.AioRpcError:
            return False
        return bool(response.status == health_pb2.HealthCheckResponse.SERVING)

    async def close(self) -> None:
        """Close the connection."""
        await self._channel.close()


def _to_request(
    listing: Listing, models: Sequence[str], in_experiments: bool
) -> pb.SuggestRequest:
    return pb.SuggestRequest(
        listing=convert.from_listing(listing),
        models=models,
        outside_experiments=not in_experiments,
    )


def _to_error(error: grpc.aio.AioRpcError) -> Exception:
    """Return the error for a browser, which is told nothing about servers behind the gateway."""
    code = error.code()
    if code == grpc.StatusCode.INVALID_ARGUMENT:
        return InputError(error.details())
    if code == grpc.StatusCode.DEADLINE_EXCEEDED:
        return TimeoutError()
    if code == grpc.StatusCode.RESOURCE_EXHAUSTED:
        seconds = retry_info.from_metadata(error.trailing_metadata())
        if seconds is not None:
            return OverloadError(
                f"there is too much to do: ask again in {seconds:.2f} seconds", seconds
            )
    log(LOG, logging.ERROR, "suggester failed", status=code.name)
    return UnavailableError(
        "suggestions cannot be made at the moment: fill the fields in, or try again"
    )
