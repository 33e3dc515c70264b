"""Trains the ``static`` encoder: token vectors of a pretrained text model, weighted by rarity."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from common.arrays import Floats, Ints
from common.encoder_training import text_models
from common.encoder_training.checkpoints import Place
from common.encoder_training.pretrained import (
    model_name,
    read_model_type,
    silence_transformers,
)
from common.encoder_training.text_models import MeanPooled
from common.encoders import static
from common.encoders.config import StaticConfig
from common.encoders.onnx_session import split_batches
from common.encoders.static import UNKNOWN, StaticEncoder
from common.errors import CannotTrain
from common.nets.training.net import single_threaded
from common.progress import FractionDone, Progress, step_of
from common.store import artifacts

if TYPE_CHECKING:
    from pathlib import Path

    from common.snapshot import Snapshot

KIND = "static"

MAX_TOKENS = 60_000
"""Tokens of the table; of a larger vocabulary the most frequent in training rows are kept."""

BATCH_SIZE = 512
"""Tokens that go through the model together."""

MAX_MEAN_ROWS = 10_000
"""Training rows, at most, whose mean vector is subtracted."""

_TOKEN_VECTORS: dict[tuple[str, bytes], Floats] = {}
"""Token vectors of the last model by its name and the tokens, for the next training."""


class _TokenCounts(NamedTuple):
    """Training rows in which a token occurs, ``[tokens]``, and rows with any token."""

    rows_with_token: Ints
    n_rows: int


def modality(config: StaticConfig) -> str:
    """Return ``text``; raises ``InputError`` where there is no such text model."""
    with silence_transformers():
        read_model_type(config.model, tuple(text_models.FAMILIES))
    return "text"


def train(
    snapshot: Snapshot,
    out: Path,
    config: StaticConfig,
    progress: Progress,
    name: str = "",
    place: Place | None = None,
) -> Path:
    """Weight the model's tokens by their rarity in training rows; return the artifact's folder.

    No label is used. There are no epochs, so nothing is kept in ``place``.
    """
    encoder, n_rows = _make_encoder(snapshot, config, progress)

    # The path of a folder is not kept: it would tie the artifact's id to this machine.
    recorded_config = replace(config, model=model_name(config.model))
    return artifacts.write(
        out,
        role="encoder",
        name=name or "text",
        kind=KIND,
        save=partial(static.save, encoder=encoder),
        snapshot=snapshot.id,
        config=asdict(recorded_config),
        summary={"rows": n_rows, "tokens": len(encoder.table)},
    )


def _make_encoder(
    snapshot: Snapshot, config: StaticConfig, progress: Progress
) -> tuple[StaticEncoder, int]:
    """Return the encoder, and the number of training rows with a text."""
    progress("reading", 0.0)
    model, tokenizer = _load_model(config.model)
    empty = _empty_encoder(tokenizer, vocabulary_size=int(model.config.vocab_size))
    counts = _count_tokens(snapshot, empty)

    tokens = _choose_tokens(counts.rows_with_token)
    # What the model has no token for says nothing.
    tokens = tokens[tokens != tokenizer.unk_token_id]
    report = step_of(progress, "encoding tokens")
    vectors = _encode_tokens(config.model, model, tokenizer, tokens, report)
    table = _weight_by_rarity(vectors, counts.rows_with_token[tokens], counts.n_rows)
    return _complete(snapshot, empty, tokens, table), counts.n_rows


def _load_model(name: str) -> tuple[MeanPooled, Any]:
    """Load a text model and its tokenizer in transformers' own class."""
    with silence_transformers():
        model_type = read_model_type(name, [*text_models.FAMILIES])
        model = text_models.load_text(name, model_type)
        tokenizer = text_models.load_tokenizer(name, model)

    # Counts are taken of whole texts, and no padding may count.
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    return model, tokenizer


def _empty_encoder(tokenizer: Any, vocabulary_size: int) -> StaticEncoder:
    """Return an encoder that only tokenises: its table has a row per token, and no columns yet."""
    return StaticEncoder(
        id="",
        tokenizer=tokenizer.backend_tokenizer,
        table_rows=np.arange(vocabulary_size, dtype=np.int32),
        table=np.zeros((0, 1), np.float32),
        mean=np.zeros(1, np.float32),
        scale=1.0,
    )


