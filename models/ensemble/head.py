"""A trained head: its vocabulary, members and blends, from a listing to calibrated scores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from common.arrays import Floats
from common.encoders import Encoder, Encodings
from common.errors import ArtifactError
from common.features.hashing import FIELD_SLOTS, hash_fields
from common.features.style import style_features
from common.features.vocabulary import Vocabulary, load_vocabulary
from common.listing import EARLY_FIELDS, MODES, Candidate, Listing
from common.nets import label_encoding
from common.nets.features import make_inputs
from common.nets.inputs import Inputs
from common.nets.net import Net
from common.store.packed_arrays import pack, unpack
from models.ensemble import blend
from models.ensemble.blend import Blend, PoolWeights, RowWeights
from models.ensemble.boosted_trees import BoostedTrees, load_boosted_trees
from models.ensemble.stack_features import (
    EMPTY,
    StackFeatures,
    as_columns,
    as_scores,
    load_stack_features,
)

ARRAYS = "head.npz"
SETTINGS = "head.json"
LAYOUT = 4
"""Version of how a head is written; others are refused."""

TREES, ENDS, SIGHT = "trees/", "ends/", "stack_features"
"""How the names of arrays of trees begin, and of what these look at."""

RESIDUAL_SCALE = "spread"
"""The output of members that say how far off a value may be."""

EARLY_PREFIX, FULL_PREFIX = "cold.", "warm."
"""How the names of linear members begin: each weighs nothing in the pool of the other."""

FREQUENCY_PREFIX = "counts."
"""How the names of members begin that count by category."""

_LATER = (~np.isin(FIELD_SLOTS, EARLY_FIELDS)).astype(np.float32)

MemberScores = Mapping[str, Mapping[str, Floats]]
"""Scores ``[rows, classes]`` by member, then by output."""


@dataclass(frozen=True, slots=True)
class ClassProbabilities:
    """Probabilities ``[rows, classes]``, and the calibration of each row ``[rows, 3]``."""

    probabilities: Floats
    betas: Floats

    def rank(self, known: Sequence[str]) -> list[tuple[Candidate, ...]]:
        """Return each row's five most probable classes, named by ``known`` and calibrated."""
        return label_encoding.rank_candidates(self.probabilities, self.betas, known)


