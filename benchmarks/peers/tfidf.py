"""Listings as one sparse matrix, as peers read them: tf-idf of text, and confirmed fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.peers.protocol import Floats, Rows
from common.listing import Listing


class Table:
    """Turns listings into rows of a sparse matrix; fitted on training rows."""

    def __init__(
        self,
        rows: Rows,
        fields: Sequence[str],
        vectors: Callable[[Rows], Floats] | None = None,
        least: int = 2,
    ) -> None:
        """Learn the words that ``least`` rows have, and the values of ``fields``.

        ``vectors`` of rows, if given, are further columns.
        """
        self._fields, self._vectors = fields, vectors
        self._titles = TfidfVectorizer(ngram_range=(1, 2), min_df=least, sublinear_tf=True)
        self._texts = TfidfVectorizer(ngram_range=(1, 2), min_df=least, sublinear_tf=True)
        self._values = DictVectorizer(dtype=np.float32)
        self._titles.fit([row.title for row in rows])
        self._texts.fit([row.description for row in rows])
        self._values.fit([self._confirmed(row) for row in rows])

    def read(self, rows: Rows) -> sparse.csr_matrix:
        """Return ``[rows, columns]``."""
        parts = [
            self._titles.transform([row.title for row in rows]),
            self._texts.transform([row.description for row in rows]),
            self._values.transform([self._confirmed(row) for row in rows]),
        ]
        if self._vectors:
            parts.append(sparse.csr_matrix(self._vectors(rows)))
        return sparse.csr_matrix(sparse.hstack(parts))

    def _confirmed(self, row: Listing) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for field in self._fields:
            value = getattr(row, field)
            if field == "category" and value is not None:
                levels = value.split("/")
                said |= {f"category{depth}": "/".join(levels[:depth]) for depth in (1, 2, 3)}
            elif field == "price":
                said["price"] = np.log1p(value or 0.0)
            elif value is not None:
                said[field] = value
        return said
