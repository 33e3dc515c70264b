"""Labels to class numbers and back, the same way in every model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from common import calibration
from common.arrays import Floats, Ints
from common.listing import CATEGORY_SEPARATOR, Candidate


def fit_classes(labels: Iterable[str | None], min_rows: int = 1) -> list[str]:
    """Return the labels with at least ``min_rows`` rows, most frequent first, then by name."""
    counts = Counter(label for label in labels if label is not None)
    kept = [label for label, count in counts.items() if count >= min_rows]
    return sorted(kept, key=lambda label: (-counts[label], label))


def encode(
    labels: Sequence[str | None], known: Sequence[str], other: float | None = None
) -> NDArray[np.float64]:
    """Return each label's place in ``known``, NaN where it is missing.

    A label that is not known is ``other``, by default ``len(known)``: a class beyond them.
    """
    beyond = float(len(known)) if other is None else other
    places = {label: float(place) for place, label in enumerate(known)}
    found = [np.nan if label is None else places.get(label, beyond) for label in labels]
    return np.array(found, dtype=np.float64)


def ancestor_matrix(categories: Sequence[str]) -> Floats:
    """Return ``[categories, groups]``: 1 where a category is below a group of the tree."""
    levels = [path.split(CATEGORY_SEPARATOR) for path in categories]
    above = [
        [CATEGORY_SEPARATOR.join(names[:depth]) for depth in range(1, len(names))]
        for names in levels
    ]
    places = {path: place for place, path in enumerate(dict.fromkeys(chain(*above)))}
    groups = np.zeros((len(categories), len(places)), dtype=np.float32)
    for row, paths in enumerate(above):
        groups[row, [places[path] for path in paths]] = 1
    return groups


def rank_candidates(
    probabilities: Floats, betas: Floats, known: Sequence[str], count: int = 5
) -> list[tuple[Candidate, ...]]:
    """Return for each row its ``count`` most probable classes, best first, calibrated.

    ``betas`` ``[rows, 3]`` calibrate. Stated probabilities may sum to less than 1, since the truth
    may be none of the classes.
    """
    places, chosen = top_k(probabilities, min(count, len(known)))
    stated = calibration.apply_beta(chosen, betas[:, :, None].transpose(1, 0, 2))
    stated /= np.maximum(stated.sum(axis=1, keepdims=True), 1)
    return [
        tuple(Candidate(known[place], value) for place, value in zip(*row, strict=True))
        for row in zip(places.tolist(), stated.tolist(), strict=True)
    ]


def top_k(probabilities: Floats, count: int) -> tuple[Ints, Floats]:
    """Places and values ``[rows, count]`` of the most probable classes; of equals the first.

    A few maxima are found faster than a part is sorted.
    """
    left, rows = probabilities.copy(), np.arange(len(probabilities))
    places = np.zeros((len(left), count), np.int64)
    for rank in range(count):
        places[:, rank] = left.argmax(axis=1)
        left[rows, places[:, rank]] = -1
    return places, np.take_along_axis(probabilities, places, axis=1)
