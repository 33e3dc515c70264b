"""Verification of a release in a real server: ``python -m serving.verify RELEASE [--store URL]``.

The process imports only what a server has. Golden listings must be answered as the models answer
without a server, and malformed ones refused.

Prints one JSON line ``{"passed", "reasons", "release", "milliseconds"}`` and exits with 0 or 1.
Training runs this in a process of its own before a release may become the champion.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from common.errors import InputError, ListrecError
from common.listing import Listing
from common.settings import Settings
from common.store.release import ReleaseStore
from models.suggester import Suggester, load
from serving.client import Client
from serving.releases import golden
from serving.releases.same_answers import differences
from serving.releases.serving_only import forbid_other_packages
from serving.server import Server
from serving.settings import ServingSettings
from serving.validation import check_listing

TIMEOUT = 10.0
"""Seconds for one listing; generous, since verification is about answers, the gate about speed."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a release.

    Attributes:
        passed: whether the release may be served.
        reasons: a sentence for each failure.
        release: id of the release.
        milliseconds: median time of an answer, 0 without any.
    """

    passed: bool
    reasons: list[str]
    release: str
    milliseconds: float


def verify(loaded: Suggester, expected: Mapping[str, str]) -> Verification:
    """Serve a release on a free port of this machine and check every model's answers.

    ``expected`` maps each model of the release to its version.
    """
    return asyncio.run(_verify(loaded, expected))


async def _verify(loaded: Suggester, expected: Mapping[str, str]) -> Verification:
    server = Server(loaded, ServingSettings(port=0, shutdown_grace=1.0))
    port = await server.start()
    try:
        reasons, seconds = await asyncio.to_thread(
            _ask, f"127.0.0.1:{port}", loaded, expected
        )
    finally:
        await server.stop()

    milliseconds = round(1000 * statistics.median(seconds), 2) if seconds else 0.0
    return Verification(not reasons, reasons, loaded.release, milliseconds)


def _ask(
    address: str, loaded: Suggester, expected: Mapping[str, str]
) -> tuple[list[str], list[float]]:
    """Return the failures of all listings, and the seconds of each golden answer."""
    reasons: list[str] = []
    seconds: list[float] = []

    with Client(address) as client:
        # Golden ones once more after malformed ones, which must not leave anything behind.
        for _ in range(2):
            for kind, listing in golden.listings():
                start = time.perf_counter()
                failures = list(_failures(client, listing, loaded, expected))
                seconds.append(time.perf_counter() - start)
                reasons += [f"{kind}: {failure}" for failure in failures]
            if reasons:
                break
            reasons += _wrongly_answered(client)
    return reasons, seconds


def _failures(
    client: Client, listing: Listing, loaded: Suggester, expected: Mapping[str, str]
) -> Iterator[str]:
    """Yield what is wrong with the answer to a golden listing."""
    try:
        suggestions = client.suggest(listing, timeout=TIMEOUT)
    except ListrecError as error:
        yield str(error)
        return
    flaws = list(golden.failures(suggestions, expected))
    yield from flaws
    # A model that raises in the server would raise here too.
    if not flaws:
        offline = loaded.suggest(check_listing(listing))
        yield from differences(suggestions, offline)


def _wrongly_answered(client: Client) -> Iterator[str]:
    """Yield a sentence for each malformed listing that is not refused as such."""
    for kind, listing in golden.MALFORMED_LISTINGS.items():
        try:
            client.suggest(listing, timeout=TIMEOUT)
        except InputError:
            continue
        except ListrecError as error:
            yield f"{kind} is not refused as bad input: {error}"
        else:
            yield f"{kind} is answered"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one release of a store, print the result, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m serving.verify", description=__doc__
    )
    parser.add_argument("release", help="id of a published release")
    parser.add_argument("--store", help="URL of the release store (LISTREC_STORE)")
    options = parser.parse_args(arguments)

    forbid_other_packages()
    settings = Settings.from_environment(os.environ)
    settings = replace(settings, store=options.store or settings.store)
    result = _fetch_and_verify(settings, options.release)

    print(json.dumps(asdict(result)), flush=True)
    return 0 if result.passed else 1


def _fetch_and_verify(settings: Settings, release: str) -> Verification:
    try:
        fetched = ReleaseStore(settings.store).fetch(settings.cache, release)
        return verify(load(fetched), fetched.release.models)
    except ListrecError as error:
        reason = str(error)
    except Exception as error:
        if settings.debug:
            raise
        # Training reads the JSON line: a release that breaks the loader must give one too.
        reason = f"a bug while loading or serving it ({type(error).__name__}: {error})"
    return Verification(False, [reason], release, 0.0)


if __name__ == "__main__":
    sys.exit(main())
