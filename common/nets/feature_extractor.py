"""From listings to inputs of nets, by one code path for training and serving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from common.arrays import Floats
from common.encoders import Encoder, Encodings
from common.features.hashing import (
    CACHE_ROWS,
    FieldTokens,
    NgramView,
    hash_characters,
    hash_fields,
    hash_text,
)
from common.features.style import style_features
from common.features.vocabulary import Columns, Vocabulary, fit_columns, fit_vocabulary
from common.listing import MODES, Listing
from common.nets.inputs import Inputs


class FeatureExtractor:
    """Turns listings into ``Inputs``; fitted and applied in the manner of scikit-learn.

    Rows are read in batches of ``CACHE_ROWS``, within bounded memory: the hashes of a batch are
    cached, so that the next model finds the n-grams that were hashed just before.
    """

    def __init__(
        self,
        fields: Sequence[str],
        encoders: Sequence[Encoder] = (),
        *,
        with_style: bool = False,
        with_characters: bool = False,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Configure the extractor.

        Args:
            fields: Confirmed fields that may be read.
            encoders: Encoders whose vectors are read.
            with_style: Whether ``Inputs.style`` is filled in.
            with_characters: Whether ``Inputs.characters`` is; a fitted vocabulary decides itself.
            vocabulary: A vocabulary fitted before; without one, ``fit_transform`` comes first.
        """
        self.fields = tuple(fields)
        self.encoders = tuple(encoders)
        self.with_style = with_style
        self.with_characters = with_characters
        self._vocabulary = vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """The fitted vocabulary; raises ``ValueError`` before ``fit_transform``."""
        if self._vocabulary is None:
            raise ValueError("this feature extractor is not fitted yet")
        return self._vocabulary

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes in which a listing can be read: ``MODES``, or text alone."""
        reads_photos = any(encoder.modality == "photo" for encoder in self.encoders)
        return MODES if reads_photos else MODES[:1]

    def fit_transform(self, listings: Sequence[Listing]) -> Inputs:
        """Fit the vocabulary on training rows and return them as inputs."""
        n_rows = len(listings)
        batches = self._hash_batches(listings)
        tokens = _concatenate_tokens(batches.tokens)

        vocabulary = fit_vocabulary(batches.views, tokens, n_rows)
        if self.with_characters:
            characters = fit_columns(batches.characters, n_rows, min_rows=1)
            vocabulary = replace(vocabulary, characters=characters)
        self._vocabulary = vocabulary

        values, weights = vocabulary.fields(tokens)
        return Inputs(
            text=_tfidf(vocabulary.columns, batches.views, n_rows),
            fields=values,
            weights=weights,
            vectors=_concatenate_vectors(batches.vectors),
            characters=self._fitted_characters(batches.characters, n_rows),
            style=_concatenate_styles(batches.styles),
        )

    def transform(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> Inputs:
        """Return listings as inputs, by the fitted vocabulary.

        Args:
            listings: Any number of listings.
            encodings: Vectors ``[len(listings), dimensions]`` by encoder id; missing ones are
                computed here. Vectors of a text or photo that a listing does not have count as 0.
        """
        all_vectors = encodings or {}
        batches = []
        for start in _batch_starts(len(listings)):
            end = start + CACHE_ROWS
            rows = listings[start:end]
            given = {name: vectors[start:end] for name, vectors in all_vectors.items()}
            batch = self._transform_batch(rows, given)
            batches.append(batch)

        # A served request is one batch: it is not copied.
        if len(batches) == 1:
            return batches[0]
        return _concatenate(batches)

    def _fitted_characters(
        self, views: list[tuple[NgramView, ...]], rows: int
    ) -> sparse.csr_matrix | None:
        """Return the tf-idf of characters of the rows that they were fitted on."""
        columns = self.vocabulary.characters
        return None if columns is None else _tfidf(columns, views, rows)

    def _hash_batches(self, listings: Sequence[Listing]) -> _HashedBatches:
        """Read training rows as far as that is possible before there is a vocabulary."""
        batches = _HashedBatches()
        for start in _batch_starts(len(listings)):
            rows = listings[start : start + CACHE_ROWS]
            batches.views.append(hash_text(rows))
            if self.with_characters:
                batches.characters.append((hash_characters(rows),))
            batches.tokens.append(hash_fields(rows, self.fields))
            batches.vectors.append(self._encode(rows, {}))
            batches.styles.append(self._style(rows))
        return batches

    def _transform_batch(self, listings: Sequence[Listing], given: Encodings) -> Inputs:
        views = hash_text(listings)
        tokens = hash_fields(listings, self.fields)
        values, weights = self.vocabulary.fields(tokens)
        return Inputs(
            text=self.vocabulary.text(views, len(listings)),
            fields=values,
            weights=weights,
            vectors=self._encode(listings, given),
            characters=self._characters(listings),
            style=self._style(listings),
        )

    def _characters(self, listings: Sequence[Listing]) -> sparse.csr_matrix | None:
        if self.vocabulary.characters is None:
            return None
        view = hash_characters(listings)
        return self.vocabulary.character_tfidf(view, len(listings))

    def _style(self, listings: Sequence[Listing]) -> Floats | None:
        if not self.with_style:
            return None
        return style_features(listings, self.fields)

    def _encode(
        self, listings: Sequence[Listing], given: Encodings
    ) -> dict[str, Floats]:
        """Return vectors ``[rows, dimensions]`` by modality, those of several encoders in a row."""
        by_modality: dict[str, list[Floats]] = {}
        for encoder in self.encoders:
            vectors = _vectors(listings, encoder, given)
            by_modality.setdefault(encoder.modality, []).append(vectors)

        # The vectors of a single encoder are not copied.
        return {
            modality: parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
            for modality, parts in by_modality.items()
        }


@dataclass(slots=True)
class _HashedBatches:
    """Training rows before there is a vocabulary; one entry a batch.

    Attributes:
        views: Hashed n-grams.
        characters: Hashed runs of characters, where they are read.
        tokens: Hashed fields.
        vectors: Encoder vectors by modality.
        styles: Style features, ``None`` without them.
    """

    views: list[tuple[NgramView, ...]] = field(default_factory=list)
    characters: list[tuple[NgramView, ...]] = field(default_factory=list)
    tokens: list[FieldTokens] = field(default_factory=list)
    vectors: list[Mapping[str, Floats]] = field(default_factory=list)
    styles: list[Floats | None] = field(default_factory=list)


def _batch_starts(rows: int) -> range:
    """First rows of the batches; no rows are one empty batch, so that shapes stay right."""
    return range(0, max(rows, 1), CACHE_ROWS)


def _vectors(listings: Sequence[Listing], encoder: Encoder, given: Encodings) -> Floats:
    """Return the vectors of one encoder, given or computed."""
    if encoder.id not in given:
        return encoder.encode(listings)

    # A client may send any vector for a listing without text or photo; an encoder gives zeros.
    vectors = given[encoder.id]
    has_content = [listing.can_show(encoder.modality) for listing in listings]
    if all(has_content):
        return vectors
    factors = np.array(has_content, np.float32)
    return vectors * factors[:, None]


def _tfidf(
    columns: Columns, views: list[tuple[NgramView, ...]], rows: int
) -> sparse.csr_matrix:
    """Return tf-idf ``[rows, columns]`` of all batches, and empty ``views`` on the way.

    Each batch is dropped once it is transformed: n-grams and matrix are never in memory at once.
    """
    batches = list(_tfidf_batches(columns, views, rows))
    return _stack(batches)


def _tfidf_batches(
    columns: Columns, views: list[tuple[NgramView, ...]], rows: int
) -> Iterator[sparse.csr_matrix]:
    # Reversed, batches are popped off the end of the list in their order.
    views.reverse()
    rows_left = rows
    while views:
        size = min(rows_left, CACHE_ROWS)
        yield columns.tfidf(views.pop(), size)
        rows_left -= size


def _concatenate(batches: Sequence[Inputs]) -> Inputs:
    return Inputs(
        text=_stack([batch.text for batch in batches]),
        fields=np.concatenate([batch.fields for batch in batches]),
        weights=np.concatenate([batch.weights for batch in batches]),
        vectors=_concatenate_vectors([batch.vectors for batch in batches]),
        characters=_stack_characters([batch.characters for batch in batches]),
        style=_concatenate_styles([batch.style for batch in batches]),
    )


def _stack_characters(
    batches: Sequence[sparse.csr_matrix | None],
) -> sparse.csr_matrix | None:
    matrices = [batch for batch in batches if batch is not None]
    return _stack(matrices) if matrices else None


def _stack(matrices: Sequence[sparse.csr_matrix]) -> sparse.csr_matrix:
    """Return sparse matrices of the same columns below each other."""
    # Without the conversion scipy may return a sparse array, whose operators differ.
    stacked = sparse.vstack(matrices, "csr")
    return sparse.csr_matrix(stacked)


def _concatenate_styles(batches: Sequence[Floats | None]) -> Floats | None:
    styles = [batch for batch in batches if batch is not None]
    if not styles:
        return None
    return np.concatenate(styles)


def _concatenate_tokens(batches: Sequence[FieldTokens]) -> FieldTokens:
    hashes = [batch.hashes for batch in batches]
    weights = [batch.weights for batch in batches]
    return FieldTokens(
        hashes=np.concatenate(hashes),
        weights=np.concatenate(weights),
    )


def _concatenate_vectors(batches: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
    return {
        modality: np.concatenate([vectors[modality] for vectors in batches])
        for modality in batches[0]
    }
