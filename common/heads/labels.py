"""Labels to class numbers and back, the same way in every model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.listing import Candidate


def classes(labels: Iterable[str | None], min_rows: int = 1) -> list[str]:
    """Return the labels with at least ``min_rows`` rows, most frequent first, then by name."""
    counts = Counter(label for label in labels if label is not None)
    kept = [label for label, count in counts.items() if count >= min_rows]
    return sorted(kept, key=lambda label: (-counts[label], label))


def numbers(labels: Sequence[str | None], known: Sequence[str]) -> NDArray[np.float64]:
    """Return each label's place in ``known``, NaN where it is missing or not known."""
    places = {label: float(place) for place, label in enumerate(known)}
    return np.array([places.get(label or "", np.nan) for label in labels], dtype=np.float64)


def rank(probabilities: Floats, known: Sequence[str], count: int = 5) -> tuple[Candidate, ...]:
    """Return the ``count`` most probable classes of one row, best first."""
    count = min(count, len(known))
    best = np.argpartition(-probabilities, count - 1)[:count]
    best = best[np.argsort(-probabilities[best], kind="stable")]
    return tuple(Candidate(known[place], float(probabilities[place])) for place in best)
