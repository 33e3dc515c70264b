"""The models of this process and of others: encode once, ask all at once, wait once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from common.errors import InputError, ListrecError, UnavailableError
from common.listing import Listing, Suggestion
from models.suggester import Suggester
from serving.batcher import Batcher
from serving.bugs import report_bug
from serving.compute import Answer, Job
from serving.photos import ReadPhotos
from serving.remote import RemoteBackend, wait_until


class Backends:
    """Asks models about a listing; all methods are for the event loop."""

    def __init__(
        self, batcher: Batcher[Job], remote: Mapping[str, RemoteBackend]
    ) -> None:
        """Compute the models of a release by ``batcher`` and call those in ``remote``."""
        self._batcher = batcher
        self._remote = remote

    @property
    def is_idle(self) -> bool:
        """Whether the models of this process have nothing to do."""
        return self._batcher.is_idle

    async def predict(
        self,
        loaded: Suggester,
        read: ReadPhotos,
        models: Sequence[str],
        deadline: float,
    ) -> tuple[dict[str, Suggestion], dict[str, str]]:
        """Ask the named models, or all, about the only listing of ``read``.

        Returns the suggestions of those that answered until ``deadline``, a time of the loop's
        clock, and the reason of each other one. Raises ``InputError`` for a model that is not here,
        ``OverloadError`` when there is too much to do.
        """
        [listing] = read.listings
        names = self._choose(models, loaded)
        own = [name for name in names if name in loaded.predictors]
        job = Job(loaded, [listing], own, encodings=dict(read.encodings))
        answers = await self._answer(job, listing, names, deadline)
        return _collect(names, answers, loaded)

    def _choose(self, names: Sequence[str], loaded: Suggester) -> list[str]:
        available = [*loaded.predictors, *self._remote]
        unknown = [name for name in names if name not in available]
        if unknown:
            raise InputError(
                f"there is no model {unknown[0]!r} here; there are {', '.join(available)}"
            )
        return list(dict.fromkeys(names)) or available

    async def _answer(
        self, job: Job, listing: Listing, names: Sequence[str], deadline: float
    ) -> dict[str, Answer]:
        """Return the answers of the models that gave one until the deadline."""
        others = [name for name in names if name not in job.models]
        remote = [self._remote[name] for name in others]
        if not remote:
            await self._batcher.run(job, 1, deadline)
            return job.answers

        # Other processes wait for the vectors, and not for the models of this one.
        encoding = Job(
            job.loaded,
            job.listings,
            encoders=_needed(names, job.loaded),
            encodings=dict(job.encodings),
        )
        await self._batcher.run(encoding, 1, deadline)
        job.encodings.update(encoding.encodings)

        own_answers = self._batcher.run(job, 1, deadline)
        calls: dict[str, asyncio.Future[Any]] = {"": asyncio.ensure_future(own_answers)}
        for backend in remote:
            call = _call(backend, encoding, deadline)
            calls[backend.name] = asyncio.ensure_future(call)
        done = await wait_until(deadline, calls)
        if "" in done:
            done.pop("").result()
        return {**job.answers, **{name: _result(call) for name, call in done.items()}}


def _needed(names: Sequence[str], loaded: Suggester) -> list[str]:
    """Return the ids of the encoders of this process that named models need."""
    needed = {ref for name in names for ref in _encoder_ids(name, loaded)}
    return [encoder_id for encoder_id in loaded.encoders if encoder_id in needed]


def _encoder_ids(name: str, loaded: Suggester) -> Sequence[str]:
    """Return the ids of the encoders of a model; of all where the release does not say."""
    if name in loaded.predictors:
        return loaded.predictors[name].encoder_ids
    return loaded.needs.get(name, tuple(loaded.encoders))


async def _call(
    backend: RemoteBackend, encoded: Job, deadline: float
) -> list[Suggestion]:
    """Ask another process about a listing that was encoded."""
    encoder_ids = _encoder_ids(backend.name, encoded.loaded)
    usable = {
        ref: encoded.encodings[ref] for ref in encoder_ids if ref in encoded.encodings
    }
    has_all = bool(encoder_ids) and usable.keys() >= set(encoder_ids)
    timeout = max(0.0, deadline - asyncio.get_running_loop().time())
    return await backend.predict(
        encoded.listings,
        usable,
        encoded.loaded.origin(backend.name),
        timeout,
        not has_all,
    )


def _result(call: asyncio.Future[list[Suggestion]]) -> Answer:
    error = call.exception()
    if error is None:
        return call.result()
    if isinstance(error, Exception):
        return error
    raise error


def _collect(
    names: Iterable[str], answers: Mapping[str, Answer], loaded: Suggester
) -> tuple[dict[str, Suggestion], dict[str, str]]:
    """Return the suggestions of the models that answered, and the reason of each other one."""
    by_model: dict[str, Suggestion] = {}
    missing: dict[str, str] = {}
    for name in names:
        answer = answers.get(name, TimeoutError())
        if isinstance(answer, list):
            by_model[name] = answer[0]
        else:
            missing[name] = _reason(name, answer, loaded.origin(name))
    return by_model, missing


def _reason(name: str, error: BaseException, release: str) -> str:
    if isinstance(error, TimeoutError):
        return "deadline"
    if isinstance(error, UnavailableError):
        return f"unavailable: {error}"
    if isinstance(error, ListrecError):
        return f"failed: {error}"
    number = report_bug(error, f"model {name}", release)
    return f"failed: a bug, logged as {number}"
