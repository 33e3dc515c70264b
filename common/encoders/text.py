"""Encoders that read text with a transformer: tokens to a network that training exported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from common.arrays import Floats
from common.encoders.onnx_session import VECTORS, in_parallel, open_session
from common.encoders.standardise import Standardiser, load_standardiser
from common.errors import ArtifactError
from common.listing import Listing
from common.store import artifacts

SETTINGS = "text.json"
TOKENIZER = "tokenizer.json"

BATCH_SIZE = 32
"""Texts that a thread takes at a time."""

CHARACTERS = 20
"""A token stands for fewer characters than this; what cannot be among the tokens is not cut."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``max_tokens`` of a text are read."""

    max_tokens: int


@dataclass(frozen=True, slots=True)
class TextEncoder:
    """A network from ``ids`` and ``mask [texts, tokens]`` to vectors, then standardised."""

    id: str
    settings: Settings
    tokenizer: Any
    session: Any
    standard: Standardiser
    frozen: bool = False

    @property
    def modality(self) -> str:
        """Titles and descriptions."""
        return "text"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return len(self.standard.mean)

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return the vectors of title and description, ``[rows, dims]``; zeros without either."""
        texts = [text_of(listing, self.settings.max_tokens) for listing in listings]
        rows = [row for row, text in enumerate(texts) if text]
        tokens = self.tokenizer.encode_batch([texts[row] for row in rows])
        found = np.zeros((len(listings), self.dimensions), np.float32)
        pieces = [tokens[start : start + BATCH_SIZE] for start in range(0, len(tokens), BATCH_SIZE)]
        for number, vectors in enumerate(in_parallel(self._run, pieces)):
            found[rows[number * BATCH_SIZE : (number + 1) * BATCH_SIZE]] = vectors
        return found

    def _run(self, texts: Sequence[Any]) -> Floats:
        """Vectors of tokenised texts, made one by one.

        That is faster than filling up a batch, and in a batch the last digits depend on the other
        texts: what is trained on vectors would depend on how they were asked for.
        """
        vectors = []
        for text in texts:
            ids = np.array([text.ids], np.int64)
            vectors += self.session.run([VECTORS], {"ids": ids, "mask": np.ones_like(ids)})
        return self.standard.apply(np.concatenate(vectors))


def text_of(listing: Listing, max_tokens: int) -> str:
    """Return what is read of a listing's text; half a character, which has no bytes, becomes ?."""
    text = f"{listing.title}\n{listing.description}"[: max_tokens * CHARACTERS].strip()
    return text.encode("utf-8", "replace").decode("utf-8")


def save_settings(folder: Path, settings: Settings) -> None:
    """Write what ``load`` needs beside the network, its standard and ``tokenizer.json``."""
    text = json.dumps(asdict(settings), indent=2, sort_keys=True)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load(folder: Path, threads: int = 1) -> TextEncoder:
    """Load the encoder from its artifact folder; its id is the artifact's.

    ``threads`` is how many onnxruntime may use for one call.
    """
    return open_folder(folder, artifacts.read(folder, verify=False).id, threads)


def open_folder(folder: Path, identity: str = "", threads: int = 1) -> TextEncoder:
    """Open the files of an encoder, whose folder need not be an artifact yet."""
    settings, tokenizer = _read_settings(folder)
    session = open_session(folder, threads)
    return TextEncoder(identity, settings, tokenizer, session, load_standardiser(folder))


def _read_settings(folder: Path) -> tuple[Settings, Any]:
    """Read the settings and the tokenizer, which cuts off what is beyond ``max_tokens``."""
    from tokenizers import Tokenizer

    try:
        settings = Settings(**json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
        tokenizer = Tokenizer.from_str((folder / TOKENIZER).read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises bare exceptions
        raise ArtifactError(f"{folder} holds no readable text encoder: {error}") from None
    tokenizer.enable_truncation(settings.max_tokens)
    tokenizer.no_padding()
    return settings, tokenizer
