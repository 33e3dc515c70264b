"""What nets read of a batch of listings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from common.arrays import Bools, Floats, Ints

FROZEN_TEXT = "frozen text"

VECTORS = {
    "text": "text_vectors",
    "photo": "photo_vectors",
    FROZEN_TEXT: "frozen_text_vectors",
}
"""How the inputs that encoders make are called, by what the encoders read.

Frozen are those of text encoders that learned nothing from labels; ``text`` has them too.
"""

SUPERVISED_VECTORS = (VECTORS["text"], VECTORS["photo"])
"""Inputs that may be sharper for the rows that an encoder was trained on than for others."""


def is_label_free(reads: Iterable[str]) -> bool:
    """Tell whether none of the inputs was made by an encoder that may be trained on labels."""
    return not set(reads) & set(SUPERVISED_VECTORS)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What nets read, for a batch of listings.

    ``text`` is tf-idf ``[rows, columns]``; ``fields`` and ``weights`` are ``[rows, slots]``
    numbers of field values and their weights; ``vectors`` are those of the encoders that read
    ``text`` and of those that read ``photo``, ``[rows, dimensions]`` each, where there are any;
    ``style`` is that of ``common.features.style``, for heads that look at it; ``min_field_values``
    is how many field values all rows had of which these are some.
    """

    text: sparse.csr_matrix
    fields: Ints
    weights: Floats
    vectors: Mapping[str, Floats]
    style: Floats | None = None
    min_field_values: int = 0

    @property
    def n_field_values(self) -> int:
        """How many field values are told apart: as many as there are, or as were in all rows."""
        return max(int(self.fields.max(initial=0)) + 1, self.min_field_values)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.fields)

    def take(self, rows: Ints) -> Inputs:
        """Return some of the rows."""
        return Inputs(
            self.text[rows],
            self.fields[rows],
            self.weights[rows],
            {name: vectors[rows] for name, vectors in self.vectors.items()},
            None if self.style is None else self.style[rows],
            self.n_field_values,
        )

    def modes(self) -> Ints:
        """What is known of each row, as its place in ``MODES``; ``text`` where nothing is."""
        if "photo" not in self.vectors:
            return np.zeros(len(self), np.int64)
        text, photo = self.has("text"), self.has("photo")
        return np.where(photo, np.where(text, 2, 1), 0)

    def has(self, modality: str) -> Bools:
        """Whether anything is known of each row's ``text``, or of its ``photo``."""
        found = np.diff(self.text.indptr) > 0 if modality == "text" else np.zeros(len(self), bool)
        if modality in self.vectors:
            found = found | self.vectors[modality].any(axis=1)
        return np.asarray(found)
