"""A trained head: its vocabulary, members and blends, from a listing to calibrated scores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from common.arrays import Floats
from common.encoders import Encoder, Encodings
from common.errors import ArtifactError
from common.evaluation import COLD
from common.features import FIELD_SLOTS, FieldTokens, hash_fields, hash_text
from common.heads import blend, labels
from common.heads.blend import Blend, Pool
from common.heads.net import Inputs, Net
from common.listing import Candidate, Listing
from common.vocabulary import Vocabulary, load_vocabulary

ARRAYS = "head.npz"
SETTINGS = "head.json"


@dataclass(frozen=True, slots=True)
class Pooled:
    """Probabilities ``[rows, classes]``, and the calibration of each row ``[rows, 3]``."""

    probabilities: Floats
    betas: Floats

    def rank(self, known: Sequence[str]) -> list[tuple[Candidate, ...]]:
        """Return each row's five most probable classes, named by ``known`` and calibrated."""
        return labels.rank(self.probabilities, self.betas, known)


@dataclass(frozen=True, slots=True)
class Head:
    """What a model predicts with; ``facts`` are the model's own constants (classes, shifts).

    ``fields`` are the confirmed fields it may look at, ``members`` its nets by name, ``blends``
    the weights of the members for each output, ``full`` the number of confirmed fields, but the
    early ones, of a usual finished listing.
    """

    fields: tuple[str, ...]
    vocabulary: Vocabulary
    encoders: tuple[Encoder, ...]
    members: Mapping[str, Net]
    blends: Mapping[str, Blend]
    facts: Mapping[str, Any]
    full: float = 1.0

    def read(self, listings: Sequence[Listing], encodings: Encodings | None = None) -> Inputs:
        """Turn listings into inputs; vectors not given are encoded here."""
        tokens = hash_fields(listings, self.fields)
        return make_inputs(listings, tokens, self.vocabulary, self.encoders, encodings)

    def used(self, listing: Listing) -> tuple[str, ...]:
        """Name what of a listing the head looks at: ``text``, and confirmed fields."""
        said = (name for name in self.fields if getattr(listing, name) is not None)
        return (*(("text",) if listing.title or listing.description else ()), *said)

    def scores(self, inputs: Inputs) -> dict[str, list[Floats]]:
        """Return each output's scores ``[rows, classes]``, one array a member that answers it."""
        scores: dict[str, list[Floats]] = {}
        for net in self.members.values():
            for name, values in net.forward(inputs).items():
                scores.setdefault(name, []).append(values)
        return scores

    def pool(self, name: str, scores: Sequence[Floats], inputs: Inputs) -> Pooled:
        """Blend the members' scores of an output of classes or bins."""
        warmth, weights = self.warmth(inputs), self.blends[name]
        return Pooled(blend.pool(scores, weights.weights(warmth)), weights.betas(warmth))

    def add(self, name: str, scores: Sequence[Floats], inputs: Inputs) -> Floats:
        """Blend the members' predictions of a value, ``[rows]``."""
        warmth, weights = self.warmth(inputs), self.blends[name]
        values = [each[:, 0] for each in scores]
        return blend.add(values, weights.weights(warmth), weights.constants(warmth))

    def warmth(self, inputs: Inputs) -> Floats:
        """How much of a usual listing's later fields each row has confirmed, from 0 to 1."""
        warmth: Floats = np.minimum(later_fields(inputs) / np.float32(self.full), np.float32(1))
        return warmth

    def save(self, folder: Path) -> None:
        """Write the head's files into a folder; ``load_head`` reads them."""
        arrays = {f"vocabulary.{name}": value for name, value in self.vocabulary.arrays().items()}
        for member, net in self.members.items():
            for name, value in net.arrays.items():
                arrays[f"{member}.{name}"] = value.astype(np.float16)
        np.savez(folder / ARRAYS, **arrays)  # type: ignore[arg-type]
        settings = {
            "fields": self.fields,
            "encoders": [encoder.id for encoder in self.encoders],
            "members": {name: net.outputs for name, net in self.members.items()},
            "blends": {name: asdict(blend) for name, blend in self.blends.items()},
            "facts": self.facts,
            "full": self.full,
        }
        # Keys stay in their order: blends weigh members by place.
        text = json.dumps(settings, ensure_ascii=False, indent=1)
        (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load_head(folder: Path, encoders: Sequence[Encoder]) -> Head:
    """Load a head; raises ``ArtifactError`` when an encoder it was trained on is not given."""
    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    given = {encoder.id: encoder for encoder in encoders}
    lacking = [name for name in settings["encoders"] if name not in given]
    if lacking:
        raise ArtifactError(
            f"artifact {folder.name} was trained on encoder {lacking[0]},"
            f" but is given {', '.join(given) or 'none'}: a release keeps those that fit together"
        )
    with np.load(folder / ARRAYS, allow_pickle=False) as file:
        arrays = dict(file)
    return Head(
        tuple(settings["fields"]),
        load_vocabulary(_below("vocabulary", arrays)),
        tuple(given[name] for name in settings["encoders"]),
        {
            name: Net(
                {key: value.astype(np.float32) for key, value in _below(name, arrays).items()},
                tuple(outputs),
            )
            for name, outputs in settings["members"].items()
        },
        {name: _blend(values) for name, values in settings["blends"].items()},
        settings["facts"],
        settings["full"],
    )


def later_fields(inputs: Inputs) -> Floats:
    """How many confirmed field slots, but the early ones, each row has."""
    later = ~np.isin(FIELD_SLOTS, COLD)
    found: Floats = inputs.weights @ later.astype(np.float32)
    return found


def make_inputs(
    listings: Sequence[Listing],
    tokens: FieldTokens,
    vocabulary: Vocabulary,
    encoders: Sequence[Encoder],
    encodings: Encodings | None = None,
) -> Inputs:
    """Assemble what nets read; the same for training and serving."""
    given = encodings or {}
    vectors = [
        given[encoder.id] if encoder.id in given else encoder.encode(listings)
        for encoder in encoders
    ]
    return Inputs(
        vocabulary.text(hash_text(listings), len(listings)),
        *vocabulary.fields(tokens),
        np.concatenate(vectors, axis=1) if vectors else np.zeros((len(listings), 0), np.float32),
    )


def _blend(values: Mapping[str, Any]) -> Blend:
    return Blend(_pool(values["cold"]), _pool(values["warm"]))


def _pool(values: Mapping[str, Any]) -> Pool:
    return Pool(tuple(values["weights"]), values["constant"], tuple(values["beta"]))


def _below(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    start = prefix + "."
    return {key[len(start) :]: value for key, value in arrays.items() if key.startswith(start)}
