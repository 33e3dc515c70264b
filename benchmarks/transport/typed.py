"""Listings as sellers type them: the states of a text, and when each of them is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.serving.requests import make_photo, text_listings

SECONDS_A_KEY = 0.33
"""On a phone: 36 words a minute (Palin et al. 2019, "How do people type on mobile devices?")."""

LOG_DEVIATION = 0.6
"""Standard deviation of the logarithm of the time between two keys."""

PAUSE = 1.0
"""Seconds from the photos to the first key."""

PHOTO_SIZE = (800, 600)
"""Of a photo as the page sends it."""

PHOTO_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Typed:
    """A listing that is typed.

    Attributes:
        photos: its photos, which are there first.
        states: its text after each key.
        times: seconds at which each state is there, from the beginning.
    """

    photos: tuple[bytes, ...]
    states: tuple[str, ...]
    times: tuple[float, ...]


def typed_listings(n_photos: int, n_states: int) -> Iterator[Typed]:
    """Yield different listings with their photos, without end; the same ones each time."""
    listings = text_listings()
    random = np.random.default_rng(n_photos)
    for number in range(len(listings)):
        text = f"{listings[number].title}. {listings[number].description}"
        pauses = (
            random.lognormal(-(LOG_DEVIATION**2) / 2, LOG_DEVIATION, n_states)
            * SECONDS_A_KEY
        )
        yield Typed(
            tuple(
                make_photo(number * n_photos + i, PHOTO_SIZE, PHOTO_QUALITY)
                for i in range(n_photos)
            ),
            tuple(text[: end + 1] for end in range(n_states)),
            tuple((PAUSE + np.cumsum(pauses)).tolist()),
        )
