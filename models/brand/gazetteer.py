"""Finds brand names written in a text, by the hashes of its runs of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, Ints
from common.features import ngrams, normalise

MAX_WORDS = 4
"""Brand names of more words are not looked for."""

PRIOR_ROWS = 4.0
"""The precision of a name's mentions starts at the mean of all, weighing this many mentions."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names by sorted hash; ``places[i]`` is the class that ``hashes[i]`` names.

    ``gains`` holds, for each class, how much a mention raises its log probability.
    """

    hashes: NDArray[np.uint64]
    places: NDArray[np.int64]
    gains: Floats

    def mentions(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """Return which text mentions which class, as two arrays of equal length."""
        grams = ngrams.word_ngrams(
            ngrams.encode_texts([normalise.normalise(t) for t in texts]), 1, MAX_WORDS
        )
        if not len(self.hashes):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        found = np.minimum(np.searchsorted(self.hashes, grams.hashes), len(self.hashes) - 1)
        known = self.hashes[found] == grams.hashes
        return grams.texts[known].astype(np.int64), self.places[found[known]]

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return ``[texts, classes]``: the gain of each class that a text mentions, else 0."""
        return self.gained(*self.mentions(texts), len(texts))

    def gained(self, texts: Ints, places: Ints, count: int) -> Floats:
        """Return ``scores`` of ``count`` texts, of which some mention the classes ``places``."""
        scores = np.zeros((count, len(self.gains)), dtype=np.float32)
        scores[texts, places] = self.gains[places]
        return scores


def build(brands: Sequence[str], nameless: str) -> Gazetteer:
    """List the names of the classes ``brands``; ``nameless`` is the class that is no name."""
    normalised = [normalise.normalise(brand) for brand in brands]
    hashes: list[NDArray[np.uint64]] = []
    places: list[int] = []
    for size in range(1, MAX_WORDS + 1):
        chosen = [
            place
            for place, name in enumerate(normalised)
            if brands[place] != nameless and name and name.count(" ") == size - 1
        ]
        codes = ngrams.encode_texts([normalised[place] for place in chosen])
        hashes.append(ngrams.word_ngrams(codes, size, size).hashes)
        places += chosen
    flat = np.concatenate(hashes)
    kept = np.unique(flat, return_index=True)[1]  # sorted; of equal names the first, more frequent
    return Gazetteer(
        flat[kept], np.array(places, np.int64)[kept], np.zeros(len(brands), np.float32)
    )


def fit_gains(
    gazetteer: Gazetteer, texts: Sequence[str], classes: NDArray[np.float64]
) -> Gazetteer:
    """Learn from labelled rows how far to trust a mention of each name.

    The gain is pointwise mutual information, ``log(P(class | mentioned) / P(class))``, with the
    precision shrunk to that of all names: "Pink" in a title is a weaker sign than "Lululemon".
    """
    size = len(gazetteer.gains)
    row, place = gazetteer.mentions(texts)
    labelled = ~np.isnan(classes[row])
    row, place = row[labelled], place[labelled]
    right = classes[row] == place
    mentioned = np.bincount(place, minlength=size)
    correct = np.bincount(place, right, minlength=size)
    overall = right.mean() if len(right) else 0.5
    precision = (correct + PRIOR_ROWS * overall) / (mentioned + PRIOR_ROWS)
    counts = np.bincount(classes[~np.isnan(classes)].astype(np.int64), minlength=size)
    share = (counts + 1) / (counts.sum() + size)
    gains = np.maximum(np.log(precision / share), 0).astype(np.float32)
    return Gazetteer(gazetteer.hashes, gazetteer.places, gains)


def to_facts(gazetteer: Gazetteer) -> list[float]:
    """The learned part, as plain values for the artifact; the rest follows from the brands."""
    return [round(float(gain), 4) for gain in gazetteer.gains]


def from_facts(brands: Sequence[str], nameless: str, gains: Sequence[Any]) -> Gazetteer:
    """Rebuild a gazetteer from the brands and ``to_facts``."""
    bare = build(brands, nameless)
    return Gazetteer(bare.hashes, bare.places, np.array(gains, dtype=np.float32))
