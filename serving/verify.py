"""Verification of a release in a real server: ``python -m serving.verify RELEASE [--store URL]``.

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
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

from PIL import Image

from common.errors import ListrecError
from common.listing import (
    NO_BRAND,
    Candidate,
    Fee,
    Listing,
    Photo,
    PriceRange,
    Suggestion,
    Suggestions,
)
from common.settings import Settings
from common.store.release import ReleaseStore
from models.suggester import Suggester, load
from serving.client import Client
from serving.server import Server
from serving.settings import ServingSettings

TIMEOUT = 10.0
"""Seconds for one listing; generous, since verification is about answers, the gate about speed."""

LISTINGS = {
    "an empty listing": Listing(),
    "a plain listing": Listing(
        title="Nike running shoes size 9",
        description="Worn twice, like new. Free shipping.",
    ),
    "a Japanese listing": Listing(title="ナイキ スニーカー 26.5cm 美品", language="ja"),
    "a listing with confirmed fields": Listing(
        title="iPhone case",
        condition="new",
        brand=NO_BRAND,
        price=12.5,
        shipping_payer="buyer",
    ),
    "a listing of odd characters": Listing(
        title="👟\u200b ＮＩＫＥ!!! \ufeff", description="x " * 5000
    ),
}
"""Listings that every release must answer, by what they are; ``_photo_listings`` has more."""


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
        for kind, listing in (*LISTINGS.items(), *_photo_listings()):
            start = time.perf_counter()
            try:
                suggestions = client.suggest(listing, timeout=TIMEOUT)
            except ListrecError as error:
                reasons.append(f"{kind}: {error}")
                continue  # every reason is wanted, not the first alone
            seconds.append(time.perf_counter() - start)
            reasons += [
                f"{kind}: {failure}" for failure in _failures(suggestions, expected)
            ]

    return reasons, seconds


def _photo_listings() -> Iterator[tuple[str, Listing]]:
    """Yield listings with a photo of a grey wedge, alone and beside a title."""
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "JPEG")
    photos = (Photo(file.getvalue()),)

    yield "a photo", Listing(photos=photos)
    yield "a title with photos", Listing("Nike running shoes size 9", photos=photos * 3)


def _failures(suggestions: Suggestions, expected: Mapping[str, str]) -> Iterator[str]:
    for name, version in expected.items():
        if name in suggestions.by_model:
            for flaw in _flaws(suggestions.by_model[name], version):
                yield f"{name} {flaw}"
        else:
            reason = suggestions.missing.get(name, "it is not served")
            yield f"{name} did not answer ({reason})"


def _flaws(suggestion: Suggestion, version: str) -> Iterator[str]:
    """Yield what is wrong with an answer, whatever its model."""
    if suggestion.version != version:
        yield f"answered with version {suggestion.version}, not {version}"

    for field, candidates in suggestion.candidates.items():
        for flaw in _ranking_flaws(candidates):
            yield f"{flaw} for {field}"
    if suggestion.price:
        yield from _price_flaws(suggestion.price)
    if suggestion.fee:
        yield from _fee_flaws(suggestion.fee)

    has_candidates = any(suggestion.candidates.values())
    has_amount = suggestion.price or suggestion.fee
    if not (has_candidates or has_amount or suggestion.abstained):
        yield "suggests nothing and does not say why"


def _ranking_flaws(candidates: Sequence[Candidate]) -> Iterator[str]:
    probabilities = [candidate.probability for candidate in candidates]
    if not all(0 <= probability <= 1 for probability in probabilities):
        # False for nan as well.
        yield "has a probability outside of 0 to 1"
    elif any(first < second for first, second in pairwise(probabilities)):
        yield "ranks a less likely candidate first"

    if len({candidate.value for candidate in candidates}) < len(candidates):
        yield "names a candidate twice"


def _price_flaws(price: PriceRange) -> Iterator[str]:
    quantiles = [value for _, value in price.quantiles]
    amounts = [price.median, price.low, price.high, *quantiles]
    if not all(map(_is_amount, amounts)):
        yield "suggests a price that is negative or not finite"
    elif not price.low <= price.median <= price.high:
        yield "suggests a median price outside of its own range"


def _fee_flaws(fee: Fee) -> Iterator[str]:
    ends = [end for end in (fee.low, fee.high) if end is not None]
    if not all(map(_is_amount, (fee.amount, *ends))):
        yield "names a fee that is negative or not finite"
    elif ends and not min(ends) <= fee.amount <= max(ends):
        yield "names a fee outside of its own range"


def _is_amount(number: float) -> bool:
    return math.isfinite(number) and number >= 0


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
