"""From listings to what nets read: the same for training and serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from common.arrays import Floats
from common.encoders import Encoder, Encodings
from common.features.hashing import FIELD_SLOTS, FieldTokens, hash_text
from common.features.style import LATE_COLUMNS, NOT_STATED
from common.features.vocabulary import Vocabulary
from common.listing import EARLY_FIELDS, Listing
from common.nets.inputs import FROZEN_TEXT, Inputs


def make_inputs(
    listings: Sequence[Listing],
    tokens: FieldTokens,
    vocabulary: Vocabulary,
    encoders: Sequence[Encoder],
    encodings: Encodings | None = None,
) -> Inputs:
    """Assemble what nets read; the same for training and serving.

    Of ``encodings``, vectors of what a listing does not have count as zeros.
    """
    return Inputs(
        vocabulary.text(hash_text(listings), len(listings)),
        *vocabulary.fields(tokens),
        read_vectors(listings, encoders, encodings),
    )


def read_vectors(
    listings: Sequence[Listing], encoders: Sequence[Encoder], encodings: Encodings | None = None
) -> dict[str, Floats]:
    """Vectors ``[rows, dimensions]`` side by side of all encoders that read the same, by that.

    Those of text encoders that learned nothing from labels come once more, as ``FROZEN_TEXT``.
    """
    vectors: dict[str, list[Floats]] = {}
    for encoder in encoders:
        found = _vectors(listings, encoder, encodings or {})
        vectors.setdefault(encoder.modality, []).append(found)
        if encoder.modality == "text" and encoder.frozen:
            vectors.setdefault(FROZEN_TEXT, []).append(found)
    return {
        reads: found[0] if len(found) == 1 else np.concatenate(found, axis=1)
        for reads, found in vectors.items()
    }


def _vectors(listings: Sequence[Listing], encoder: Encoder, given: Encodings) -> Floats:
    if encoder.id not in given:
        return encoder.encode(listings)
    vectors = given[encoder.id]
    there = [listing.can_show(encoder.modality) for listing in listings]
    return vectors if all(there) else vectors * np.array(there, np.float32)[:, None]


def keep_early_fields(inputs: Inputs) -> Inputs:
    """Return inputs as if only what is confirmed early were: ``EARLY_FIELDS``."""
    early = np.isin(FIELD_SLOTS, EARLY_FIELDS).astype(np.float32)
    style = inputs.style
    if style is not None:
        style = style.copy()
        style[:, LATE_COLUMNS] = NOT_STATED
    return replace(inputs, weights=inputs.weights * early, style=style)
