"""Draws the training rows that vectors are standardised by."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import TypeVar

MEASURED = 2000
"""Vectors are standardised by those of at most this many training photos or texts."""

Thing = TypeVar("Thing")


def draw(found: Iterable[Thing], most: int, seed: int) -> list[Thing]:
    """Draw at most ``most`` of a stream, each with the same chance (reservoir sampling)."""
    chosen: list[Thing] = []
    number = random.Random(seed)
    for place, thing in enumerate(found):
        if place < most:
            chosen.append(thing)
        elif (other := number.randrange(place + 1)) < most:
            chosen[other] = thing
    return chosen
