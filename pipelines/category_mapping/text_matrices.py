"""Words of names and titles as sparse matrices over one vocabulary, that of the target's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy import sparse

from common.listing import CATEGORY_SEPARATOR
from pipelines.category_mapping.words import Relations, fold_name, heads_of, words_of

LEVEL_DECAY = 0.55
"""Weight of a word of the parent's name relative to one of the name itself, level by level."""

RELATED_WEIGHT = 0.5
"""Weight of a word that a name does not have, but a synonym or a compound of it."""

Weights = Mapping[str, float]
"""Words of a text with their weights."""


class Vocabulary:
    """Numbers the words of the target's names and weighs them by their inverse frequency.

    Words that no name of the target has are left out, but count in the norms of ``matrix``.
    """

    def __init__(self, documents: Sequence[Weights]) -> None:
        """Count the documents that each word is in."""
        counts: dict[str, int] = {}
        for document in documents:
            for word in document:
                counts[word] = counts.get(word, 0) + 1

        known = sorted(counts)
        self._columns = {word: column for column, word in enumerate(known)}
        frequencies = np.array([counts[word] for word in known], float)

        # As scikit-learn's TfidfTransformer with smooth_idf.
        self.idf = np.log((1 + len(documents)) / (1 + frequencies)) + 1
        self._unknown_idf = float(np.log(1 + len(documents)) + 1)

    def matrix(self, documents: Iterable[Weights]) -> sparse.csr_matrix:
        """Return tf-idf rows of unit length, ``[documents, words]``.

        Unknown words lengthen a document: what the target has no word for makes it less similar.
        """
        rows: list[dict[int, float]] = []
        norms: list[float] = []
        for document in documents:
            cells, norm = self._row(document)
            rows.append(cells)
            norms.append(max(norm, 1e-9) ** 0.5)
        return self._sparse(rows, norms)

    def total(self, document: Weights) -> float:
        """Return the sum of the weights of a document's words, unknown ones included."""
        total = 0.0
        for word in document:
            column = self._columns.get(word)
            total += self._idf_of(column)
        return float(total)

    def presence(self, documents: Iterable[Weights]) -> sparse.csr_matrix:
        """Return the weights themselves, ``[documents, words]``."""
        rows = []
        for document in documents:
            cells = {}
            for word, weight in document.items():
                column = self._columns.get(word)
                if column is not None:
                    cells[column] = weight
            rows.append(cells)

        norms = [1.0] * len(rows)
        return self._sparse(rows, norms)

    def _row(self, document: Weights) -> tuple[dict[int, float], float]:
        cells = {}
        norm = 0.0
        for word, weight in document.items():
            column = self._columns.get(word)
            value = weight * self._idf_of(column)
            norm += value**2
            if column is not None:
                cells[column] = value
        return cells, norm

    def _idf_of(self, column: int | None) -> float:
        if column is None:
            return self._unknown_idf
        return float(self.idf[column])

    def _sparse(
        self, rows: Sequence[Mapping[int, float]], norms: Sequence[float]
    ) -> sparse.csr_matrix:
        starts = [0]
        columns: list[int] = []
        values: list[float] = []
        for row, norm in zip(rows, norms, strict=True):
            columns.extend(row)
            values.extend(value / norm for value in row.values())
            starts.append(len(columns))

        shape = (len(rows), len(self._columns))
        cells = (
            np.array(values, np.float32),
            np.array(columns, np.int32),
            np.array(starts),
        )
        return sparse.csr_matrix(cells, shape)


def levels_of(path: str) -> list[str]:
    """Return the levels of a path without those that say nothing, such as ``Other``."""
    levels = path.split(CATEGORY_SEPARATOR)
    telling = [level for level in levels if words_of(level)]
    return telling or levels


def name_words(path: str, relations: Relations | None = None) -> Weights:
    """Return the words of the last telling level; those related to them weigh less."""
    return _weigh(words_of(levels_of(path)[-1]), relations)


def path_words(path: str, relations: Relations | None = None) -> Weights:
    """Return the words of all levels; those further up weigh less."""
    weights: dict[str, float] = {}
    for distance, level in enumerate(reversed(levels_of(path))):
        decay = LEVEL_DECAY**distance
        of_level = _weigh(words_of(level), relations)
        for word, weight in of_level.items():
            earlier = weights.get(word, 0.0)
            weights[word] = max(earlier, weight * decay)
    return weights


def head_words(path: str) -> Weights:
    """Return the nouns that the last telling level is about."""
    return dict.fromkeys(heads_of(levels_of(path)[-1]), 1.0)


def character_ngrams(text: str, sizes: Sequence[int]) -> Weights:
    """Return the n-grams of the words of a text, with ``_`` at the ends of words."""
    counts: dict[str, float] = {}
    for word in words_of(text) or (fold_name(text),):
        padded = f"_{word}_"
        for size in sizes:
            for start in range(len(padded) - size + 1):
                ngram = padded[start : start + size]
                counts[ngram] = counts.get(ngram, 0.0) + 1.0
    return counts


def title_frequencies(titles: Sequence[str], relations: Relations) -> Weights:
    """Return the share of the titles that have each word, or one that it is related to."""
    counts: dict[str, float] = {}
    for title in titles:
        words = words_of(title)
        related = (other for word in words for other in relations.of(word))
        for word in {*words, *related}:
            counts[word] = counts.get(word, 0.0) + 1 / len(titles)
    return counts


def _weigh(words: Sequence[str], relations: Relations | None) -> Weights:
    weights = dict.fromkeys(words, 1.0)
    if relations:
        for word in words:
            for other in relations.of(word):
                weights.setdefault(other, RELATED_WEIGHT)
    return weights
