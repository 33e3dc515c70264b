"""Checks that a peer answers as our models do in this process, before it is timed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.serving.peers.champion import suggest
from benchmarks.serving.servers import post
from common.errors import InputError
from common.listing import Listing
from common.photos.checking import check_photos
from models.suggester import Suggester

TOLERANCE = 1e-3
"""Difference of a probability, and relative one of a price: sums depend on the batch."""

BATCH_SIZE = 64

Json = dict[str, Any]


def check_answers(
    address: str,
    to_body: Callable[[Listing], bytes],
    listings: Sequence[Listing],
    champion: Suggester,
) -> None:
    """Send every listing to a peer; raises ``InputError`` for an answer that is not ours."""
    for listing, ours in zip(listings, _answer(champion, listings), strict=True):
        theirs = json.loads(post(address, to_body(listing)))
        # BentoML answers a list with a list.
        answer = theirs[0] if isinstance(theirs, list) else theirs
        difference = find_difference(ours, answer)
        if difference:
            raise InputError(f"it answers otherwise than our models: {difference}")


def find_difference(ours: Json, theirs: Json) -> str:
    """Return what differs in the first candidates, abstentions, prices and fees of two answers.

    Returns an empty text where nothing differs by more than rounding.
    """
    for name, own in ours["suggestions"].items():
        other = theirs.get("suggestions", {}).get(name)
        if other is None:
            return f"no {name}"
        if bool(own["abstained"]) != bool(other["abstained"]):
            return f"{name} abstains in one of them"
        for field, candidates in own["fields"].items():
            if not _is_first(other["fields"].get(field), candidates):
                return f"another first {field}"
        for amount, key in (("price", "median"), ("fee", "amount")):
            if not _is_close(own[amount], other[amount], key):
                return f"another {amount}"
    return ""


def _answer(champion: Suggester, listings: Sequence[Listing]) -> list[Json]:
    answers = []
    for start in range(0, len(listings), BATCH_SIZE):
        batch = listings[start : start + BATCH_SIZE]
        answers += suggest(
            champion, [check_photos(listing).listing for listing in batch]
        )
    return answers


def _is_first(theirs: list[Json] | None, ours: list[Json]) -> bool:
    """Return whether the first of their candidates is our first, or as probable."""
    if not ours or not theirs:
        return not ours and not theirs
    probabilities = {item["value"]: item["probability"] for item in ours}
    first = probabilities.get(theirs[0]["value"], 0.0)
    return bool(first >= ours[0]["probability"] - TOLERANCE)


def _is_close(ours: Json | None, theirs: Json | None, key: str) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return bool(abs(theirs[key] - ours[key]) <= TOLERANCE * abs(ours[key]))
