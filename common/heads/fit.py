"""Fits a head on a snapshot: members on training rows, blends on validation rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from common import artifacts
from common.arrays import Floats
from common.encoders import Encoder
from common.evaluation import COLD
from common.features import FIELD_SLOTS, FieldTokens, hash_fields, hash_text
from common.heads import blend
from common.heads.blend import Blend, Pool
from common.heads.head import Head, later_fields, make_inputs
from common.heads.net import Inputs, Net
from common.heads.settings import LinearSettings, NetSettings
from common.heads.train import Target, train_net
from common.heads.train_linear import train_linear
from common.listing import Listing
from common.vocabulary import fit_vocabulary

if TYPE_CHECKING:
    from common.snapshot import Snapshot

Progress = Callable[[str, float], None]
Targets = Callable[[Sequence[Listing]], list[Target]]
Extras = Callable[[Sequence[Listing]], dict[str, list[Floats]]]


COLD_MEMBER, WARM_MEMBER = "cold.", "warm."
"""How the names of linear members begin: each weighs nothing in the pool of the other."""


@dataclass(frozen=True, slots=True)
class Member:
    """One net of a head: its name, the inputs it reads, and how it is trained."""

    name: str
    reads: tuple[str, ...]
    settings: NetSettings


@dataclass(frozen=True, slots=True)
class Held:
    """Validation rows, first all cold, then all warm, for a model's own calibration."""

    listings: list[Listing]
    inputs: Inputs
    targets: list[Target]


def ngrams_member(settings: NetSettings) -> Member:
    """A net on n-grams and confirmed fields."""
    return Member("ngrams", ("text", "fields"), settings)


def vectors_member(settings: NetSettings) -> Member:
    """A net on the encoders' vectors and confirmed fields."""
    return Member("vectors", ("dense", "fields"), settings)


def fit_head(
    rows: list[Listing],
    held_out: list[Listing],
    encoders: Sequence[Encoder],
    fields: Sequence[str],
    targets: Targets,
    members: Sequence[Member],
    progress: Progress,
    *,
    seed: int = 0,
    linear: LinearSettings | None = None,
    facts: Mapping[str, Any] | None = None,
    extras: Extras | None = None,
) -> tuple[Head, Held]:
    """Train the members on ``rows`` and blend them on ``held_out``; also return those as shown.

    ``seed`` is added to the seed of every net; ``targets`` turns finished listings into labels;
    ``linear`` adds linear members for each of them but bins (for few classes: they hold a weight
    per n-gram and class); ``extras`` gives scores of further members of an output, made by rules
    instead of nets.
    """
    progress("reading", 0.0)
    tokens = hash_fields(rows, fields)
    vocabulary = fit_vocabulary(hash_text(rows), tokens, len(rows))
    inputs = make_inputs(rows, tokens, vocabulary, encoders)
    labels = targets(rows)
    nets = _train_nets(inputs, labels, members, seed, progress)
    if linear:
        nets |= _train_linear_pairs(inputs, labels, linear, progress)
    full = max(float(later_fields(inputs).mean()), 1.0)
    head = Head(tuple(fields), vocabulary, tuple(encoders), nets, {}, dict(facts or {}), full)
    held = _hold(head, held_out, targets)
    return replace(head, blends=_blend(head, held, extras)), held


def write_model(
    out: Path,
    name: str,
    head: Head,
    snapshot: Snapshot,
    config: Any,
    facts: Mapping[str, Any],
    save: Callable[[Path], None] | None = None,
) -> Path:
    """Write a model's artifact below ``out`` and return its folder.

    ``facts`` are figures worth showing on its card, beside the weights of its members; ``save``
    writes the files, the head's alone by default.
    """
    return artifacts.write(
        out,
        role="model",
        name=name,
        kind="head",
        save=save or head.save,
        encoders=tuple(encoder.id for encoder in head.encoders),
        snapshot=snapshot.id,
        config=asdict(config),
        facts={**facts, "blends": {name: asdict(each) for name, each in head.blends.items()}},
    )


def _train_nets(
    inputs: Inputs,
    labels: Sequence[Target],
    members: Sequence[Member],
    seed: int,
    progress: Progress,
) -> dict[str, Net]:
    nets = {}
    for number, member in enumerate(members):

        def report(fraction: float, number: int = number, name: str = member.name) -> None:
            progress(f"training on {name}", (number + fraction) / len(members))

        settings = replace(member.settings, seed=member.settings.seed + seed)
        nets[member.name] = train_net(inputs, labels, member.reads, settings, report)
    return nets


def _train_linear_pairs(
    inputs: Inputs, labels: Sequence[Target], settings: LinearSettings, progress: Progress
) -> dict[str, Net]:
    """For each label a model that reads all fields and one that reads only the early ones.

    One linear model cannot serve both: what a category explains when it is known, the words that
    go with it must explain when it is not.
    """
    nets, early = {}, np.isin(FIELD_SLOTS, COLD)
    for label in labels:
        if label.kind != "bins":
            progress(f"training a linear model of {label.name}", 1.0)
            nets[COLD_MEMBER + label.name] = train_linear(inputs, label, settings, early)
            nets[WARM_MEMBER + label.name] = train_linear(inputs, label, settings, early | True)
    return nets


def _hold(head: Head, listings: list[Listing], targets: Targets) -> Held:
    warm = hash_fields(listings, head.fields)
    early = np.isin(FIELD_SLOTS, COLD).astype(np.float32)
    both = FieldTokens(
        np.concatenate([warm.hashes, warm.hashes]),
        np.concatenate([warm.weights * early, warm.weights]),
    )
    twice = [*listings, *listings]
    inputs = make_inputs(twice, both, head.vocabulary, head.encoders)
    return Held(twice, inputs, targets(twice))


def _blend(head: Head, held: Held, extras: Extras | None) -> dict[str, Blend]:
    scores = head.scores(held.inputs)
    for name, more in (extras(held.listings) if extras else {}).items():
        scores[name] = [*scores[name], *more]
    half = len(held.listings) // 2
    parts = ((WARM_MEMBER, slice(None, half)), (COLD_MEMBER, slice(half, None)))
    blends = {}
    for target in held.targets:
        names = [name for name, net in head.members.items() if target.name in net.outputs]
        pools = []
        for foreign, part in parts:
            skipped = [place for place, name in enumerate(names) if name.startswith(foreign)]
            shown = [each[part] for each in scores[target.name]]
            pools.append(_fit_pool(shown, skipped, target.kind, target.values[part]))
        blends[target.name] = Blend(*pools)
    return blends


def _fit_pool(
    scores: Sequence[Floats], skipped: Sequence[int], kind: str, truth: NDArray[np.float64]
) -> Pool:
    """Fit a pool of all but the skipped members, which weigh nothing."""
    kept = [each for place, each in enumerate(scores) if place not in skipped]
    if kind == "value":
        pool = blend.fit_values([each[:, 0].astype(np.float64) for each in kept], truth)
    else:
        pool = (blend.fit_bins if kind == "bins" else blend.fit_classes)(kept, truth)
    weights = iter(pool.weights)
    full = tuple(0.0 if place in skipped else next(weights) for place in range(len(scores)))
    return replace(pool, weights=full)
