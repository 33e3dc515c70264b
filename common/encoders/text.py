"""Text encoders: tokens to a transformer that training exported, run by onnxruntime."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from common.arrays import Floats
from common.encoders.onnx_session import (
    VECTORS,
    in_parallel,
    open_session,
    split_batches,
)
from common.encoders.standardise import Standardiser, load_standardiser
from common.errors import ArtifactError
from common.listing import Listing
from common.store import artifacts

SETTINGS = "text.json"
TOKENIZER = "tokenizer.json"

BATCH_SIZE = 32
"""Texts that a thread takes at a time."""

MAX_CHARACTERS_PER_TOKEN = 20
"""A token stands for fewer characters than this, so a text can be cut before it is tokenised."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a text encoder.

    Attributes:
        max_tokens: tokens of a text that are read.
    """

    max_tokens: int


@dataclass(frozen=True, slots=True)
class TextEncoder:
    """A network from ``ids`` and ``mask [texts, tokens]`` to vectors, then standardised.

    Attributes:
        id: id of the artifact.
        settings: how much of a text is read.
        tokenizer: tokenizer of the library ``tokenizers``; it truncates to ``max_tokens``.
        session: onnxruntime's session of the network.
        standardiser: brings the network's vectors to mean 0 and variance 1.
    """

    id: str
    settings: Settings
    tokenizer: Any
    session: Any
    standardiser: Standardiser

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
        return len(self.standardiser.mean)

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return the vectors of title and description, ``[rows, dims]``; zeros without either."""
        texts = [text_of(listing, self.settings.max_tokens) for listing in listings]
        rows = [row for row, text in enumerate(texts) if text]

        vectors = np.zeros((len(listings), self.dimensions), np.float32)
        if not rows:
            return vectors

        tokens = self.tokenizer.encode_batch([texts[row] for row in rows])
        batches = split_batches(tokens, BATCH_SIZE)
        encoded = list(in_parallel(self._encode_batch, batches))
        vectors[rows] = np.concatenate(encoded)
        return vectors

    def _encode_batch(self, texts: Sequence[Any]) -> Floats:
        # One by one, which is faster than padding: in a batch the last digits depend on the other
        # texts, and a model trained on the vectors would depend on how they were batched.
        vectors = []
        for text in texts:
            ids = np.array([text.ids], np.int64)
            inputs = {"ids": ids, "mask": np.ones_like(ids)}
            vectors += self.session.run([VECTORS], inputs)

        return self.standardiser.apply(np.concatenate(vectors))


def text_of(listing: Listing, max_tokens: int) -> str:
    """Return the text of a listing that is read.

    A surrogate without its other half, which has no UTF-8 bytes, becomes a question mark.
    """
    text = f"{listing.title}\n{listing.description}"
    shortened = text[: max_tokens * MAX_CHARACTERS_PER_TOKEN].strip()
    return shortened.encode("utf-8", "replace").decode("utf-8")


def save_settings(folder: Path, settings: Settings) -> None:
    """Write what ``load`` needs beside the network, its standardiser and ``tokenizer.json``."""
    text = json.dumps(asdict(settings), indent=2, sort_keys=True)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load(folder: Path, threads: int = 1) -> TextEncoder:
    """Load the encoder from its artifact folder; its id is the artifact's.

    ``threads`` is how many onnxruntime may use for one call.
    """
    return open_folder(folder, artifacts.read(folder, verify=False).id, threads)


def open_folder(folder: Path, encoder_id: str = "", threads: int = 1) -> TextEncoder:
    """Open the files of an encoder, whose folder need not be an artifact yet."""
    settings, tokenizer = _read_settings(folder)
    session = open_session(folder, threads)
    return TextEncoder(
        encoder_id, settings, tokenizer, session, load_standardiser(folder)
    )


def _read_settings(folder: Path) -> tuple[Settings, Any]:
    """Read the settings, and the tokenizer with its truncation to ``max_tokens``."""
    from tokenizers import Tokenizer

    try:
        settings = Settings(
            **json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        )
        tokenizer = Tokenizer.from_str((folder / TOKENIZER).read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises bare exceptions
        raise ArtifactError(
            f"{folder} holds no readable text encoder: {error}"
        ) from None
    tokenizer.enable_truncation(settings.max_tokens)
    tokenizer.no_padding()
    return settings, tokenizer
