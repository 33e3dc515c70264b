"""A gazetteer: brand names written in a text, found by the hashes of its runs of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Bools, Floats, Ints
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
        nothing = np.zeros(0, np.int64)
        if not len(self.hashes):
            return nothing, nothing

        normalised = [normalise.normalise(text) for text in texts]
        codes = ngrams.encode_texts(normalised)
        grams = ngrams.word_ngrams(codes, 1, MAX_WORDS)

        is_name, classes = self._look_up(grams.hashes)
        texts_of_grams = grams.texts.astype(np.int64)
        return texts_of_grams[is_name], classes[is_name]

    def _look_up(self, hashes: NDArray[np.uint64]) -> tuple[Bools, Ints]:
        """Return which hashes are names, and the classes they name; any class for the others."""
        positions = np.searchsorted(self.hashes, hashes)

        # A hash above all names is sorted in behind the last one.
        last = len(self.hashes) - 1
        positions = np.minimum(positions, last)
        is_name = self.hashes[positions] == hashes
        return is_name, self.classes[positions]

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return ``[texts, classes]``: the gain of each class that a text mentions, else 0."""
        return self.mention_scores(*self.mentions(texts), len(texts))

    def mention_scores(self, texts: Ints, classes: Ints, n_texts: int) -> Floats:
        """Return ``scores`` of ``n_texts`` texts, given their mentions."""
        scores = np.zeros((n_texts, len(self.gains)), dtype=np.float32)
        scores[texts, classes] = self.gains[classes]
        return scores


def build(
    brands: Sequence[str], no_brand: str, gains: Sequence[float] | None = None
) -> Gazetteer:
    """Return a gazetteer of the classes ``brands``; ``no_brand`` is the class without a name.

    Gains are 0 unless they are given.
    """
    hashes, classes = _hash_names(brands, no_brand)

    # Of equal names np.unique keeps the first: the more frequent brand.
    unique_hashes, first = np.unique(hashes, return_index=True)
    if gains is None:
        gains = [0.0] * len(brands)
    return Gazetteer(unique_hashes, classes[first], np.array(gains, dtype=np.float32))


def _hash_names(
    brands: Sequence[str], no_brand: str
) -> tuple[NDArray[np.uint64], Ints]:
    """Return a hash of every name, as a text's runs of words are hashed, and its class."""
    hashes: list[NDArray[np.uint64]] = []
    classes: list[int] = []
    for size, names in _names_by_size(brands, no_brand).items():
        codes = ngrams.encode_texts(list(names.values()))
        # A name of ``size`` words has one run of ``size`` words: itself.
        grams = ngrams.word_ngrams(codes, size, size)
        hashes.append(grams.hashes)
        classes += names
    return np.concatenate(hashes), np.array(classes, np.int64)


def _names_by_size(brands: Sequence[str], no_brand: str) -> dict[int, dict[int, str]]:
    """Return normalised names by class number, for each number of words up to ``MAX_WORDS``."""
    by_size: dict[int, dict[int, str]] = {size: {} for size in range(1, MAX_WORDS + 1)}
    for number, brand in enumerate(brands):
        name = normalise.normalise(brand)
        size = name.count(" ") + 1
        if name and brand != no_brand and size <= MAX_WORDS:
            by_size[size][number] = name
    return by_size


def fit_gains(
    gazetteer: Gazetteer, texts: Sequence[str], labels: NDArray[np.float64]
) -> Gazetteer:
    """Fit how much a mention of each name says, on texts and their class numbers ``labels``.

    The gain is pointwise mutual information, ``log(P(class | mentioned) / P(class))``, with the
    precision shrunk to that of all names: "Pink" in a title is a weaker sign than "Lululemon".
    """
    n_classes = len(gazetteer.gains)
    precision = _mention_precision(gazetteer, texts, labels)

    known_labels = labels[~np.isnan(labels)].astype(np.int64)
    counts = np.bincount(known_labels, minlength=n_classes)
    # One more row a class, so that a class without rows has a share to divide by.
    n_rows = counts.sum() + n_classes
    share = (counts + 1) / n_rows

    # A mention never speaks against a brand, even where none was ever true.
    gains = np.log(np.maximum(precision / share, 1))
    return replace(gazetteer, gains=gains.astype(np.float32))


def _mention_precision(
    gazetteer: Gazetteer, texts: Sequence[str], labels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of the mentions of each class that are true, shrunk to that of all."""
    rows, mentioned = gazetteer.mentions(texts)
    is_labelled = ~np.isnan(labels[rows])
    mentioned = mentioned[is_labelled]
    is_true = labels[rows[is_labelled]] == mentioned
    mean_precision = is_true.mean() if len(is_true) else 0.5

    n_classes = len(gazetteer.gains)
    n_mentions = np.bincount(mentioned, minlength=n_classes)
    n_true = np.bincount(mentioned, is_true, minlength=n_classes)
    precision: NDArray[np.float64] = (n_true + PRIOR_ROWS * mean_precision) / (
        n_mentions + PRIOR_ROWS
    )
    return precision


def stored_gains(gazetteer: Gazetteer) -> tuple[float, ...]:
    """Return the gains as an artifact stores them; the names follow from the brands."""
    return tuple(round(float(gain), 4) for gain in gazetteer.gains)
