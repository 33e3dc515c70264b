"""Suggestions while the seller types: answers to the newest state of a listing only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from common.encoders import Encodings
from common.errors import InputError, ListrecError, PhotoError
from common.listing import Listing, Photo, Suggestions
from common.photos.checking import CheckedPhotos, check_amount
from serving import convert, photos, validation
from serving.interceptors import not_a_message
from serving.protos import listing_pb2 as pb

Suggest = Callable[
    [CheckedPhotos, Sequence[str], float, Encodings],
    Awaitable[tuple[Suggestions, Encodings]],
]
"""Suggests for a checked listing with the named models until a deadline, with the vectors that are
known; returns the suggestions, and the vectors of the photos."""

MAX_PHOTOS = 50
"""Photos that a stream remembers: several times those of a listing."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class SuggestionStream:
    """One stream, and the photos that it has sent.

    Attributes:
        suggest: suggests for one state.
        photo_threads: threads that decode photos.
        timeout: seconds for the answer to a state.
    """

    suggest: Suggest
    photo_threads: Executor
    timeout: float
    _sent: list[Photo] = field(default_factory=list)
    _decoded: dict[int, Photo | PhotoError] = field(default_factory=dict)
    _encoded_photos: list[int] = field(default_factory=list)
    _photo_vectors: Encodings = field(default_factory=dict)
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
        results = await self._decode(numbers, deadline)
        checked = photos.partition(listing, results)

        # Text changes with every key, photos seldom: their vectors are computed once.
        pairs = zip(numbers, results, strict=True)
        usable = [number for number, result in pairs if isinstance(result, Photo)]
        known = self._photo_vectors if usable == self._encoded_photos else {}
        suggestions, self._photo_vectors = await self.suggest(
            checked, state.models, deadline, known
        )
        self._encoded_photos = usable
        return suggestions

    def _with_photos(self, listing: Listing, numbers: Sequence[int]) -> Listing:
        for number in numbers:
            if not 1 <= number <= len(self._sent):
                raise InputError(
                    f"there is no photo {number}: this stream has sent {len(self._sent)}"
                )
        found = tuple(self._sent[number - 1] for number in numbers)
        check_amount(found)
        return replace(listing, photos=found)

    async def _decode(
        self, numbers: Sequence[int], deadline: float
    ) -> list[Photo | PhotoError]:
        """Decode the photos that this stream has not decoded yet; return all of them."""
        new = [number for number in numbers if number not in self._decoded]
        listing = Listing(photos=tuple(self._sent[number - 1] for number in new))
        results = await photos.decode(listing, self.photo_threads, deadline)
        decoded = dict(zip(new, results, strict=True))
        for number, result in decoded.items():
            # A photo that was late is tried again with the next state.
            if result is not photos.NOT_DECODED_IN_TIME:
                self._decoded[number] = result
        decoded = self._decoded | decoded
        return [decoded[number] for number in numbers]
