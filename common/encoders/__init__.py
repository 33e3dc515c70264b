"""The shared encoders: a listing to a vector that all four models use.

An encoder is trained by ``common.encoder_training``, exported to an artifact, and loaded here
without torch. ``KINDS`` maps a kind to the module that loads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from common.arrays import Floats
from common.errors import ArtifactError
from common.listing import Listing
from common.store import artifacts

KINDS = {
    "convnet": "common.encoders.photo",
    "transformer": "common.encoders.transformer",
    "static": "common.encoders.static",
}
"""The module of every kind of encoder."""

Encodings = Mapping[str, Floats]
"""Vectors of a batch of listings, ``[rows, dims]``, by the id of the encoder."""


class Encoder(Protocol):
    """Turns listings into vectors; safe to call from several threads."""

    @property
    def id(self) -> str:
        """Hash of the encoder's content: the same id gives the same vectors."""

    @property
    def modality(self) -> str:
        """The part of a listing that is encoded: ``text`` or ``photo``."""

    @property
    def frozen(self) -> bool:
        """Whether it has not learned from the labels of training rows.

        Vectors of training rows are then no more telling than those of other rows.
        """

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return vectors ``[len(listings), dimensions]``, which depend on no confirmed field.

        A listing without the modality (no text, no usable photo) gets zeros.
        """


def load(folder: Path, threads: int = 1) -> Encoder:
    """Load an encoder from its artifact folder.

    A call of the network uses at most ``threads`` threads. More than 8 photos or 32 texts are
    encoded by as many calls at once as there are cores.

    Raises ``ArtifactError`` for an artifact that is no encoder of a known kind.
    """
    manifest = artifacts.read(folder)
    if manifest.role != "encoder" or manifest.kind not in KINDS:
        raise ArtifactError(
            f"artifact {manifest.id} is a {manifest.role} of kind {manifest.kind!r};"
            f" encoders known here are {', '.join(KINDS)}"
        )

    module = import_module(KINDS[manifest.kind])
    encoder: Any = module.load(folder, threads)

    # The files of a pretrained photo model do not tell whether it was fine-tuned.
    is_pretrained = manifest.kind == "transformer" and encoder.modality == "photo"
    if is_pretrained and not manifest.summary.get("finetune_epochs"):
        encoder = replace(encoder, frozen=True)
    return cast(Encoder, encoder)
