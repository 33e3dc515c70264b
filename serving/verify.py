"""Verification of a release in a real server: ``python -m serving.verify RELEASE [--store URL]``.

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
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from common.errors import ListrecError
from common.settings import Settings
from common.store.release import ReleaseStore
from models.suggester import Suggester, load
from serving.client import Client
from serving.releases import golden
from serving.server import Server
from serving.settings import ServingSettings

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
            _suggest_all, f"127.0.0.1:{port}", expected
        )
    finally:
        await server.stop()

    milliseconds = round(1000 * statistics.median(seconds), 2) if seconds else 0.0
    return Verification(not reasons, reasons, loaded.release, milliseconds)


def _suggest_all(
    address: str, expected: Mapping[str, str]
) -> tuple[list[str], list[float]]:
    """Return the failures of all listings, and the seconds of each answer."""
    reasons, seconds = [], []

    with Client(address) as client:
        for kind, listing in golden.listings():
            start = time.perf_counter()
            try:
                suggestions = client.suggest(listing, timeout=TIMEOUT)
            except ListrecError as error:
                reasons.append(f"{kind}: {error}")
                continue  # every reason is wanted, not the first alone
            seconds.append(time.perf_counter() - start)
            reasons += [
                f"{kind}: {failure}"
                for failure in golden.failures(suggestions, expected)
            ]

    return reasons, seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one release of a store, print the result, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m serving.verify", description=__doc__
    )
    parser.add_argument("release", help="id of a published release")
    parser.add_argument("--store", help="URL of the release store (LISTREC_STORE)")
    options = parser.parse_args(arguments)

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
