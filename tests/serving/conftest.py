"""A small world for servers: predictors that answer at once, late or never, and a real server."""

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from common.listing import Candidate, Listing, Suggestion
from models.suggester import Suggester, load
from serving.server import Server
from serving.settings import ServingSettings


@dataclass
class FakeEncoder:
    """Encodes to the length of the title, and counts how often it is asked."""

    id: str = "one"
    dimensions: int = 2
    modality: str = "text"
    calls: int = 0

    def encode(self, listings: Sequence[Listing]):
        self.calls += 1
        return np.array([[len(each.title), 1] for each in listings], dtype=np.float32)


@dataclass
class FakePredictor:
    """Answers with what it was shown; waits for ``gate``, fails with ``error``."""

    name: str
    encoder_ids: tuple[str, ...] = ("one",)
    version: str = "v1"
    gate: threading.Event | None = None
    error: Exception | None = None
    saw: list = field(default_factory=list)

    def predict(self, listings, encodings=None):
        if [each.title for each in listings] == ["warm up"]:
            return [Suggestion(self.name, self.version)]
        self.saw.append((listings, dict(encodings or {})))
        if self.gate:
            self.gate.wait(30)
        if self.error:
            raise self.error
        return [
            Suggestion(
                self.name,
                self.version,
                {self.name: (Candidate(each.title, 0.9), Candidate("other", 0.1))},
                used=tuple(sorted(encodings or ())),
            )
            for each in listings
        ]


@pytest.fixture
def predictor():
    return FakePredictor


@pytest.fixture
def encoder():
    return FakeEncoder


@pytest.fixture
def loaded():
    """Builds what a server answers with: ``loaded(*predictors, encoders=...)``."""

    def build(*predictors, encoders=(), release="r1"):
        encoders = {each.id: each for each in encoders or [FakeEncoder()]}
        return Suggester(release, {each.name: each for each in predictors}, encoders)

    return build


@pytest.fixture
def photo_release(loaded, predictor, encoder):
    """Makes a release by its name, with an encoder of photos of its own."""

    def make(name):
        of_photos = encoder(f"photos-{name}", modality="photo")
        price = predictor("price", encoder_ids=(of_photos.id,))
        return loaded(price, encoders=[of_photos], release=name)

    return make


@pytest.fixture
def running():
    """Starts servers on free ports, in a thread each: ``running(loaded, **settings)``."""
    with contextlib.ExitStack() as stack:

        def start(loaded, suggests=True, **settings):
            chosen = replace(
                ServingSettings(port=0, shutdown_grace=5, photo_threads=2), **settings
            )
            return stack.enter_context(run_in_thread(Server(loaded, chosen, suggests)))

        yield start


@pytest.fixture(scope="module")
def served(champion):
    """The address of a server of the champion, one for a module."""
    settings = ServingSettings(
        port=0, shutdown_grace=5, photo_threads=2, default_deadline=30
    )
    with run_in_thread(Server(load(champion), settings)) as address:
        yield address


@contextlib.contextmanager
def run_in_thread(server):
    """Runs a server on an event loop of its own thread; yields its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(server.start(), loop).result(30)
        try:
            yield f"127.0.0.1:{port}"
        finally:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
