"""Listings as one sparse matrix for the peers: tf-idf of the text, and confirmed fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.shared.protocol import Floats, Rows
from common.listing import Listing

N_LEVELS = 3
"""Levels of a category that are columns of their own."""

TextOf = Callable[[Listing], str]

CHARACTERS: dict[str, TextOf] = {
    "title": lambda row: row.title,
    "text": lambda row: f"{row.title} {row.description}",
}
"""Texts whose characters can be columns."""


@dataclass(frozen=True, slots=True)
class TextColumns:
    """The columns of a text.

    Attributes:
        min_df: rows that an n-gram needs to be a column.
        characters: key of ``CHARACTERS`` whose n-grams of 2 to 5 characters are columns beside
            words and pairs of words; empty for none.
    """

    min_df: int = 2
    characters: str = ""


class TfidfFeatures:
    """Transforms listings into rows of a sparse matrix; fitted on training rows."""

    def __init__(
        self,
        rows: Rows,
        fields: Sequence[str],
        vectors: Callable[[Rows], Floats] | None = None,
        columns: TextColumns | None = None,
    ) -> None:
        """Fit the n-grams of texts and the values of ``fields``.

        ``vectors`` of rows, if given, are further columns.
        """
        self._fields = fields
        self._vectors = vectors
        self._texts = _fit_texts(rows, columns or TextColumns())
        self._values = DictVectorizer(dtype=np.float32)
        self._values.fit([self._confirmed(row) for row in rows])

    def transform(self, rows: Rows) -> sparse.csr_matrix:
        """The matrix ``[rows, columns]``."""
        parts = [
            vectorizer.transform([text_of(row) for row in rows])
            for text_of, vectorizer in self._texts
        ]
        parts.append(self._values.transform([self._confirmed(row) for row in rows]))
        # Dense vectors become sparse, so that one matrix serves every linear model.
        if self._vectors:
            parts.append(sparse.csr_matrix(self._vectors(rows)))
        return sparse.csr_matrix(sparse.hstack(parts))

    def _confirmed(self, row: Listing) -> dict[str, Any]:
        """Confirmed fields by name; a category by each of its levels, a price by its log."""
        values: dict[str, Any] = {}

        for field in self._fields:
            value = getattr(row, field)
            if field == "price":
                values["price"] = np.log1p(value or 0.0)
            elif field == "category" and value is not None:
                values |= _levels(value)
            elif value is not None:
                values[field] = value

        return values


def _fit_texts(rows: Rows, columns: TextColumns) -> list[tuple[TextOf, Any]]:
    """Fit a vectorizer for the words of either text, and one for characters."""
    words: list[TextOf] = [lambda row: row.title, lambda row: row.description]
    fitted = [
        _fit(rows, text_of, columns.min_df, ngram_range=(1, 2)) for text_of in words
    ]
    if columns.characters:
        text_of = CHARACTERS[columns.characters]
        characters: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 5)}
        fitted.append(_fit(rows, text_of, columns.min_df, **characters))
    return [pair for pair in fitted if pair]


def _fit(
    rows: Rows, text_of: TextOf, min_df: int, **settings: Any
) -> tuple[TextOf, Any] | None:
    """Fit the n-grams of a text; None where no row has any, as in a shop without descriptions."""
    vectorizer = TfidfVectorizer(min_df=min_df, sublinear_tf=True, **settings)
    try:
        vectorizer.fit([text_of(row) for row in rows])
    except ValueError:
        return None
    return text_of, vectorizer


def _levels(category: str) -> dict[str, str]:
    names = category.split("/")
    return {
        f"category{depth}": "/".join(names[:depth]) for depth in range(1, N_LEVELS + 1)
    }
