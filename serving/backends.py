"""One way to ask a model, whether it lives in this process or in another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

import grpc

from common.encoders import Encodings
from common.errors import InputError, UnavailableError
from common.listing import Listing, Suggestion
from models import Predictor
from serving import convert
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc

Key = TypeVar("Key")
Result = TypeVar("Result")

CHANNEL = (
    ("grpc.enable_retries", 0),  # a late predictor is left out, never asked twice
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),  # one that was restarted is found again soon
)


async def wait(
    work: Mapping[Key, asyncio.Future[Result]], deadline: float
) -> dict[Key, asyncio.Future[Result]]:
    """Wait until all is done or the deadline is there; what is not done is cancelled."""
    try:
        await asyncio.wait(
            work.values(), timeout=max(0.0, deadline - asyncio.get_running_loop().time())
        )
        return {name: each for name, each in work.items() if each.done() and not each.cancelled()}
    finally:
        for each in work.values():
            each.cancel()


class Backend(Protocol):
    """A model that can be asked; ``encoder_ids`` are those whose vectors it can use."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def encoder_ids(self) -> Sequence[str]:
        """Encoders it was trained on."""

    async def ask(
        self, listings: Sequence[Listing], encodings: Encodings, seconds: float
    ) -> list[Suggestion]:
        """Suggest for each listing; raises ``TimeoutError`` or ``UnavailableError``."""

    async def close(self) -> None:
        """Let go of threads or connections."""


class InProcess:
    """A predictor of this process, on threads of its own: a slow one holds up no other."""

    def __init__(self, predictor: Predictor, workers: int) -> None:
        self.predictor = predictor
        self.name = predictor.name
        self.encoder_ids: Sequence[str] = predictor.encoder_ids
        self._threads = ThreadPoolExecutor(workers, f"predict-{predictor.name}")

    async def ask(
        self, listings: Sequence[Listing], encodings: Encodings, seconds: float
    ) -> list[Suggestion]:
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self.predictor.predict, listings, encodings)
        return await asyncio.wait_for(work, seconds)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Remote:
    """A predictor of another process; the channel to it is opened when it is first asked."""

    def __init__(
        self, name: str, address: str, encoder_ids: Sequence[str], max_message: int
    ) -> None:
        self.name = name
        self.encoder_ids = encoder_ids
        self._address = address
        options = (*CHANNEL, ("grpc.max_receive_message_length", max_message))
        self._channel = grpc.aio.insecure_channel(address, options=options)
        self._stub = rpc.PredictorStub(self._channel)

    async def ask(
        self, listings: Sequence[Listing], encodings: Encodings, seconds: float
    ) -> list[Suggestion]:
        request = pb.PredictRequest(
            model=self.name,
            listings=[convert.from_listing(listing) for listing in listings],
            encodings=convert.from_encodings(encodings),
        )
        try:
            response = await self._stub.Predict(request, timeout=seconds)
        except grpc.aio.AioRpcError as error:
            raise self._explain(error) from None
        return [convert.to_suggestion(each) for each in response.suggestions]

    async def close(self) -> None:
        await self._channel.close()

    def _explain(self, error: grpc.aio.AioRpcError) -> Exception:
        if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
            return TimeoutError()
        if error.code() == grpc.StatusCode.UNAVAILABLE:
            return UnavailableError(f"nothing answers at {self._address}")
        if error.code() == grpc.StatusCode.INVALID_ARGUMENT:
            return InputError(error.details())
        return UnavailableError(f"{self._address} says {error.code().name}: {error.details()}")
