"""A gazetteer: brand names written in a text, found by the hashes of its runs of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, Ints
from common.features import ngrams, normalise

MAX_WORDS = 4
"""Maximum number of words of a brand name that is searched for."""

PRIOR_ROWS = 4.0
"""Weight of the mean precision of all names in that of one name, in mentions."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Brand names by hash, and how much a mention says.

    Attributes:
        hashes: Sorted hashes of the names.
        classes: The class that each hash names.
        gains: By how much a mention raises the log probability of a class, ``[classes]``.
    """

    hashes: NDArray[np.uint64]
    classes: NDArray[np.int64]
    gains: Floats

    def mentions(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """Return which text mentions which class, as two arrays of equal length."""
        if not len(self.hashes):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)

        codes = ngrams.encode_texts([normalise.normalise(text) for text in texts])
        grams = ngrams.word_ngrams(codes, 1, MAX_WORDS)
        positions = np.searchsorted(self.hashes, grams.hashes)
        positions = np.minimum(positions, len(self.hashes) - 1)
        is_name = self.hashes[positions] == grams.hashes
        return grams.texts[is_name].astype(np.int64), self.classes[positions[is_name]]

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return ``[texts, classes]``: the gain of each class that a text mentions, else 0."""
        return self.mention_scores(*self.mentions(texts), len(texts))

    def mention_scores(self, texts: Ints, classes: Ints, n_texts: int) -> Floats:
        """Return ``scores`` of ``n_texts`` texts, given their mentions."""
        scores = np.zeros((n_texts, len(self.gains)), dtype=np.float32)
        scores[texts, classes] = self.gains[classes]
        return scores


def build(brands: Sequence[str], no_brand: str, gains: Sequence[float] | None = None) -> Gazetteer:
    """Return a gazetteer of the classes ``brands``; ``no_brand`` is the class without a name.

    Gains are 0 unless they are given.
    """
    normalised = [normalise.normalise(brand) for brand in brands]
    hashes: list[NDArray[np.uint64]] = []
    classes: list[int] = []

    for size in range(1, MAX_WORDS + 1):
        of_size = [
            number
            for number, name in enumerate(normalised)
            if brands[number] != no_brand and name and name.count(" ") == size - 1
        ]
        codes = ngrams.encode_texts([normalised[number] for number in of_size])
        hashes.append(ngrams.word_ngrams(codes, size, size).hashes)
        classes += of_size

    # Of equal names np.unique keeps the first: the more frequent brand.
    unique_hashes, first = np.unique(np.concatenate(hashes), return_index=True)
    known_gains = np.zeros(len(brands)) if gains is None else gains
    return Gazetteer(
        unique_hashes,
        np.array(classes, np.int64)[first],
        np.array(known_gains, dtype=np.float32),
    )


def fit_gains(gazetteer: Gazetteer, texts: Sequence[str], labels: NDArray[np.float64]) -> Gazetteer:
    """Fit how much a mention of each name says, on texts and their class numbers ``labels``.

    The gain is pointwise mutual information, ``log(P(class | mentioned) / P(class))``, with the
    precision shrunk to that of all names: "Pink" in a title is a weaker sign than "Lululemon".
    """
    n_classes = len(gazetteer.gains)
    rows, mentioned = gazetteer.mentions(texts)
    is_labelled = ~np.isnan(labels[rows])
    rows, mentioned = rows[is_labelled], mentioned[is_labelled]

    is_true = labels[rows] == mentioned
    n_mentions = np.bincount(mentioned, minlength=n_classes)
    n_true = np.bincount(mentioned, is_true, minlength=n_classes)
    mean_precision = is_true.mean() if len(is_true) else 0.5
    precision = (n_true + PRIOR_ROWS * mean_precision) / (n_mentions + PRIOR_ROWS)

    known_labels = labels[~np.isnan(labels)].astype(np.int64)
    counts = np.bincount(known_labels, minlength=n_classes)
    share = (counts + 1) / (counts.sum() + n_classes)

    # A mention never speaks against a brand.
    gains = np.maximum(np.log(precision / share), 0).astype(np.float32)
    return replace(gazetteer, gains=gains)


def stored_gains(gazetteer: Gazetteer) -> tuple[float, ...]:
    """Return the gains as an artifact stores them; the names follow from the brands."""
    return tuple(round(float(gain), 4) for gain in gazetteer.gains)
