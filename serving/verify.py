"""Tries a release in a real server: ``python -m serving.verify RELEASE [--store URL]``.

Prints one JSON line ``{"passed", "reasons", "release", "milliseconds"}`` and exits with 0 or 1.
Training runs this in a process of its own before a release may become the champion.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from PIL import Image

from common.errors import ListrecError
from common.listing import NO_BRAND, Candidate, Listing, Photo, Suggestion
from common.settings import Settings
from common.store.release import ReleaseStore
from models.suggester import Suggester, load
from serving.client import Client
from serving.server import Server
from serving.settings import ServingSettings

DEADLINE = 10.0
"""Seconds a model may take for one listing; a trial is about answers, gates are about speed."""

TRIALS = {
    "an empty listing": Listing(),
    "a plain listing": Listing(
        title="Nike running shoes size 9", description="Worn twice, like new. Free shipping."
    ),
    "a Japanese listing": Listing(title="ナイキ スニーカー 26.5cm 美品", language="ja"),
    "a listing with confirmed fields": Listing(
        title="iPhone case", condition="new", brand=NO_BRAND, price=12.5, shipping_payer="buyer"
    ),
    "a listing of odd characters": Listing(
        title="👟\u200b ＮＩＫＥ!!! \ufeff", description="x " * 5000
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a release may be served, every reason why not, and the median time of an answer."""

    passed: bool
    reasons: list[str]
    release: str
    milliseconds: float


def verify(loaded: Suggester, expected: Mapping[str, str]) -> Verdict:
    """Serve the release on a free port of this machine and ask every model about ``TRIALS``.

    ``expected`` maps each model of the release to its version.
    """
    return asyncio.run(_verify(loaded, expected))


async def _verify(loaded: Suggester, expected: Mapping[str, str]) -> Verdict:
    server = Server(loaded, ServingSettings(port=0, shutdown_grace=1.0))
    port = await server.start()
    try:
        reasons, seconds = await asyncio.to_thread(_ask, f"127.0.0.1:{port}", expected)
    finally:
        await server.stop()
    middle = round(1000 * statistics.median(seconds), 2) if seconds else math.nan
    return Verdict(not reasons, reasons, loaded.release, middle if seconds else 0.0)


def _ask(address: str, expected: Mapping[str, str]) -> tuple[list[str], list[float]]:
    reasons, seconds = [], []
    with Client(address) as client:
        for trial, listing in (*TRIALS.items(), *_photo_trials()):
            start = time.perf_counter()
            try:
                answer = client.suggest(listing, timeout=DEADLINE)
            except ListrecError as error:
                reasons.append(f"{trial}: {error}")
                continue
            seconds.append(time.perf_counter() - start)
            reasons += [
                f"{trial}: {name} {flaw}"
                for name, version in expected.items()
                for flaw in (
                    _flaws(answer.by_model[name], version)
                    if name in answer.by_model
                    else [f"did not answer ({answer.missing.get(name, 'it is not served')})"]
                )
            ]
    return reasons, seconds


def _photo_trials() -> Iterator[tuple[str, Listing]]:
    """Listings with a picture of a grey wedge, alone and beside a title."""
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "JPEG")
    photos = (Photo(file.getvalue()),)
    yield "a photo", Listing(photos=photos)
    yield "a title with photos", Listing("Nike running shoes size 9", photos=photos * 3)


def _flaws(suggestion: Suggestion, version: str) -> Iterator[str]:
    """Say what is wrong with an answer, whatever its model."""
    if suggestion.version != version:
        yield f"answered with version {suggestion.version}, not {version}"
    for field, candidates in suggestion.candidates.items():
        yield from (f"{flaw} for {field}" for flaw in _ranking_flaws(candidates))
    if suggestion.price:
        price = suggestion.price
        numbers = [price.median, price.low, price.high, *(at for _, at in price.quantiles)]
        if not all(math.isfinite(number) and number >= 0 for number in numbers):
            yield "suggests a price that is negative or not finite"
        elif not price.low <= price.median <= price.high:
            yield "suggests a median price outside of its own range"
    if suggestion.fee and not (math.isfinite(suggestion.fee.amount) and suggestion.fee.amount >= 0):
        yield "names a fee that is negative or not finite"
    if not (any(suggestion.candidates.values()) or suggestion.price or suggestion.abstained):
        yield "suggests nothing and does not say why"


def _ranking_flaws(candidates: Sequence[Candidate]) -> Iterator[str]:
    chances = [candidate.probability for candidate in candidates]
    if not all(0 <= chance <= 1 for chance in chances):  # also false for what is not a number
        yield "has a probability outside of 0 to 1"
    elif any(first < second for first, second in pairwise(chances)):
        yield "ranks a less likely candidate first"
    if len({candidate.value for candidate in candidates}) < len(candidates):
        yield "names a candidate twice"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one release of a store and print the verdict."""
    parser = argparse.ArgumentParser(prog="python -m serving.verify", description=__doc__)
    parser.add_argument("release", help="id of a published release")
    parser.add_argument("--store", help="URL of the release store (LISTREC_STORE)")
    given = parser.parse_args(arguments)
    settings = Settings.from_environment(os.environ)
    settings = replace(settings, store=given.store or settings.store)
    try:
        verdict = _try(ReleaseStore(settings.store), settings.cache, given.release)
    except ListrecError as error:
        verdict = Verdict(False, [str(error)], given.release, 0.0)
    except Exception as error:
        if settings.debug:
            raise
        reason = f"a bug while loading or serving it ({type(error).__name__}: {error})"
        verdict = Verdict(False, [reason], given.release, 0.0)
    print(json.dumps({name: getattr(verdict, name) for name in Verdict.__slots__}), flush=True)
    return 0 if verdict.passed else 1


def _try(store: ReleaseStore, cache: Path, release: str) -> Verdict:
    local = store.fetch(cache, release)
    return verify(load(local), local.release.models)


if __name__ == "__main__":
    sys.exit(main())
