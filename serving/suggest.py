"""The service ``listing.v1.Suggester``: encodes once, asks every model at once, waits once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

from common.arrays import Floats
from common.encoders import Encoder
from common.errors import InputError, ListrecError, UnavailableError
from common.listing import Listing, Suggestion, Suggestions
from serving import convert, photos, validation
from serving.backends import Backend, wait
from serving.interceptors import Context, report_bug
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.settings import ServingSettings

MARGIN = 0.1
LARGEST_MARGIN = 0.1
"""Of a client's time a tenth, at most 100 ms, is kept for the answer's way back."""


class SuggesterService(rpc.SuggesterServicer):
    """Answers with all models, those of this process and those of others alike."""

    def __init__(
        self,
        release: str,
        encoders: Mapping[str, Encoder],
        asked: Mapping[str, Backend],
        settings: ServingSettings,
        photo_threads: Executor,
    ) -> None:
        self._release = release
        self._encoders = encoders
        self._asked = asked
        self._settings = settings
        self._photo_threads = photo_threads
        self._threads = ThreadPoolExecutor(settings.max_workers, "encode")

    async def Suggest(self, request: pb.SuggestRequest, context: Context) -> pb.SuggestResponse:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds(context.time_remaining())
        listing = validation.check(convert.to_listing(request.listing))
        asked = self._choose(request.models)
        seen = await photos.look(listing, self._photo_threads, deadline)
        encodings = await self._encode(seen.reduced, asked, deadline)
        by_model, missing = await _ask(seen.listing, asked, encodings, deadline)
        suggestions = Suggestions(self._release, by_model, missing, seen.problems)
        return convert.from_suggestions(suggestions)

    def close(self) -> None:
        """Stop the encoding threads once they are idle."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _seconds(self, remaining: float | None) -> float:
        """How long this answer may take: what the client gives less a margin, or the default."""
        if remaining is None:
            return self._settings.default_deadline
        return min(remaining - min(MARGIN * remaining, LARGEST_MARGIN), self._settings.max_deadline)

    def _choose(self, names: Sequence[str]) -> list[Backend]:
        unknown = [name for name in names if name not in self._asked]
        if unknown:
            raise InputError(
                f"there is no model {unknown[0]!r} here; there are {', '.join(self._asked)}"
            )
        return [self._asked[name] for name in dict.fromkeys(names) or self._asked]

    async def _encode(
        self, listing: Listing, asked: Sequence[Backend], deadline: float
    ) -> dict[str, Floats]:
        """Encode once per distinct encoder; what fails or is late is left to the predictors."""
        loop = asyncio.get_running_loop()
        needed = dict.fromkeys(ref for each in asked for ref in each.encoder_ids)
        work = {
            ref: loop.run_in_executor(self._threads, self._encoders[ref].encode, [listing])
            for ref in needed
            if ref in self._encoders
        }
        if not work:
            return {}
        done = await wait(work, deadline)
        found = {}
        for ref, future in done.items():
            error = future.exception()
            if error is None:
                found[ref] = future.result()
            else:
                report_bug(error, f"encoder {ref}")
        return found


async def _ask(
    listing: Listing, asked: Sequence[Backend], encodings: Mapping[str, Floats], deadline: float
) -> tuple[dict[str, Suggestion], dict[str, str]]:
    """Ask all at once; return what arrived, and why the others did not."""
    seconds = deadline - asyncio.get_running_loop().time()
    if seconds <= 0:
        return {}, {each.name: "deadline" for each in asked}
    tasks = {
        each.name: asyncio.ensure_future(each.ask([listing], _usable(each, encodings), seconds))
        for each in asked
    }
    done = await wait(tasks, deadline)
    found, missing = {}, {}
    for name in tasks:
        error = done[name].exception() if name in done else TimeoutError()
        if error is None and len(done[name].result()) == 1:
            found[name] = done[name].result()[0]
        else:
            missing[name] = _reason(name, error or ValueError("not one answer for one listing"))
    return found, missing


def _usable(asked: Backend, encodings: Mapping[str, Floats]) -> dict[str, Floats]:
    return {ref: encodings[ref] for ref in asked.encoder_ids if ref in encodings}


def _reason(name: str, error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "deadline"
    if isinstance(error, UnavailableError):
        return f"unavailable: {error}"
    if isinstance(error, ListrecError):
        return f"failed: {error}"
    return f"failed: a bug, logged as {report_bug(error, f'model {name}')}"
