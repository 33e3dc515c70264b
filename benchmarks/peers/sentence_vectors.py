"""Vectors of a pretrained sentence model, made once for all folds: it is frozen, so it may be."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks.peers.linear import linear
from benchmarks.peers.protocol import Answers, Floats, Peer, Rows, Split, Task
from common.listing import Listing

VECTORS, FACTS = "vectors.npy", "facts.json"
WORDS = 96
"""Tokens that are read of a listing."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Vectors by the text of a listing, and the microseconds that one takes to make."""

    places: dict[str, int]
    vectors: Floats
    microseconds: float

    def read(self, rows: Rows) -> Floats:
        """Return ``[rows, dimensions]``."""
        return self.vectors[[self.places[_key(row)] for row in rows]]


def encode(rows: Rows, model: str, folder: Path) -> None:
    """Encode the rows with the model at a path, in batches of 32, and keep them in ``folder``.

    Rows that are there already are not encoded again.
    """
    texts = {_key(row): _text(row) for row in rows}
    if (folder / FACTS).exists() and set(texts) <= set(_facts(folder)["keys"]):
        return
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    full = {"dtype": torch.float32}  # half precision is slow on processors
    network = SentenceTransformer(model, device="cpu", model_kwargs=full)
    network.max_seq_length = WORDS
    start = time.process_time()
    vectors = network.encode(list(texts.values()), batch_size=32, normalize_embeddings=True)
    took = (time.process_time() - start) / len(texts) * 1e6
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / VECTORS, vectors.astype(np.float32))
    facts = {"keys": list(texts), "microseconds": took}
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def sentences(folder: Path) -> Peer:
    """Return the peer that has the vectors in ``folder`` beside tf-idf, and a linear model."""
    facts = _facts(folder)
    places = {key: place for place, key in enumerate(facts["keys"])}
    vectors = np.load(folder / VECTORS, mmap_mode="r")
    return partial(_ask, Sentences(places, vectors, facts["microseconds"]))


def _ask(known: Sentences, task: Task, split: Split) -> Answers:
    found = linear(task, split, known.read)
    encoding = known.microseconds * (len(split.train) + len(split.validation)) / 1e6
    return replace(
        found,
        seconds=found.seconds + encoding,
        microseconds=found.microseconds + known.microseconds,
    )


def _facts(folder: Path) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((folder / FACTS).read_text(encoding="utf-8")))


def _key(row: Listing) -> str:
    return hashlib.blake2b(_text(row).encode(errors="replace"), digest_size=16).hexdigest()


def _text(row: Listing) -> str:
    return f"{row.title}. {row.description}"
