"""Predictors of other processes, as the suggester calls them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import grpc

from common.encoders import Encodings
from common.errors import InputError, UnavailableError
from common.listing import Listing, Suggestion
from serving import convert, metrics, request_ids, tracing
from serving.breaker import MAX_FAILURES, CircuitBreaker
from serving.channels import ANONYMOUS, ClientCredentials
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc

Key = TypeVar("Key")
Result = TypeVar("Result")

CHANNEL_OPTIONS = (
    # A late predictor is left out: a retry would be later still.
    ("grpc.enable_retries", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    # A predictor that restarts is soon back in answers.
    ("grpc.max_reconnect_backoff_ms", 1000),
)

CLOCK_TOLERANCE = 0.01
"""Seconds by which a deadline may seem to lie ahead when it has passed."""


class RemoteBackend:
    """A predictor of another process; the connection opens with the first request."""

    def __init__(
        self,
        name: str,
        address: str,
        encoder_ids: Sequence[str],
        max_message_length: int,
        credentials: ClientCredentials = ANONYMOUS,
    ) -> None:
        """Call model ``name`` at ``address``, ``host:port``, which was trained on ``encoder_ids``.

        ``max_message_length`` is the upper limit of an answer, in bytes.
        """
        self.name = name
        self.encoder_ids = encoder_ids
        self._address = address
        self._needs_photos = False
        self._breaker = CircuitBreaker()

        options = (
            *CHANNEL_OPTIONS,
            ("grpc.max_receive_message_length", max_message_length),
        )
        self._metadata = credentials.metadata
        self._channel = credentials.open(address, options, asynchronous=True)
        self._stub = rpc.PredictorStub(self._channel)

    async def predict(
        self, listings: Sequence[Listing], encodings: Encodings, timeout: float
    ) -> list[Suggestion]:
        """Suggest for each listing, in order, within ``timeout`` seconds.

        ``encodings`` maps encoder ids to vectors ``[len(listings), dimensions]``.

        Photos travel without their bytes where the vectors of all encoders go along. A predictor
        of another release cannot use the vectors and refuses such a request; it gets the bytes
        then, and with every later request.

        Raises ``TimeoutError`` when it takes longer, ``UnavailableError`` when nothing answers: at
        once while the predictor is left alone after several failures.
        """
        if not self._breaker.allows():
            raise UnavailableError(
                f"{self._address} has failed {MAX_FAILURES} times and is left alone for a moment"
            )
        start = asyncio.get_running_loop().time()
        deadline = start + timeout
        try:
            suggestions = await self._ask(listings, encodings, deadline)
        except grpc.aio.AioRpcError as error:
            translated = self._translate(error)
            # A listing that is refused says nothing against the predictor.
            if not isinstance(translated, InputError):
                self._breaker.fail()
            raise translated from None
        except asyncio.CancelledError:
            # The suggester has given up; or the client has, before the time was over.
            if asyncio.get_running_loop().time() >= deadline - CLOCK_TOLERANCE:
                self._breaker.fail()
            raise
        self._breaker.succeed()
        metrics.count_remote(self.name, asyncio.get_running_loop().time() - start)
        return suggestions

    async def _ask(
        self, listings: Sequence[Listing], encodings: Encodings, deadline: float
    ) -> list[Suggestion]:
        has_photos = any(listing.photos for listing in listings)
        if has_photos and self._can_use_vectors(encodings):
            try:
                return await self._call(
                    listings, encodings, deadline, photo_bytes=False
                )
            except grpc.aio.AioRpcError as error:
                if error.code() != grpc.StatusCode.FAILED_PRECONDITION:
                    raise
                # Remembered, or every later request would be refused once before it is answered.
                self._needs_photos = True
        return await self._call(listings, encodings, deadline, photo_bytes=True)

    async def close(self) -> None:
        """Close the connection."""
        await self._channel.close()

    def _can_use_vectors(self, encodings: Encodings) -> bool:
        """Whether there is a vector for every encoder, and the predictor has refused none."""
        if self._needs_photos or not self.encoder_ids:
            return False
        return encodings.keys() >= set(self.encoder_ids)

    async def _call(
        self,
        listings: Sequence[Listing],
        encodings: Encodings,
        deadline: float,
        photo_bytes: bool,
    ) -> list[Suggestion]:
        request = pb.PredictRequest(
            model=self.name,
            listings=[
                convert.from_listing(listing, photo_bytes) for listing in listings
            ],
            encodings=convert.from_encodings(encodings),
        )
        timeout = max(0.0, deadline - asyncio.get_running_loop().time())
        response = await self._send(request, timeout)
        return [
            convert.to_suggestion(suggestion) for suggestion in response.suggestions
        ]

    async def _send(self, request: pb.PredictRequest, timeout: float) -> Any:
        span = tracing.current().child("predict", is_call=True)
        status = "CANCELLED"
        metadata = (
            *self._metadata,
            *request_ids.to_metadata(),
            *span.to_metadata(),
        )
        try:
            response = await self._stub.Predict(
                request, timeout=timeout, metadata=metadata
            )
            status = "OK"
            return response
        except grpc.aio.AioRpcError as error:
            status = error.code().name
            raise
        finally:
            span.end(status, model=self.name)

    def _translate(self, error: grpc.aio.AioRpcError) -> Exception:
        code = error.code()
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            return TimeoutError()
        if code == grpc.StatusCode.UNAVAILABLE:
            return UnavailableError(f"nothing answers at {self._address}")
        if code == grpc.StatusCode.INVALID_ARGUMENT:
            return InputError(error.details())
        return UnavailableError(f"{self._address} says {code.name}: {error.details()}")


async def wait_until(
    deadline: float, futures: Mapping[Key, asyncio.Future[Result]]
) -> dict[Key, asyncio.Future[Result]]:
    """Wait until all futures are done or ``deadline``, a time of the loop's clock, has passed.

    Returns those that are done, with a result or an error; the others are cancelled.
    """
    timeout = max(0.0, deadline - asyncio.get_running_loop().time())
    try:
        await asyncio.wait(futures.values(), timeout=timeout)
        return {
            key: future
            for key, future in futures.items()
            if future.done() and not future.cancelled()
        }
    finally:
        # In every case: a client that hangs up cancels this coroutine in the middle of its wait.
        for future in futures.values():
            future.cancel()
