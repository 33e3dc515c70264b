"""Predictors of other processes, as the suggester calls them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import grpc

from common.encoders import Encodings
from common.errors import ArtifactError, InputError, UnavailableError
from common.listing import Listing, Suggestion
from serving import convert, metrics, request_ids, tracing
from serving.breaker import MAX_FAILURES, CircuitBreaker
from serving.channels import ANONYMOUS, ClientCredentials
from serving.load_balancing import CLIENT_OPTIONS, resolve
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc

Key = TypeVar("Key")
Result = TypeVar("Result")

CHANNEL_OPTIONS = (
    *CLIENT_OPTIONS,
    # A late predictor is left out: a retry would be later still.
    ("grpc.enable_retries", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    # A predictor that restarts is soon back in answers.
    ("grpc.max_reconnect_backoff_ms", 1000),
)

CLOCK_TOLERANCE = 0.01
"""Seconds by which a deadline may seem to lie ahead when it has passed."""


class RemoteBackend:
    """A predictor of other processes; connections open with the first request."""

    def __init__(
        self,
        name: str,
        address: str,
        max_message_length: int,
        credentials: ClientCredentials = ANONYMOUS,
        target: str = "",
    ) -> None:
        """Call model ``name`` at ``address``, ``host:port`` of one process or of several.

        ``max_message_length`` is the upper limit of an answer, in bytes. ``target`` is the process
        to call where it is not to be any of them.
        """
        self.name = name
        self._address = address
        self._max_message_length = max_message_length
        self._credentials = credentials
        self._breaker = CircuitBreaker()

        options = (
            *CHANNEL_OPTIONS,
            ("grpc.max_receive_message_length", max_message_length),
        )
        self._metadata = credentials.metadata
        self._channel = credentials.open(address, options, True, target)
        self._stub = rpc.PredictorStub(self._channel)

    async def predict(
        self,
        listings: Sequence[Listing],
        encodings: Encodings,
        release: str,
        timeout: float,
        photo_bytes: bool = True,
    ) -> list[Suggestion]:
        """Suggest for each listing, in order, with a release, within ``timeout`` seconds.

        ``encodings`` maps encoder ids to vectors ``[len(listings), dimensions]``. Without
        ``photo_bytes`` photos travel empty: the vectors are all that the model needs.

        Raises ``TimeoutError`` when it takes longer, ``ArtifactError`` when the predictor does not
        hold the release, ``UnavailableError`` when nothing answers: at once while the predictor is
        left alone after several failures. An answer that is none of this model and release is a
        failure, and ``ValueError`` or ``ArtifactError``.
        """
        if not self._breaker.allows():
            raise UnavailableError(
                f"{self._address} has failed {MAX_FAILURES} times and is left alone for a moment"
            )
        start = asyncio.get_running_loop().time()
        deadline = start + timeout
        try:
            suggestions = await self._call(
                listings, encodings, release, deadline, photo_bytes
            )
        except grpc.aio.AioRpcError as error:
            translated = self._translate(error)
            # A request that is refused says nothing against the predictor.
            if not isinstance(translated, (InputError, ArtifactError)):
                self._breaker.fail()
            raise translated from None
        except asyncio.CancelledError:
            # The suggester has given up; or the client has, before the time was over.
            if asyncio.get_running_loop().time() >= deadline - CLOCK_TOLERANCE:
                self._breaker.fail()
            raise
        except Exception:
            # An answer that is wrong: the next one will hardly be better.
            self._breaker.fail()
            raise
        self._breaker.succeed()
        metrics.count_remote(self.name, asyncio.get_running_loop().time() - start)
        return suggestions

    async def holds(self, release: str, timeout: float) -> bool:
        """Whether all its processes can answer with a release; so does one that does not answer."""
        targets = await resolve(self._address)
        if len(targets) < 2:
            return await self._holds(release, timeout)
        checks = [self._holds_at(target, release, timeout) for target in targets]
        return all(await asyncio.gather(*checks))

    async def close(self) -> None:
        """Close the connection."""
        await self._channel.close()

    async def _holds_at(self, target: str, release: str, timeout: float) -> bool:
        backend = RemoteBackend(
            self.name,
            self._address,
            self._max_message_length,
            self._credentials,
            target,
        )
        try:
            return await backend._holds(release, timeout)
        finally:
            await backend.close()

    async def _holds(self, release: str, timeout: float) -> bool:
        try:
            await self.predict([], {}, release, timeout)
        except ArtifactError:
            return False
        except (UnavailableError, TimeoutError):
            return True
        return True

    async def _call(
        self,
        listings: Sequence[Listing],
        encodings: Encodings,
        release: str,
        deadline: float,
        photo_bytes: bool,
    ) -> list[Suggestion]:
        request = pb.PredictRequest(
            model=self.name,
            listings=[
                convert.from_listing(listing, photo_bytes) for listing in listings
            ],
            encodings=convert.from_encodings(encodings),
            release=release,
        )
        timeout = max(0.0, deadline - asyncio.get_running_loop().time())
        response = await self._send(request, timeout)
        # A predictor may be another program: its answer is not taken on trust.
        if response.release != release:
            other = response.release or "none"
            raise ArtifactError(
                f"{self._address} answers with release {other}, not {release}"
            )
        names = [suggestion.model for suggestion in response.suggestions]
        if names != [self.name] * len(listings):
            raise ValueError("not one answer of this model for each listing")
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
        if code == grpc.StatusCode.FAILED_PRECONDITION:
            return ArtifactError(f"{self._address}: {error.details()}")
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
