"""The ``static`` encoder: one vector a token, read off a pretrained text model once in training.

What the model knows of words that a shop's rows hardly ever show, at the price of a table look-up
(as Tulkens and van Dongen, Model2Vec, 2024).
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

DESCRIPTION = 0.3
"""What a token of the description weighs beside one of the title."""

CHARACTERS = 4000
"""Of a text so many characters are read."""


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """A tokenizer, and ``table [tokens, dimensions]`` of weighted vectors.

    ``rows`` are the places of tokens in the table, -1 where it lacks one. Vectors of whole listings
    have length 1 before their usual ``mean`` is taken away, and are multiplied by ``scale`` then.
    ``frozen`` says that it learned nothing from the labels of a shop's rows.
    """

    id: str
    tokenizer: Any
    rows: NDArray[np.int32]
    table: Floats
    mean: Floats
    scale: float
    frozen: bool = True

    @property
    def modality(self) -> str:
        """Titles and descriptions."""
        return "text"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.table.shape[1])

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return vectors ``[len(listings), dimensions]``; zeros where no token is known."""
        sums = self.add_up(listings)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        vectors = (sums / np.maximum(lengths, 1e-9) - self.mean) * np.float32(self.scale)
        found: Floats = np.where(lengths > 0, vectors, np.float32(0)).astype(np.float32)
        return found

    def add_up(self, listings: Sequence[Listing]) -> Floats:
        """Return the sum of the vectors of each listing's tokens, every token once."""
        tokens = [set(ids) - {-1} for ids in self.tokens(listings)]
        sums = np.zeros((len(listings), self.dimensions), np.float32)
        for row, (title, description) in enumerate(zip(tokens[::2], tokens[1::2], strict=True)):
            rest = description - title
            chosen = [*sorted(title), *sorted(rest)]
            weights = np.full(len(chosen), DESCRIPTION, np.float32)
            weights[: len(title)] = 1
            sums[row] = weights @ self.table[chosen]
        return sums

    def tokens(self, listings: Sequence[Listing]) -> list[list[int]]:
        """Return the rows of the table for each title and each description, in turn."""
        texts = [
            text[:CHARACTERS].encode("utf-8", "replace").decode("utf-8")
            for listing in listings
            for text in (listing.title, listing.description)
        ]
        found = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [self.rows[each.ids].tolist() for each in found]


def save(folder: Path, encoder: StaticEncoder) -> None:
    """Write the encoder's files; its table as 8-bit numbers (``common.store.packed_arrays``)."""
    arrays = {
        **pack({"table": encoder.table}),
        "rows": encoder.rows,
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
    table = unpack({name: arrays[name] for name in arrays if name.startswith("table")})["table"]
    identity = artifacts.read(folder, verify=False).id
    tokenizer, scale = _open_tokenizer(folder / TOKENIZER), float(arrays["scale"])
    return StaticEncoder(identity, tokenizer, arrays["rows"], table, arrays["mean"], scale)


def _open_tokenizer(path: Path) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # threads cost more than two texts
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises bare exceptions
        raise ArtifactError(f"{path} holds no readable tokenizer: {error}") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
