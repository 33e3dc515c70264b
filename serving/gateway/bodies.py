"""Bodies of requests, read within their limits: nothing beyond a limit is held in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from common.photos.limits import PhotoLimits
from serving.gateway.problems import Problem, retry_after

LIMITS = PhotoLimits()
MAX_JSON_BYTES = 1_000_000
MAX_FORM_BYTES = LIMITS.max_request_bytes + 2 * MAX_JSON_BYTES
"""Photos, and the listing and what separates them."""

MAX_SECONDS = 60.0
"""Time for a body to arrive: 60 MB at 8 Mbit/s."""

MAX_UPLOADS = 16
"""Forms that a process reads at the same time: they are in memory as a whole."""


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of ``multipart/form-data``.

    Attributes:
        fields: texts by their name.
        photos: contents of the parts ``photos``, in order.
        photo_names: their file names.
    """

    fields: dict[str, str]
    photos: tuple[bytes, ...]
    photo_names: tuple[str, ...]


def media_type(request: Request) -> str:
    """Return the media type of a body, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_json(request: Request) -> bytes:
    """Return a body of ``application/json``, which is not parsed yet.

    Raises ``Problem`` for another type, and for one that is too large or comes too slowly.
    """
    if media_type(request) != "application/json":
        raise Problem(
            415, "the body is JSON: send it as Content-Type: application/json"
        )
    try:
        async with asyncio.timeout(MAX_SECONDS):
            return b"".join([chunk async for chunk in _stream(request, MAX_JSON_BYTES)])
    except TimeoutError:
        raise _too_slow() from None


class FormReader:
    """Reads forms with photos, a few at a time."""

    def __init__(self, max_uploads: int = MAX_UPLOADS) -> None:
        """Read ``max_uploads`` at the same time, and refuse others."""
        self._left = max_uploads

    async def read(
        self, request: Request, texts: tuple[str, ...], keeps_photos: bool = True
    ) -> Form:
        """Return a form that has ``texts``, by their names, and any ``photos``.

        Photos are dropped as they come unless ``keeps_photos``. Raises ``Problem`` for a form that
        is malformed, has other parts, is too large, or comes too slowly.
        """
        with self._place():
            parser = _PhotoParser(
                request.headers,
                _stream(request, MAX_FORM_BYTES),
                max_files=LIMITS.max_photos,
                max_fields=len(texts),
                max_part_size=MAX_JSON_BYTES,
            )
            parser.keeps_photos = keeps_photos
            try:
                async with asyncio.timeout(MAX_SECONDS):
                    form = await parser.parse()
            except MultiPartException as error:
                raise Problem(
                    400, f"the form cannot be read: {error.message}"
                ) from None
            except TimeoutError:
                raise _too_slow() from None
            try:
                return await _to_form(form.multi_items(), texts)
            finally:
                await form.close()

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._left:
            raise Problem(
                503, "too many photos are being sent: try again", retry_after(1)
            )
        self._left -= 1
        try:
            yield
        finally:
            self._left += 1


class _PhotoParser(MultiPartParser):
    """A parser that bounds each file, and writes none to a disk."""

    spool_max_size = LIMITS.max_bytes + 1
    keeps_photos = True
    _n_bytes = 0

    def on_part_begin(self) -> None:
        """Begin to count."""
        self._n_bytes = 0
        super().on_part_begin()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Count a piece of a part."""
        self._n_bytes += end - start
        if self._n_bytes > LIMITS.max_bytes:
            raise Problem(
                413, f"a photo is larger than {LIMITS.max_bytes:,} bytes: shrink it"
            )
        if self.keeps_photos or self._current_part.file is None:
            super().on_part_data(data, start, end)


async def _to_form(parts: list[tuple[str, Any]], texts: tuple[str, ...]) -> Form:
    fields: dict[str, str] = {}
    photos: list[bytes] = []
    photo_names = []
    for name, value in parts:
        is_photo = isinstance(value, UploadFile)
        if is_photo != (name == "photos") or name not in ("photos", *texts):
            raise Problem(
                400,
                f"the form has as texts {' and '.join(texts)}, and photos as files: no other parts",
            )
        if isinstance(value, UploadFile):
            photos.append(await value.read())
            photo_names.append(value.filename or "")
        else:
            fields[name] = value
    return Form(fields, tuple(photos), tuple(photo_names))


async def _stream(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of a body; raise ``Problem`` as soon as it is larger than the limit."""
    declared = request.headers.get("content-length", "0")
    n_bytes = int(declared) if declared.isdecimal() else 0
    too_large = Problem(413, f"the body is larger than {max_bytes:,} bytes: shrink it")
    if n_bytes > max_bytes:
        raise too_large

    n_bytes = 0
    async for chunk in request.stream():
        n_bytes += len(chunk)
        if n_bytes > max_bytes:
            raise too_large
        yield chunk


def _too_slow() -> Problem:
    return Problem(408, f"the body did not arrive within {MAX_SECONDS:g} seconds")
