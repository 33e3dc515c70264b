"""The service ``listing.v1.Suggester``: encode once, call all models at once, wait once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

from common.arrays import Floats
from common.earnings import suggest_earnings
from common.encoders import Encoder
from common.errors import InputError, ListrecError, UnavailableError
from common.listing import Listing, Suggestion, Suggestions
from serving import convert, photos, validation
from serving.backends import Backend, wait_until
from serving.interceptors import ServicerContext, report_bug
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.settings import ServingSettings

MARGIN_FRACTION = 0.1
MAX_MARGIN = 0.1
"""A tenth of the client's deadline, at most 100 ms, is kept for the way of the answer back."""


class SuggesterService(rpc.SuggesterServicer):
    """Answers with all models, local and remote."""

    def __init__(
        self,
        release: str,
        encoders: Mapping[str, Encoder],
        backends: Mapping[str, Backend],
        settings: ServingSettings,
        photo_threads: Executor,
    ) -> None:
        """Call ``backends``, by model, with vectors of ``encoders``, by id."""
        self._release = release
        self._encoders = encoders
        self._backends = backends
        self._settings = settings
        self._photo_threads = photo_threads
        self._encoder_threads = ThreadPoolExecutor(settings.max_workers, "encode")

    async def Suggest(
        self, request: pb.SuggestRequest, context: ServicerContext
    ) -> pb.SuggestResponse:
        """Suggest for one listing with the named models, or all."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout(context.time_remaining())

        listing = validation.check_listing(convert.to_listing(request.listing))
        backends = self._choose(request.models)
        # Encoders get the decoded photos; backends the original bytes, should they have to encode.
        checked = await photos.check_photos(listing, self._photo_threads, deadline)

        encodings = await self._encode(checked.shrunk, backends, deadline)
        by_model, missing = await _predict_all(
            checked.listing, backends, encodings, deadline
        )
        earnings = suggest_earnings(listing, by_model, self._settings.commission)
        suggestions = Suggestions(
            self._release,
            by_model,
            missing,
            checked.problems,
            earnings,
        )
        return convert.from_suggestions(suggestions)

    def close(self) -> None:
        """Stop the encoding threads once they are idle."""
        self._encoder_threads.shutdown(wait=False, cancel_futures=True)

    def _timeout(self, remaining: float | None) -> float:
        """Seconds for an answer: what the client allows less a margin, or the default."""
        if remaining is None:
            return self._settings.default_deadline
        margin = min(MARGIN_FRACTION * remaining, MAX_MARGIN)
        return min(remaining - margin, self._settings.max_deadline)

    def _choose(self, names: Sequence[str]) -> list[Backend]:
        unknown = [name for name in names if name not in self._backends]
        if unknown:
            raise InputError(
                f"there is no model {unknown[0]!r} here; there are {', '.join(self._backends)}"
            )
        return [self._backends[name] for name in dict.fromkeys(names) or self._backends]

    async def _encode(
        self, listing: Listing, backends: Sequence[Backend], deadline: float
    ) -> dict[str, Floats]:
        """Encode once per distinct encoder; predictors do without vectors that fail or are late."""
        loop = asyncio.get_running_loop()
        needed = dict.fromkeys(
            ref for backend in backends for ref in backend.encoder_ids
        )
        futures = {
            ref: loop.run_in_executor(
                self._encoder_threads, self._encoders[ref].encode, [listing]
            )
            for ref in needed
            if ref in self._encoders
        }
        if not futures:  # asyncio.wait refuses an empty set
            return {}

        encodings = {}
        for ref, future in (await wait_until(deadline, futures)).items():
            error = future.exception()
            if error is None:
                encodings[ref] = future.result()
            else:
                report_bug(error, f"encoder {ref}")
        return encodings


async def _predict_all(
    listing: Listing,
    backends: Sequence[Backend],
    encodings: Mapping[str, Floats],
    deadline: float,
) -> tuple[dict[str, Suggestion], dict[str, str]]:
    """Call all backends at once; return their suggestions, and the reason of each missing one."""
    timeout = deadline - asyncio.get_running_loop().time()
    if timeout <= 0:
        return {}, {backend.name: "deadline" for backend in backends}

    tasks: dict[str, asyncio.Future[Suggestion]] = {}
    for backend in backends:
        answer = _predict(backend, listing, encodings, timeout)
        tasks[backend.name] = asyncio.ensure_future(answer)
    done = await wait_until(deadline, tasks)
    return _collect(tasks, done)


def _collect(
    names: Iterable[str], done: Mapping[str, asyncio.Future[Suggestion]]
) -> tuple[dict[str, Suggestion], dict[str, str]]:
    """Return the suggestions of the models that answered, and the reason of each other one."""
    by_model: dict[str, Suggestion] = {}
    missing: dict[str, str] = {}
    for name in names:
        # A call that was not done in time was cancelled, and has no error to ask for.
        error = done[name].exception() if name in done else TimeoutError()
        if error is None:
            by_model[name] = done[name].result()
        else:
            missing[name] = _reason(name, error)
    return by_model, missing


async def _predict(
    backend: Backend, listing: Listing, encodings: Mapping[str, Floats], timeout: float
) -> Suggestion:
    usable = {ref: encodings[ref] for ref in backend.encoder_ids if ref in encodings}
    suggestions = await backend.predict([listing], usable, timeout)

    # A remote predictor may be another program: its answer is not taken on trust.
    if len(suggestions) != 1:
        raise ValueError("not one answer for one listing")
    return suggestions[0]


def _reason(name: str, error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "deadline"
    if isinstance(error, UnavailableError):
        return f"unavailable: {error}"
    if isinstance(error, ListrecError):
        return f"failed: {error}"
    return f"failed: a bug, logged as {report_bug(error, f'model {name}')}"
