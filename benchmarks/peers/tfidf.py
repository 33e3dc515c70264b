"""Listings as one sparse matrix for the peers: tf-idf of the text, and confirmed fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.peers.protocol import Floats, Rows
from common.listing import Listing

N_LEVELS = 3
"""Levels of a category that are columns of their own."""


class TfidfFeatures:
    """Transforms listings into rows of a sparse matrix; fitted on training rows."""

    def __init__(
        self,
        rows: Rows,
        fields: Sequence[str],
        vectors: Callable[[Rows], Floats] | None = None,
        min_df: int = 2,
    ) -> None:
        """Fit the words that at least ``min_df`` rows have, and the values of ``fields``.

        ``vectors`` of rows, if given, are further columns.
        """
        self._fields = fields
        self._vectors = vectors
        self._titles = TfidfVectorizer(
            ngram_range=(1, 2), min_df=min_df, sublinear_tf=True
        )
        self._descriptions = TfidfVectorizer(
            ngram_range=(1, 2), min_df=min_df, sublinear_tf=True
        )
        self._values = DictVectorizer(dtype=np.float32)

        self._titles.fit([row.title for row in rows])
        self._descriptions.fit([row.description for row in rows])
        self._values.fit([self._confirmed(row) for row in rows])

    def transform(self, rows: Rows) -> sparse.csr_matrix:
        """The matrix ``[rows, columns]``."""
        parts = [
            self._titles.transform([row.title for row in rows]),
            self._descriptions.transform([row.description for row in rows]),
            self._values.transform([self._confirmed(row) for row in rows]),
        ]
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


def _levels(category: str) -> dict[str, str]:
    names = category.split("/")
    return {
        f"category{depth}": "/".join(names[:depth]) for depth in range(1, N_LEVELS + 1)
    }
