"""Inputs of nets, for a batch of listings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from common.arrays import Bools, Floats, Ints
from common.features.hashing import FIELD_SLOTS
from common.features.style import LATE_COLUMNS, NOT_STATED
from common.listing import EARLY_FIELDS, MODES

VECTORS = {"text": "text_vectors", "photo": "photo_vectors"}
"""Names of a net's vector inputs by modality."""

EARLY_SLOTS = np.isin(FIELD_SLOTS, EARLY_FIELDS)
"""Which field slots hold ``EARLY_FIELDS``, ``[slots]``."""

_LATE_SLOTS = (~EARLY_SLOTS).astype(np.float32)


def is_label_free(inputs: Iterable[str]) -> bool:
    """Tell whether no named input comes from an encoder that may be trained on labels.

    Photo encoders may be: their vectors may be sharper for the rows they have learned from.
    """
    return VECTORS["photo"] not in inputs


@dataclass(frozen=True)
class Inputs:
    """Inputs of nets for a batch of listings.

    Attributes:
        text: Tf-idf of hashed n-grams, ``[rows, columns]``.
        fields: Numbers of confirmed field values, ``[rows, slots]``.
        weights: Weights of these values, ``[rows, slots]``; 0 where a field is not confirmed.
        vectors: Encoder vectors by modality, ``[rows, dimensions]`` each.
        characters: Tf-idf of runs of characters, ``[rows, columns]``; large data has none.
        style: Features of ``common.features.style``, for heads with boosted trees.
        min_field_values: Number of field values of the rows that these were taken from.
    """

    text: sparse.csr_matrix
    fields: Ints
    weights: Floats
    vectors: Mapping[str, Floats]
    characters: sparse.csr_matrix | None = None
    style: Floats | None = None
    min_field_values: int = 0

    @property
    def n_field_values(self) -> int:
        """Number of distinct field values, at least that of the rows these were taken from."""
        largest_number = int(self.fields.max(initial=0))
        return max(largest_number + 1, self.min_field_values)

    @property
    def has_categories(self) -> bool:
        """Whether any row has a confirmed category."""
        slots = np.isin(FIELD_SLOTS, ["category"])
        return bool(self.weights[:, slots].any())

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.fields)

    def take(self, rows: Ints) -> Inputs:
        """Return some of the rows."""
        return Inputs(
            text=self.text[rows],
            fields=self.fields[rows],
            weights=self.weights[rows],
            vectors={
                modality: vectors[rows] for modality, vectors in self.vectors.items()
            },
            characters=None if self.characters is None else self.characters[rows],
            style=None if self.style is None else self.style[rows],
            min_field_values=self.n_field_values,
        )

    @cached_property
    def n_late_fields(self) -> Floats:
        """Number of confirmed field slots of each row, without the early ones."""
        # The two slots of a price share a weight of 1; every level of a category has 1.
        counts: Floats = self.weights @ _LATE_SLOTS
        return counts

    @cached_property
    def modes(self) -> Ints:
        """Each row's index in ``MODES``; ``text`` where neither text nor photo is known."""
        if "photo" not in self.vectors:
            return np.zeros(len(self), np.int64)

        if not self.has_photo.any():
            return np.zeros(len(self), np.int64)

        # A row without text or photo is read as if its text were empty.
        text_mode, photo_mode, both_mode = range(len(MODES))
        mode_with_photo = np.where(self.has_text, both_mode, photo_mode)
        return np.where(self.has_photo, mode_with_photo, text_mode)

    @cached_property
    def has_text(self) -> Bools:
        """Whether any n-gram of each row is known, or anything of its text vector."""
        n_ngrams = np.diff(self.text.indptr)
        return np.asarray((n_ngrams > 0) | self._has_vector("text"))

    @cached_property
    def has_photo(self) -> Bools:
        """Whether anything is known of each row's photo."""
        return self._has_vector("photo")

    def _has_vector(self, modality: str) -> Bools:
        if modality not in self.vectors:
            return np.zeros(len(self), bool)
        return np.asarray(self.vectors[modality].any(axis=1))


def keep_early_fields(inputs: Inputs) -> Inputs:
    """Return the inputs in early context: only ``EARLY_FIELDS`` are confirmed."""
    style = inputs.style
    if style is not None:
        style = style.copy()
        style[:, LATE_COLUMNS] = NOT_STATED

    kept_slots = EARLY_SLOTS.astype(np.float32)
    weights = inputs.weights * kept_slots
    return replace(inputs, weights=weights, style=style)