def _count_tokens(snapshot: Snapshot, encoder: StaticEncoder) -> _TokenCounts:
    """Count in how many training rows a token occurs.

    Raises ``InputError`` when no row has any token.
    """
    rows_with_token = np.zeros(len(encoder.table_rows), np.int64)
    n_rows = 0
    for batch in snapshot.batches("train"):
        tokens = encoder.tokens(batch)
        for title, description in zip(tokens[::2], tokens[1::2], strict=True):
            distinct = list({*title, *description})
            rows_with_token[distinct] += 1
            n_rows += bool(distinct)

    if not n_rows:
        raise CannotTrain("no training row has a text that can be encoded")
    return _TokenCounts(rows_with_token, n_rows)


def _choose_tokens(rows_with_token: Ints) -> Ints:
    """Return the tokens of the table, ascending."""
    if len(rows_with_token) <= MAX_TOKENS:
        return np.arange(len(rows_with_token))

    # A stable order, so that ties give the same table every time.
    seen = np.flatnonzero(rows_with_token)
    by_frequency = seen[np.argsort(-rows_with_token[seen], kind="stable")]
    return np.sort(by_frequency[:MAX_TOKENS])


def _encode_tokens(
    name: str, model: MeanPooled, tokenizer: Any, tokens: Ints, report: FractionDone
) -> Floats:
    """Return the vectors of single tokens ``[tokens, dims]``, from memory the second time.

    They do not depend on a shop's rows, and a process that trains on several asks again.
    """
    key = (name, tokens.tobytes())
    if key not in _TOKEN_VECTORS:
        _TOKEN_VECTORS.clear()
        _TOKEN_VECTORS[key] = _run_model(model, tokenizer, tokens, report)
    return _TOKEN_VECTORS[key]


def _run_model(
    model: MeanPooled, tokenizer: Any, tokens: Ints, report: FractionDone
) -> Floats:
    """Encode every token between those that begin and end a text."""
    special_ids = tokenizer("")["input_ids"]
    template = np.array([*special_ids[:1], 0, *special_ids[1:]])

    vectors = []
    n_done = 0
    with single_threaded(), torch.no_grad():
        for batch in split_batches(tokens, BATCH_SIZE):
            inputs = _fill_template(template, batch)
            mask = torch.ones_like(inputs)
            vectors.append(model(inputs, mask).numpy())
            n_done += len(batch)
            report(n_done / len(tokens))
    return np.concatenate(vectors)


def _fill_template(template: Ints, tokens: Ints) -> torch.Tensor:
    """Return a row per token, ``[tokens, len(template)]``, with the token in second position."""
    ids = np.tile(template, (len(tokens), 1))
    ids[:, 1] = tokens
    return torch.from_numpy(ids)


def _weight_by_rarity(vectors: Floats, rows_with_token: Ints, n_rows: int) -> Floats:
    """Centre the vectors, scale them to unit length, and weight them by smoothed idf."""
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.maximum(lengths, 1e-9)

    idf = np.log((1 + n_rows) / (1 + rows_with_token))
    weighted: Floats = centred * idf[:, None]
    return weighted.astype(np.float32)


def _complete(
    snapshot: Snapshot, empty: StaticEncoder, tokens: Ints, table: Floats
) -> StaticEncoder:
    """Give the encoder its table, the mean of training vectors, and a scale.

    Raises ``InputError`` when no row has a token that others do not have.
    """
    dimensions = table.shape[1]
    uncentred = replace(
        empty,
        table_rows=_index_tokens(tokens, len(empty.table_rows)),
        table=table,
        mean=np.zeros(dimensions, np.float32),
        scale=1.0,
    )

    first_rows = next(iter(snapshot.batches("train", MAX_MEAN_ROWS)))
    vectors = uncentred.encode(first_rows)
    has_vector = vectors.any(axis=1)
    if not has_vector.any():
        raise CannotTrain("the texts of all training rows are the same")
    mean = vectors[has_vector].mean(axis=0)
    # The elements of a unit vector are about 1 over the root of their number.
    scale = float(np.sqrt(dimensions))
    return replace(uncentred, mean=mean, scale=scale)


def _index_tokens(tokens: Ints, vocabulary_size: int) -> NDArray[np.int32]:
    """Return the row of the table by the token's number, ``[vocabulary_size]``."""
    table_rows: NDArray[np.int32] = np.full(vocabulary_size, UNKNOWN, np.int32)
    table_rows[tokens] = np.arange(len(tokens))
    return table_rows
