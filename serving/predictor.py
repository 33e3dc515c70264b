"""The service ``listing.v1.Predictor``: trained models answering batches of listings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor

from common.encoders import Encoder
from common.errors import InputError
from serving import convert, photos, validation
from serving.backends import InProcess
from serving.interceptors import Context
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.settings import ServingSettings


class PredictorService(rpc.PredictorServicer):
    """Answers with the predictors of this process, by name."""

    def __init__(
        self,
        predictors: Mapping[str, InProcess],
        encoders: Mapping[str, Encoder],
        settings: ServingSettings,
        photo_threads: Executor,
    ) -> None:
        self._predictors = predictors
        self._dimensions = {name: encoder.dimensions for name, encoder in encoders.items()}
        self._settings = settings
        self._photo_threads = photo_threads

    async def Predict(self, request: pb.PredictRequest, context: Context) -> pb.PredictResponse:
        asked = self._choose(request.model)
        listings = validation.check_batch(
            [convert.to_listing(message) for message in request.listings],
            self._settings.max_batch_size,
        )
        usable = {
            name: size for name, size in self._dimensions.items() if name in asked.encoder_ids
        }
        encodings = convert.to_encodings(request.encodings, len(listings), usable)
        loop = asyncio.get_running_loop()
        remaining = context.time_remaining()
        longest = self._settings.max_deadline
        deadline = loop.time() + (longest if remaining is None else min(remaining, longest))
        problems: list[str] = []
        if not encodings.keys() >= set(asked.encoder_ids):  # else the sender has looked at them
            listings, problems = await photos.look_at_all(listings, self._photo_threads, deadline)
        seconds = max(0.0, deadline - loop.time())
        found = await asked.ask(listings, encodings, seconds) if listings else []
        return pb.PredictResponse(
            model=asked.name,
            version=asked.predictor.version,
            suggestions=[convert.from_suggestion(each) for each in found],
            problems=problems,
        )

    def _choose(self, name: str) -> InProcess:
        if not name and len(self._predictors) == 1:
            return next(iter(self._predictors.values()))
        if name not in self._predictors:
            wanted = f"there is no model {name!r} here" if name else "say which model to ask"
            raise InputError(f"{wanted}; there are {', '.join(self._predictors)}")
        return self._predictors[name]
