"""From listings to inputs of nets, by one code path for training and serving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy import sparse

from common.arrays import Floats
from common.encoders import Encoder, Encodings
from common.features.hashing import CACHE_ROWS, FieldTokens, NgramView, hash_fields, hash_text
from common.features.style import style_features
from common.features.vocabulary import Vocabulary, fit_vocabulary
from common.listing import MODES, Listing
from common.nets.inputs import FROZEN_TEXT, Inputs


class FeatureExtractor:
    """Turns listings into ``Inputs``; fitted and applied in the manner of scikit-learn.

    Rows are read in batches of ``CACHE_ROWS``, within bounded memory: the hashes of a batch are
    cached, so that a text encoder finds the n-grams that were hashed just before.
    """

    def __init__(
        self,
        fields: Sequence[str],
        encoders: Sequence[Encoder] = (),
        *,
        with_style: bool = False,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Configure the extractor.

        Args:
            fields: Confirmed fields that may be read.
            encoders: Encoders whose vectors are read.
            with_style: Whether ``Inputs.style`` is filled in.
            vocabulary: A vocabulary fitted before; without one, ``fit_transform`` comes first.
        """
        self.fields = tuple(fields)
        self.encoders = tuple(encoders)
        self.with_style = with_style
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

    def label_free(self) -> FeatureExtractor:
        """Return an extractor of the same vocabulary without what encoders learned from labels."""
        frozen = [each for each in self.encoders if each.frozen and each.modality == "text"]
        return FeatureExtractor(self.fields, frozen, vocabulary=self.vocabulary)

    def fit_transform(self, listings: Sequence[Listing]) -> Inputs:
        """Fit the vocabulary on training rows and return them as inputs."""
        views: list[tuple[NgramView, ...]] = []
        tokens: list[FieldTokens] = []
        vectors: list[Mapping[str, Floats]] = []
        styles: list[Floats] = []

        for start in _batch_starts(len(listings)):
            batch = listings[start : start + CACHE_ROWS]
            views.append(hash_text(batch))
            tokens.append(hash_fields(batch, self.fields))
            vectors.append(self._encode(batch, {}))
            if self.with_style:
                styles.append(style_features(batch, self.fields))

        all_tokens = _concatenate_tokens(tokens)
        self._vocabulary = fit_vocabulary(views, all_tokens, len(listings))
        values, weights = self._vocabulary.fields(all_tokens)
        return Inputs(
            _tfidf(self._vocabulary, views, len(listings)),
            values,
            weights,
            _concatenate_vectors(vectors),
            np.concatenate(styles) if styles else None,
        )

    def transform(self, listings: Sequence[Listing], encodings: Encodings | None = None) -> Inputs:
        """Return listings as inputs, by the fitted vocabulary.

        Args:
            listings: Any number of listings.
            encodings: Vectors ``[len(listings), dimensions]`` by encoder id; missing ones are
                computed here. Vectors of a text or photo that a listing does not have count as 0.
        """
        batches = []
        for start in _batch_starts(len(listings)):
            rows = slice(start, start + CACHE_ROWS)
            given = {name: vectors[rows] for name, vectors in (encodings or {}).items()}
            batches.append(self._transform_batch(listings[rows], given))

        # A served request is one batch: it is not copied.
        return batches[0] if len(batches) == 1 else _concatenate(batches)

    def _transform_batch(self, listings: Sequence[Listing], given: Encodings) -> Inputs:
        text = self.vocabulary.text(hash_text(listings), len(listings))
        values, weights = self.vocabulary.fields(hash_fields(listings, self.fields))
        vectors = self._encode(listings, given)
        style = style_features(listings, self.fields) if self.with_style else None
        return Inputs(text, values, weights, vectors, style)

    def _encode(self, listings: Sequence[Listing], given: Encodings) -> dict[str, Floats]:
        """Return vectors ``[rows, dimensions]`` by modality, those of several encoders in a row.

        Text encoders that learned nothing from labels are returned once more, as ``FROZEN_TEXT``.
        """
        by_modality: dict[str, list[Floats]] = {}
        for encoder in self.encoders:
            vectors = _vectors(listings, encoder, given)
            by_modality.setdefault(encoder.modality, []).append(vectors)
            if encoder.modality == "text" and encoder.frozen:
                by_modality.setdefault(FROZEN_TEXT, []).append(vectors)

        return {
            modality: parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
            for modality, parts in by_modality.items()
        }


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
    return vectors if all(has_content) else vectors * np.array(has_content, np.float32)[:, None]


def _tfidf(
    vocabulary: Vocabulary, views: list[tuple[NgramView, ...]], rows: int
) -> sparse.csr_matrix:
    """Return tf-idf ``[rows, columns]`` of all batches, and empty ``views`` on the way.

    Each batch is dropped once it is transformed: n-grams and matrix are never in memory at once.
    """
    return sparse.csr_matrix(sparse.vstack(list(_tfidf_batches(vocabulary, views, rows)), "csr"))


def _tfidf_batches(
    vocabulary: Vocabulary, views: list[tuple[NgramView, ...]], rows: int
) -> Iterator[sparse.csr_matrix]:
    views.reverse()
    rows_left = rows
    while views:
        size = min(rows_left, CACHE_ROWS)
        yield vocabulary.text(views.pop(), size)
        rows_left -= size


def _concatenate(batches: Sequence[Inputs]) -> Inputs:
    styles = [batch.style for batch in batches if batch.style is not None]
    return Inputs(
        sparse.csr_matrix(sparse.vstack([batch.text for batch in batches], "csr")),
        np.concatenate([batch.fields for batch in batches]),
        np.concatenate([batch.weights for batch in batches]),
        _concatenate_vectors([batch.vectors for batch in batches]),
        np.concatenate(styles) if styles else None,
    )


def _concatenate_tokens(batches: Sequence[FieldTokens]) -> FieldTokens:
    hashes = [batch.hashes for batch in batches]
    weights = [batch.weights for batch in batches]
    return FieldTokens(np.concatenate(hashes), np.concatenate(weights))


def _concatenate_vectors(batches: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
    return {
        modality: np.concatenate([vectors[modality] for vectors in batches])
        for modality in batches[0]
    }
