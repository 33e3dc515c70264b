"""The ``static`` encoder: one vector per token, computed once by a pretrained text model.

The vectors carry what the model knows of words that a shop's rows hardly ever contain, at the cost
of a table look-up (as Tulkens and van Dongen, Model2Vec, 2024).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.errors import ArtifactError
from common.listing import Listing
from common.store import artifacts
from common.store.packed_arrays import pack, unpack

ARRAYS = "static.npz"
TOKENIZER = "tokenizer.json"

DESCRIPTION_WEIGHT = 0.3
"""Weight of a token of the description; one of the title has 1."""

UNKNOWN = -1
"""Row of a token that the table lacks."""

MAX_CHARACTERS = 4000
"""Characters of a text that are read."""


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """A tokenizer and a table of weighted token vectors.

    Attributes:
        id: id of the artifact.
        tokenizer: tokenizer of the library ``tokenizers``.
        table_rows: row of the table by token, or ``UNKNOWN``.
        table: weighted token vectors, ``[tokens, dimensions]``.
        mean: mean of the unit vectors of training listings, which is subtracted.
        scale: multiplier of the result.
    """

    id: str
    tokenizer: Any
    table_rows: NDArray[np.int32]
    table: Floats
    mean: Floats
    scale: float

    @property
    def modality(self) -> str:
        """``text``."""
        return "text"

    @property
    def frozen(self) -> bool:
        """Whether it has not learned from the labels of a shop's rows: text encoders never do."""
        return True

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.table.shape[1])

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return vectors ``[len(listings), dimensions]``; zeros where no token is known."""
        sums = self.sum_tokens(listings)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        unit_vectors = sums / np.maximum(lengths, 1e-9)
        vectors = (unit_vectors - self.mean) * np.float32(self.scale)

        has_tokens = lengths > 0
        known: Floats = np.where(has_tokens, vectors, np.float32(0))
        return known.astype(np.float32)

    def sum_tokens(self, listings: Sequence[Listing]) -> Floats:
        """Return the weighted sum of the vectors of each listing's tokens, every token once."""
        tokens = self.tokens(listings)
        titles, descriptions = tokens[::2], tokens[1::2]

        sums = np.zeros((len(listings), self.dimensions), np.float32)
        for row in range(len(listings)):
            sums[row] = self._sum_listing(titles[row], descriptions[row])
        return sums

    def _sum_listing(self, title: Sequence[int], description: Sequence[int]) -> Floats:
        title_rows = set(title) - {UNKNOWN}
        other_rows = set(description) - {UNKNOWN} - title_rows

        # Sorted, because the last digits of a sum depend on its order.
        rows = [*sorted(title_rows), *sorted(other_rows)]
        weights = np.full(len(rows), DESCRIPTION_WEIGHT, np.float32)
        weights[: len(title_rows)] = 1

        weighted_sum: Floats = weights @ self.table[rows]
        return weighted_sum

    def tokens(self, listings: Sequence[Listing]) -> list[list[int]]:
        """Return table rows of the tokens of each listing's title and description, in turn."""
        texts = [
            text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
            for listing in listings
            for text in (listing.title, listing.description)
        ]

        encoded = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [self.table_rows[text.ids].tolist() for text in encoded]


def save(folder: Path, encoder: StaticEncoder) -> None:
    """Write the encoder's files; its table as 8-bit numbers (``common.store.packed_arrays``)."""
    arrays = {
        **pack({"table": encoder.table}),
        "rows": encoder.table_rows,
        "mean": encoder.mean,
        "scale": np.float32(encoder.scale),
    }
    np.savez(folder / ARRAYS, **arrays)  # type: ignore[arg-type]

    text = encoder.tokenizer.to_str(pretty=False)
    (folder / TOKENIZER).write_text(text, encoding="utf-8")


def load(folder: Path, threads: int = 1) -> StaticEncoder:
    """Load the encoder from its artifact folder; its id is the artifact's. It uses one thread."""
    with np.load(folder / ARRAYS, allow_pickle=False) as file:
        arrays = dict(file)
    packed_table = {name: arrays[name] for name in arrays if name.startswith("table")}

    return StaticEncoder(
        id=artifacts.read(folder, verify=False).id,
        tokenizer=_open_tokenizer(folder / TOKENIZER),
        table_rows=arrays["rows"],
        table=unpack(packed_table)["table"],
        mean=arrays["mean"],
        scale=float(arrays["scale"]),
    )


def _open_tokenizer(path: Path) -> Any:
    # Threads cost more than two texts.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises bare exceptions
        raise ArtifactError(f"{path} holds no readable tokenizer: {error}") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
