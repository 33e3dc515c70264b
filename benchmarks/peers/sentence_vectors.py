"""Vectors of a pretrained sentence model, made once for all folds because the model is frozen."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.linear import linear
from benchmarks.shared.protocol import Answers, Floats, Peer, Rows, Split, Task
from common.listing import Listing

VECTORS, METADATA = "vectors.npy", "metadata.json"

MAX_TOKENS = 96
"""Tokens of a listing that the model reads."""


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """Vectors of listings.

    Attributes:
        indices: row of ``vectors`` by the hash of a listing's text.
        vectors: vectors ``[n, dimensions]``.
        microseconds: microseconds of the processor for one vector.
    """

    indices: dict[str, int]
    vectors: Floats
    microseconds: float

    def of_rows(self, rows: Rows) -> Floats:
        """The vectors ``[rows, dimensions]`` of listings."""
        return self.vectors[[self.indices[_key(row)] for row in rows]]


def encode(rows: Rows, model: str, folder: Path) -> None:
    """Encode the rows with the model at a path, in batches of 32, and store them in ``folder``.

    Nothing is done if vectors of all rows are stored already.
    """
    texts = {_key(row): _text(row) for row in rows}
    if _are_stored(set(texts), folder):
        return

    network = load_network(model)
    start = time.process_time()
    vectors = network.encode(
        list(texts.values()),
        batch_size=32,
        normalize_embeddings=True,
    )
    seconds = time.process_time() - start

    metadata = {"keys": list(texts), "microseconds": seconds / len(texts) * 1e6}
    _store(vectors.astype(np.float32), metadata, folder)


def _store(
    vectors: NDArray[np.float32], metadata: dict[str, Any], folder: Path
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / VECTORS, vectors)
    # Written last: its existence says that the vectors are complete.
    (folder / METADATA).write_text(json.dumps(metadata), encoding="utf-8")


def _are_stored(keys: set[str], folder: Path) -> bool:
    if not (folder / METADATA).exists():
        return False
    return keys <= set(_metadata(folder)["keys"])


def load_network(model: str) -> Any:
    """The sentence model at a path, on one thread of the processor."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    full_precision = {"dtype": torch.float32}  # half precision is slow on processors
    network = SentenceTransformer(model, device="cpu", model_kwargs=full_precision)
    network.max_seq_length = MAX_TOKENS
    return network


def sentence_peer(folder: Path) -> Peer:
    """The peer with a linear model on the vectors in ``folder`` beside tf-idf."""
    metadata = _metadata(folder)
    indices = {key: index for index, key in enumerate(metadata["keys"])}
    vectors = np.load(folder / VECTORS, mmap_mode="r")
    return partial(_run, SentenceVectors(indices, vectors, metadata["microseconds"]))


def _run(
    vectors: SentenceVectors,
    task: Task,
    split: Split,
    chosen: Mapping[str, Any] | None = None,
) -> Answers:
    """The answers of the linear model, with the time of the encoding added to its own."""
    # The beginnings of titles have no vectors.
    complete = replace(split, views={})
    answers = linear(task, complete, chosen, vectors.of_rows)
    n_learned = len(split.train) + len(split.validation)
    encoding_seconds = vectors.microseconds * n_learned / 1e6
    return replace(
        answers,
        seconds=answers.seconds + encoding_seconds,
        microseconds=answers.microseconds + vectors.microseconds,
    )


def _metadata(folder: Path) -> dict[str, Any]:
    return cast(
        dict[str, Any], json.loads((folder / METADATA).read_text(encoding="utf-8"))
    )


def _key(row: Listing) -> str:
    return hashlib.blake2b(
        _text(row).encode(errors="replace"), digest_size=16
    ).hexdigest()


def _text(row: Listing) -> str:
    return f"{row.title}. {row.description}"