@dataclass(frozen=True, slots=True)
class Head:
    """What a model predicts with.

    Attributes:
        fields: Confirmed fields that may be read.
        vocabulary: N-grams and field values known from training.
        encoders: Encoders whose vectors are read.
        members: Nets by name.
        blends: Weights of the members by output.
        facts: The model's own constants (classes, shifts).
        n_late_fields: Usual number of confirmed fields beside the early ones.
        stacking: Trees by output.
        residual_quantiles: Trees that predict quantiles of the residual, by output.
        stack_features: Columns of all trees.
    """

    fields: tuple[str, ...]
    vocabulary: Vocabulary
    encoders: tuple[Encoder, ...]
    members: Mapping[str, Net]
    blends: Mapping[str, Blend]
    facts: Mapping[str, Any]
    n_late_fields: float = 1.0
    stacking: Mapping[str, BoostedTrees] = field(default_factory=dict)
    residual_quantiles: Mapping[str, BoostedTrees] = field(default_factory=dict)
    stack_features: StackFeatures = EMPTY

    def read(self, listings: Sequence[Listing], encodings: Encodings | None = None) -> Inputs:
        """Turn listings into inputs; vectors not given are encoded here."""
        tokens = hash_fields(listings, self.fields)
        inputs = make_inputs(listings, tokens, self.vocabulary, self.encoders, encodings)
        return (
            replace(inputs, style=style_features(listings, self.fields))
            if self.stacking
            else inputs
        )

    @property
    def modes(self) -> tuple[str, ...]:
        """The ways in which it can see a listing: ``MODES``, or only text."""
        reads = [encoder.modality for encoder in self.encoders]
        return MODES if "photo" in reads else MODES[:1]

    def used(self, listings: Sequence[Listing], inputs: Inputs) -> list[tuple[str, ...]]:
        """Name what the head looks at of each listing: ``text``, ``photo``, confirmed fields."""
        found = []
        for listing, photo in zip(listings, inputs.has("photo").tolist(), strict=True):
            seen = ["text"] if listing.title or listing.description else []
            seen += ["photo"] if photo else []
            said = [name for name in self.fields if getattr(listing, name) is not None]
            found.append((*seen, *said))
        return found

    def scores(self, inputs: Inputs) -> dict[str, list[Floats]]:
        """Return each output's scores ``[rows, classes]``, one array a member that answers it.

        Where an output has trees, their scores come last.
        """
        said = {name: net.forward(inputs) for name, net in self.members.items()}
        scores: dict[str, list[Floats]] = {}
        for answers in said.values():
            for name, values in answers.items():
                scores.setdefault(name, []).append(values)
        if self.stacking:
            table = self.table(inputs, said)
            for name, trees in self.stacking.items():
                scores[name].append(as_scores(trees.predict(table), scores[name][0].shape[1]))
        return scores

    def ends(self, output: str, inputs: Inputs, middle: Floats, spread: Sequence[Floats]) -> Floats:
        """Return ``QUANTILES`` of the error of a value ``[rows, 2]``, around its ``middle``.

        ``spread`` are the scores of ``RESIDUAL_SCALE``.
        """
        completeness = self.completeness(inputs)
        cold, warm = (each[:, 0] for each in spread)
        said = np.stack([middle, _between(cold, warm, completeness)], axis=1)
        return self.residual_quantiles[output].predict(
            self.stack_features.table(inputs, said, completeness)
        )

    def table(self, inputs: Inputs, said: MemberScores) -> Floats:
        """Return what the trees in ``stacking`` read, ``[rows, columns]``."""
        completeness = self.completeness(inputs)
        outputs = self.stack_features.outputs
        heard = [each for name in outputs for each in self._hear(name, said, completeness)]
        return self.stack_features.table(inputs, np.concatenate(heard, axis=1), completeness)

    def in_order(self, output: str, said: MemberScores) -> list[Floats]:
        """Scores of an output by the members that answer it, in their order.

        A member that says nothing says 0.
        """
        names = [name for name, net in self.members.items() if output in net.outputs]
        like = next(iter(each[output] for each in said.values() if output in each))
        return [said[name][output] if name in said else np.zeros_like(like) for name in names]

    def pool(self, name: str, scores: Sequence[Floats], inputs: Inputs) -> ClassProbabilities:
        """Blend the members' scores of an output of classes."""
        pools = self._pools(name, inputs)
        return ClassProbabilities(blend.log_linear_pool(scores, pools.weights), pools.betas)

    def add(self, name: str, scores: Sequence[Floats], inputs: Inputs) -> Floats:
        """Blend the members' predictions of a value, ``[rows]``."""
        pools = self._pools(name, inputs)
        return blend.weighted_sum([each[:, 0] for each in scores], pools.weights, pools.constants)

    def completeness(self, inputs: Inputs) -> Floats:
        """How much of a usual listing's later fields each row has confirmed, from 0 to 1."""
        completeness: Floats = np.minimum(
            count_late_fields(inputs) / np.float32(self.n_late_fields), np.float32(1)
        )
        return completeness

    def _hear(self, output: str, said: MemberScores, completeness: Floats) -> Iterator[Floats]:
        """Yield columns ``[rows, k]`` of what plain members say of an output.

        Of the two linear models a row hears the one it is nearer to, or both.
        """
        cold, warm = EARLY_PREFIX + output, FULL_PREFIX + output
        for name, net in self.members.items():
            if output in net.outputs and net.label_free and name not in (cold, warm):
                yield as_columns(said[name][output])
        if cold in said:
            first, last = (as_columns(said[name][output]) for name in (cold, warm))
            yield _between(first, last, completeness[:, None])

    def _pools(self, name: str, inputs: Inputs) -> RowWeights:
        return self.blends[name].at(inputs.modes(), self.completeness(inputs))

    def save(self, folder: Path) -> None:
        """Write the head's files into a folder; ``load_head`` reads them."""
        arrays = {f"vocabulary.{name}": value for name, value in self.vocabulary.arrays().items()}
        for member, net in self.members.items():
            for name, value in pack(net.arrays).items():
                arrays[f"{member}.{name}"] = value
        for kind, forests in ((TREES, self.stacking), (ENDS, self.residual_quantiles)):
            for output, trees in forests.items():
                arrays |= {f"{kind}{output}.{name}": each for name, each in trees.arrays().items()}
        arrays |= {f"{SIGHT}.{name}": each for name, each in self.stack_features.arrays().items()}
        np.savez(folder / ARRAYS, **arrays)  # type: ignore[arg-type]
        settings = {
            "layout": LAYOUT,
            "fields": self.fields,
            "encoders": [encoder.id for encoder in self.encoders],
            "members": {name: net.outputs for name, net in self.members.items()},
            "blends": {name: asdict(blend) for name, blend in self.blends.items()},
            "facts": self.facts,
            "n_late_fields": self.n_late_fields,
            "stacking": list(self.stacking),
            "residual_quantiles": list(self.residual_quantiles),
            "heard": self.stack_features.outputs,
        }
        # Keys stay in their order: blends weigh members by place.
        text = json.dumps(settings, ensure_ascii=False, indent=1)
        (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load_head(folder: Path, encoders: Sequence[Encoder]) -> Head:
    """Load a head.

    Raises ``ArtifactError`` when it was written in another layout, or an encoder that it was
    trained on is not given.
    """
    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    if settings.get("layout") != LAYOUT:
        raise ArtifactError(
            f"artifact {folder.name} was trained by another version of this software:"
            " retrain it with 'listrec train'"
        )
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
            name: Net(unpack(_below(name, arrays)), tuple(outputs))
            for name, outputs in settings["members"].items()
        },
        {name: _blend(values) for name, values in settings["blends"].items()},
        settings["facts"],
        settings["n_late_fields"],
        {
            name: load_boosted_trees(_below(f"{TREES}{name}", arrays))
            for name in settings["stacking"]
        },
        {
            name: load_boosted_trees(_below(f"{ENDS}{name}", arrays))
            for name in settings["residual_quantiles"]
        },
        load_stack_features(settings["heard"], _below(SIGHT, arrays)),
    )


def count_late_fields(inputs: Inputs) -> Floats:
    """How many confirmed field slots, but the early ones, each row has."""
    found: Floats = inputs.weights @ _LATER
    return found


def _between(cold: Floats, warm: Floats, completeness: Floats) -> Floats:
    """What a row hears of two linear models, the one for cold rows and the one for warm ones."""
    return cold + completeness * (warm - cold)


def _blend(values: Mapping[str, Any]) -> Blend:
    return Blend(tuple(map(_pool, values["cold"])), tuple(map(_pool, values["warm"])))


def _pool(values: Mapping[str, Any]) -> PoolWeights:
    return PoolWeights(tuple(values["weights"]), values["constant"], tuple(values["beta"]))


def _below(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    start = prefix + "."
    return {key[len(start) :]: value for key, value in arrays.items() if key.startswith(start)}
