"""Fits a head on a snapshot: members on training rows, blends on validation rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from common.arrays import Floats
from common.encoders import Encoder
from common.evaluation import COLD
from common.features import FIELD_SLOTS, FieldTokens, fit_vocabulary, hash_fields, hash_text
from common.heads import blend
from common.heads.head import Head, make_inputs
from common.heads.net import Inputs
from common.heads.settings import LinearSettings, NetSettings
from common.heads.train import Target, train_net
from common.heads.train_linear import train_linear
from common.listing import Listing

if TYPE_CHECKING:
    from common.snapshot import Snapshot

Progress = Callable[[str, float], None]
Targets = Callable[[Sequence[Listing]], list[Target]]
Extras = Callable[[Sequence[Listing]], dict[str, list[Floats]]]


@dataclass(frozen=True, slots=True)
class Member:
    """One net of a head: its name, the inputs it reads, and how it is trained."""

    name: str
    reads: tuple[str, ...]
    settings: NetSettings


@dataclass(frozen=True, slots=True)
class Held:
    """Validation rows, each once cold and once warm, for a model's own calibration."""

    listings: list[Listing]
    inputs: Inputs
    targets: list[Target]


def members(ngrams: NetSettings, vectors: NetSettings) -> tuple[Member, ...]:
    """Return the two members every head has: one on n-grams, one on the encoders' vectors."""
    return (
        Member("ngrams", ("text", "fields"), ngrams),
        Member("vectors", ("dense", "fields"), vectors),
    )


def fit_head(
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    fields: Sequence[str],
    targets: Targets,
    chosen: Sequence[Member],
    progress: Progress,
    *,
    linear: LinearSettings | None = None,
    facts: Mapping[str, Any] | None = None,
    extras: Extras | None = None,
) -> tuple[Head, Held]:
    """Train the members and blend them; also return the rows the blends were fitted on.

    ``targets`` turns finished listings into labels; ``linear`` adds a linear member for each of
    them but bins (for few classes: it holds a weight per n-gram and class); ``extras`` gives
    scores of further members of an output, made by rules instead of nets.
    """
    progress("reading", 0.0)
    rows = snapshot.read("train")
    tokens = hash_fields(rows, fields)
    vocabulary = fit_vocabulary(hash_text(rows), tokens, len(rows))
    inputs = make_inputs(rows, tokens, vocabulary, encoders)
    labels = targets(rows)
    nets = {}
    for number, member in enumerate(chosen):

        def report(fraction: float, number: int = number, name: str = member.name) -> None:
            progress(f"training on {name}", (number + fraction) / len(chosen))

        nets[member.name] = train_net(inputs, labels, member.reads, member.settings, report)
    if linear:
        for label in labels:
            if label.kind != "bins":
                progress(f"training a linear model of {label.name}", 1.0)
                nets[f"linear.{label.name}"] = train_linear(inputs, label, linear)
    head = Head(tuple(fields), vocabulary, tuple(encoders), nets, {}, dict(facts or {}))
    held = _hold(head, snapshot.read("validation"), targets)
    return replace(head, blends=_blend(head, held, extras)), held


def _hold(head: Head, listings: list[Listing], targets: Targets) -> Held:
    warm = hash_fields(listings, head.fields)
    cold_slots = np.isin(FIELD_SLOTS, COLD).astype(np.float32)
    both = FieldTokens(
        np.concatenate([warm.hashes, warm.hashes]),
        np.concatenate([warm.weights * cold_slots, warm.weights]),
    )
    twice = [*listings, *listings]
    inputs = make_inputs(twice, both, head.vocabulary, head.encoders)
    return Held(twice, inputs, targets(twice))


def _blend(head: Head, held: Held, extras: Extras | None) -> dict[str, blend.Blend]:
    scores = head.scores(held.inputs)
    for name, more in (extras(held.listings) if extras else {}).items():
        scores[name] = [*scores[name], *more]
    blends = {}
    for target in held.targets:
        given = scores[target.name]
        if target.kind == "value":
            values = [member[:, 0].astype(np.float64) for member in given]
            blends[target.name] = blend.fit_values(values, target.values)
        elif target.kind == "bins":
            blends[target.name] = blend.fit_bins(given, target.values)
        else:
            blends[target.name] = blend.fit_classes(given, target.values)
    return blends
