"""The shared encoders: one listing in, one vector out, used by all four models.

An encoder is trained by ``train``, exported to an artifact, and loaded here by its kind, without
torch. ``KINDS`` maps a kind to the module that loads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from common.arrays import Floats
from common.errors import ArtifactError
from common.listing import Listing
from common.store import artifacts

KINDS = {
    "ngram": "common.encoders.ngram",
    "convnet": "common.encoders.photo",
    "transformer": "common.encoders.transformer",
    "static": "common.encoders.static",
}
"""Where each kind of encoder lives."""


Encodings = Mapping[str, Floats]
"""Vectors of a batch of listings by the id of the encoder that made them."""


class Encoder(Protocol):
    """Turns listings into vectors; safe to call from several threads."""

    @property
    def id(self) -> str:
        """Hash of the encoder's content: the same id gives the same vectors."""

    @property
    def modality(self) -> str:
        """What of a listing it looks at: ``text`` or ``photo``."""

    @property
    def frozen(self) -> bool:
        """Whether it learned nothing from the labels of training rows.

        Then its vectors of training rows are no sharper than those of others.
        """

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return vectors ``[len(listings), dimensions]``; reads no confirmed field.

        A listing without what the encoder reads (no text, no usable photo) gets zeros.
        """


def load(folder: Path, threads: int = 1) -> Encoder:
    """Load an encoder from its artifact folder; one call of it uses at most ``threads``.

    More than 8 photos or 32 texts are encoded by as many calls at once as there are cores.
    """
    manifest = artifacts.read(folder)
    if manifest.role != "encoder" or manifest.kind not in KINDS:
        raise ArtifactError(
            f"artifact {manifest.id} is a {manifest.role} of kind {manifest.kind!r};"
            f" encoders known here are {', '.join(KINDS)}"
        )
    loaded = import_module(KINDS[manifest.kind]).load(folder, threads)
    if manifest.kind == "transformer" and not manifest.summary.get("finetune_epochs"):
        loaded = replace(loaded, frozen=True)
    return cast(Encoder, loaded)
