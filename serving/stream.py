"""Suggestions while the seller types: answers to the newest state of a listing only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from common.encoders import Encoder
from common.errors import InputError, ListrecError
from common.listing import Listing, Photo, Suggestions
from common.photos.checking import check_amount
from serving import convert, photos, validation
from serving.experiments.treatment import Treatments
from serving.interceptors import not_a_message
from serving.photos import PhotoReader, PhotoResult, ReadPhotos
from serving.protos import listing_pb2 as pb

Treat = Callable[[Listing, pb.StreamRequest], Treatments]
"""Chooses what the seller of a state gets."""

Suggest = Callable[
    [Treatments, ReadPhotos, Sequence[str], float], Awaitable[Suggestions]
]
"""Suggests for one listing, whose photos are read, with the named models until a deadline."""

MAX_PHOTOS = 50
"""Photos that a stream remembers: several times those of a listing."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class SuggestionStream:
    """One stream, and the photos that it has sent.

    Attributes:
        treat: chooses what the seller of a state gets.
        suggest: suggests for one state.
        reader: reads photos.
        timeout: seconds for the answer to a state.
    """

    treat: Treat
    suggest: Suggest
    reader: PhotoReader
    timeout: float
    _sent: list[Photo] = field(default_factory=list)
    _results: dict[int, PhotoResult] = field(default_factory=dict)
    _newest: pb.StreamRequest | None = None
    _is_ended: bool = False
    _is_closed: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(
        self, requests: AsyncIterator[pb.StreamRequest]
    ) -> AsyncIterator[pb.StreamResponse]:
        """Yield an answer to each state that no newer one has replaced by then."""
        reading = asyncio.ensure_future(self._read(requests))
        try:
            while (state := await self._next()) is not None:
                response = await self._answer(state)
                # The seller has typed on: this answer would be shown to another title.
                if self._newest is None:
                    yield response
            if not self._is_closed:
                await reading  # for the error that has ended it
        finally:
            reading.cancel()

    def close(self) -> None:
        """End the stream after the answer to its newest state: the server stops."""
        self._is_ended = self._is_closed = True
        self._changed.set()

    async def _read(self, requests: AsyncIterator[pb.StreamRequest]) -> None:
        """Keep the newest state, and the photos of all of them."""
        try:
            async for request in requests:
                if request is None:
                    raise not_a_message()
                self._remember(request.listing)
                self._newest = request
                self._changed.set()
        finally:
            self._is_ended = True
            self._changed.set()

    async def _next(self) -> pb.StreamRequest | None:
        """Wait for a state that is newer than the last; ``None`` at the end of the stream."""
        while self._newest is None and not self._is_ended:
            self._changed.clear()
            await self._changed.wait()
        state, self._newest = self._newest, None
        return state

    def _remember(self, listing: pb.Listing) -> None:
        self._sent += [Photo(data=photo.data) for photo in listing.photos]
        if len(self._sent) > MAX_PHOTOS:
            raise InputError(f"a stream takes at most {MAX_PHOTOS} photos in all")
        del listing.photos[:]

    async def _answer(self, state: pb.StreamRequest) -> pb.StreamResponse:
        try:
            suggestions = await self._suggest_for(state)
        except (ListrecError, TimeoutError) as error:
            return pb.StreamResponse(number=state.number, refused=str(error))
        message = convert.from_suggestions(suggestions)
        return pb.StreamResponse(number=state.number, suggestions=message)

    async def _suggest_for(self, state: pb.StreamRequest) -> Suggestions:
        deadline = asyncio.get_running_loop().time() + self.timeout
        numbers = list(state.photos)
        listing = self._with_photos(convert.to_listing(state.listing), numbers)
        listing = validation.check_listing(listing)
        treatments = self.treat(listing, state)
        encoders = treatments.shown.loaded.encoders
        results = await self._read_photos(numbers, encoders, deadline)
        read = photos.gather([listing], [results])
        return await self.suggest(treatments, read, state.models, deadline)

    def _with_photos(self, listing: Listing, numbers: Sequence[int]) -> Listing:
        for number in numbers:
            if not 1 <= number <= len(self._sent):
                raise InputError(
                    f"there is no photo {number}: this stream has sent {len(self._sent)}"
                )
        found = tuple(self._sent[number - 1] for number in numbers)
        check_amount(found)
        return replace(listing, photos=found)

    def _is_read(self, number: int, encoders: Mapping[str, Encoder]) -> bool:
        """Whether a photo was read by the encoders of the release that answers."""
        result = self._results.get(number)
        return result is not None and photos.is_read(result, encoders)

    async def _read_photos(
        self, numbers: Sequence[int], encoders: Mapping[str, Encoder], deadline: float
    ) -> list[PhotoResult]:
        """Read the photos that this stream has not read yet; return the results of all."""
        new = [number for number in numbers if not self._is_read(number, encoders)]
        sent = [self._sent[number - 1] for number in new]
        results = await self.reader.read(sent, encoders, deadline)
        read = dict(zip(new, results, strict=True))
        for number, result in read.items():
            # A photo that was late is tried again with the next state.
            if result is not photos.NOT_READ_IN_TIME:
                self._results[number] = result
        read = self._results | read
        return [read[number] for number in numbers]
