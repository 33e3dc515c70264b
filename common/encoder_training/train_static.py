"""Reads one vector a token off a pretrained text model, for the ``static`` encoder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from common.arrays import Floats, Ints
from common.encoder_training import text_models
from common.encoder_training.pretrained import model_name, read_model_type, silence_transformers
from common.encoder_training.text_models import MeanPooled
from common.encoders import static
from common.encoders.config import StaticConfig
from common.encoders.static import StaticEncoder
from common.errors import InputError
from common.nets.training.net import single_threaded
from common.store import artifacts

if TYPE_CHECKING:
    from pathlib import Path

    from common.snapshot import Snapshot

KIND = "static"

MAX_TOKENS = 60_000
"""Of a larger vocabulary the tokens of training rows are kept, the most frequent of them."""

BATCH_SIZE = 512
"""Tokens that go through the model together."""

MEASURED = 10_000
"""The mean vector is that of at most so many training rows."""

Progress = Callable[[str, float], None]

_ENCODED: dict[tuple[str, bytes], Floats] = {}


def modality(config: StaticConfig) -> str:
    """Titles and descriptions; raises ``InputError`` where there is no such text model."""
    with silence_transformers():
        read_model_type(config.model, tuple(text_models.FAMILIES))
    return "text"


def train(
    snapshot: Snapshot,
    out: Path,
    config: StaticConfig,
    progress: Progress,
    name: str = "",
) -> Path:
    """Weigh the model's tokens by how rare they are in training rows; return the artifact's folder.

    No label is looked at.
    """
    progress("reading", 0.0)
    with silence_transformers():
        model = text_models.load_text(
            config.model, read_model_type(config.model, [*text_models.FAMILIES])
        )
        loaded = text_models.load_tokenizer(config.model, model)
    tokenizer = loaded.backend_tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    size = int(model.config.vocab_size)
    whole = StaticEncoder("", tokenizer, _all(size), np.zeros((0, 1), np.float32), _none(), 1.0)
    counts, rows = _count(snapshot, whole, size)
    if not rows:
        raise InputError("no training row has a text that can be encoded")
    kept = _choose(counts)
    vectors = _encode(
        config.model, model, loaded, kept, lambda done: progress("encoding tokens", done)
    )
    encoder = _measure(snapshot, whole, kept, _weigh(vectors, counts[kept], rows))
    return artifacts.write(
        out,
        role="encoder",
        name=name or "text",
        kind=KIND,
        save=partial(static.save, encoder=encoder),
        snapshot=snapshot.id,
        config=asdict(replace(config, model=model_name(config.model))),
        summary={"rows": rows, "tokens": len(kept)},
    )


def _count(snapshot: Snapshot, whole: StaticEncoder, size: int) -> tuple[Ints, int]:
    """In how many training rows each token occurs, and how many rows have one."""
    counts, rows = np.zeros(size, np.int64), 0
    for batch in snapshot.batches("train"):
        tokens = whole.tokens(batch)
        for title, description in zip(tokens[::2], tokens[1::2], strict=True):
            found = list({*title, *description})
            counts[found] += 1
            rows += bool(found)
    return counts, rows


def _choose(counts: Ints) -> Ints:
    if len(counts) <= MAX_TOKENS:
        return np.arange(len(counts))
    seen = np.flatnonzero(counts)
    return np.sort(seen[np.argsort(-counts[seen], kind="stable")[:MAX_TOKENS]])


def _encode(
    name: str, model: MeanPooled, tokenizer: Any, kept: Ints, report: Callable[[float], None]
) -> Floats:
    """Return the vectors of single tokens, and remember those of the last model.

    They have nothing to do with a shop's rows, and a process that trains on several asks again.
    """
    key = (name, kept.tobytes())
    if key not in _ENCODED:
        _ENCODED.clear()
        _ENCODED[key] = _encode_anew(model, tokenizer, kept, report)
    return _ENCODED[key]


def _encode_anew(
    model: MeanPooled, tokenizer: Any, kept: Ints, report: Callable[[float], None]
) -> Floats:
    """Encode each token between those that begin and end a text."""
    around = tokenizer("")["input_ids"]
    vectors = []
    with single_threaded(), torch.no_grad():
        for start in range(0, len(kept), BATCH_SIZE):
            some = kept[start : start + BATCH_SIZE]
            ids = np.tile(np.array([*around[:1], 0, *around[1:]]), (len(some), 1))
            ids[:, 1] = some
            chosen = torch.from_numpy(ids)
            vectors.append(model(chosen, torch.ones_like(chosen)).numpy())
            report((start + len(some)) / len(kept))
    return np.concatenate(vectors)


def _weigh(vectors: Floats, counts: Ints, rows: int) -> Floats:
    """Centre the vectors, give them one length, and weigh them by inverse document frequency."""
    vectors = vectors - vectors.mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    weights = np.log((1 + rows) / (1 + counts))
    found: Floats = (vectors * weights[:, None]).astype(np.float32)
    return found


def _measure(snapshot: Snapshot, whole: StaticEncoder, kept: Ints, table: Floats) -> StaticEncoder:
    """Complete the encoder with the mean of training vectors, and the usual size of a number."""
    rows = np.full(len(whole.rows), -1, np.int32)
    rows[kept] = np.arange(len(kept))
    mean, dimensions = np.zeros(table.shape[1], np.float32), table.shape[1]
    bare = replace(whole, rows=rows, table=table, mean=mean, scale=1.0)
    first = next(iter(snapshot.batches("train", MEASURED)))
    vectors = bare.encode(first)
    mean = vectors[vectors.any(axis=1)].mean(axis=0)
    return replace(bare, mean=mean, scale=float(np.sqrt(dimensions)))


def _all(size: int) -> NDArray[np.int32]:
    return np.arange(size, dtype=np.int32)


def _none() -> Floats:
    return np.zeros(1, np.float32)
