"""The files of a head in a model's artifact folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.encoders import Encoder
from common.errors import ArtifactError
from common.features.vocabulary import load_vocabulary
from common.nets.feature_extractor import FeatureExtractor
from common.nets.net import Net, join, load_net
from common.nets.sparse_linear import SparseLinear, load_sparse_linear
from common.store.packed_arrays import pack
from models.ensemble.blend import Blend, PoolWeights
from models.ensemble.boosted_trees import BoostedTrees, load_boosted_trees
from models.ensemble.head import Head, Member
from models.ensemble.stack_features import load_stack_features

ARRAYS = "head.npz"
SETTINGS = "head.json"

LAYOUT = 5
"""Version of these files; heads of another version are refused."""

VOCABULARY, STACK_FEATURES = "vocabulary", "stack_features"
STACKING, RESIDUAL_QUANTILES = "stacking/", "residual_quantiles/"
"""Prefixes of array names, before the name of an array or of an output."""


def save_head(head: Head, folder: Path) -> None:
    """Write the files of a head into a folder."""
    np.savez(folder / ARRAYS, **_arrays(head))  # type: ignore[arg-type]

    # Keys are not sorted: blends weigh the members in their order.
    text = json.dumps(_settings(head), ensure_ascii=False, indent=1)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def _settings(head: Head) -> dict[str, Any]:
    """Return the part of a head that is no array, as JSON values."""
    return {
        "layout": LAYOUT,
        "fields": head.features.fields,
        "encoders": [encoder.id for encoder in head.features.encoders],
        "members": {name: net.outputs for name, net in head.members.items()},
        "blends": {output: asdict(blend) for output, blend in head.blends.items()},
        "n_late_fields": head.n_late_fields,
        "stacking": list(head.stacking),
        "residual_quantiles": list(head.residual_quantiles),
        "stack_outputs": head.stack_features.outputs,
    }


def load_head(folder: Path, encoders: Sequence[Encoder]) -> Head:
    """Load a head from its folder.

    Raises:
        ArtifactError: The head was written in another layout, or an encoder that it was trained on
            is not among ``encoders``.
    """
    settings = _read_settings(folder)
    chosen_encoders = _select_encoders(folder, settings["encoders"], encoders)
    with np.load(folder / ARRAYS, allow_pickle=False) as file:
        arrays = dict(file)

    members = _load_members(settings["members"], arrays)
    nets = {name: net for name, net in members.items() if isinstance(net, Net)}
    joined = join(nets)
    stack_arrays = _with_prefix(f"{STACK_FEATURES}.", arrays)
    return Head(
        features=_load_features(settings, chosen_encoders, arrays),
        members={**members, **joined.nets},
        blends=_load_blends(settings["blends"]),
        n_late_fields=settings["n_late_fields"],
        stacking=_load_trees(STACKING, settings["stacking"], arrays),
        residual_quantiles=_load_trees(
            RESIDUAL_QUANTILES,
            settings["residual_quantiles"],
            arrays,
        ),
        stack_features=load_stack_features(settings["stack_outputs"], stack_arrays),
        joined_nets=joined,
    )


def _read_settings(folder: Path) -> dict[str, Any]:
    """Return the settings of a head; heads of another layout are refused."""
    text = (folder / SETTINGS).read_text(encoding="utf-8")
    settings: dict[str, Any] = json.loads(text)
    if settings.get("layout") != LAYOUT:
        raise ArtifactError(
            f"artifact {folder.name} was trained by another version of this software:"
            " retrain it with 'listrec train'"
        )
    return settings


def _load_features(
    settings: Mapping[str, Any],
    encoders: Sequence[Encoder],
    arrays: Mapping[str, NDArray[Any]],
) -> FeatureExtractor:
    # Style features are columns of the stacked trees alone: without trees nobody reads them.
    has_trees = bool(settings["stacking"])
    vocabulary_arrays = _with_prefix(f"{VOCABULARY}.", arrays)
    return FeatureExtractor(
        settings["fields"],
        encoders,
        with_style=has_trees,
        vocabulary=load_vocabulary(vocabulary_arrays),
    )


def _arrays(head: Head) -> dict[str, NDArray[Any]]:
    """Return all arrays of a head by their names in the file."""
    parts: dict[str, Mapping[str, NDArray[Any]]] = {
        VOCABULARY: head.features.vocabulary.arrays(),
        STACK_FEATURES: head.stack_features.arrays(),
    }
    for name, net in head.members.items():
        parts[name] = (
            net.packed() if isinstance(net, SparseLinear) else pack(net.arrays)
        )
    for output, trees in head.stacking.items():
        parts[STACKING + output] = trees.arrays()
    for output, trees in head.residual_quantiles.items():
        parts[RESIDUAL_QUANTILES + output] = trees.arrays()

    return {
        f"{part}.{name}": array
        for part, named in parts.items()
        for name, array in named.items()
    }


def _select_encoders(
    folder: Path, ids: Sequence[str], encoders: Sequence[Encoder]
) -> list[Encoder]:
    """Return the encoders with the given ids."""
    by_id = {encoder.id: encoder for encoder in encoders}
    missing = [name for name in ids if name not in by_id]
    if missing:
        raise ArtifactError(
            f"artifact {folder.name} was trained on encoder {missing[0]},"
            f" but is given {', '.join(by_id) or 'none'}: a release keeps those that fit together"
        )
    return [by_id[name] for name in ids]


def _load_members(
    outputs: Mapping[str, Sequence[str]], arrays: Mapping[str, NDArray[Any]]
) -> dict[str, Member]:
    members: dict[str, Member] = {}
    for name, names in outputs.items():
        packed = _with_prefix(f"{name}.", arrays)
        if "frequencies" in packed:
            [output] = names
            members[name] = load_sparse_linear(output, packed)
        else:
            members[name] = load_net(packed, names)
    return members


def _load_blends(values: Mapping[str, Any]) -> dict[str, Blend]:
    return {
        output: Blend(
            *(tuple(map(_load_pool, pools[name])) for name in ("early", "full"))
        )
        for output, pools in values.items()
    }


def _load_pool(values: Mapping[str, Any]) -> PoolWeights:
    weights, beta = tuple(values["weights"]), tuple(values["beta"])
    return PoolWeights(weights, values["constant"], beta)


def _load_trees(
    prefix: str, outputs: Sequence[str], arrays: Mapping[str, NDArray[Any]]
) -> dict[str, BoostedTrees]:
    trees = {}
    for output in outputs:
        stored = _with_prefix(f"{prefix}{output}.", arrays)
        trees[output] = load_boosted_trees(stored)
    return trees


def _with_prefix(
    prefix: str, arrays: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return the arrays whose names start with a prefix, without it."""
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
