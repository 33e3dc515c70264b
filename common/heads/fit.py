"""Fits a head: members on training rows, blends on held-out rows, then members on both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from common import artifacts
from common.encoders import Encoder
from common.evaluation import COLD
from common.features import FIELD_SLOTS
from common.heads.head import Head, later_fields
from common.heads.held import COLD_MEMBER, WARM_MEMBER, Extras, Held, Targets, fit_blends, hold
from common.heads.net import VECTORS, Inputs, Net
from common.heads.reading import read_known, read_rows
from common.heads.settings import LinearSettings, NetSettings
from common.heads.targets import MISSING, Target
from common.heads.train import train_net
from common.heads.train_linear import train_linear
from common.listing import Listing
from common.tables import pack, unpack

if TYPE_CHECKING:
    from common.snapshot import Snapshot

Progress = Callable[[str, float], None]

REFIT_ROWS = 100_000
"""Up to so many rows, members are trained again with the held-out rows among them."""


@dataclass(frozen=True, slots=True)
class Member:
    """One net of a head: its name, the inputs it reads, and how it is trained.

    ``learns`` names the outputs it has, by default all that there are.
    """

    name: str
    reads: tuple[str, ...]
    settings: NetSettings
    learns: tuple[str, ...] = ()


def members(
    vectors: NetSettings, photos: NetSettings, ngrams: NetSettings | None = None
) -> list[Member]:
    """A net on all vectors, one on those of photos alone, and one on n-grams where wanted.

    Each reads the confirmed fields too.
    """
    found = [Member("ngrams", ("text", "fields"), ngrams)] if ngrams else []
    return [
        *found,
        Member("vectors", ("text_vectors", "photo_vectors", "fields"), vectors),
        Member("photos", ("photo_vectors", "fields"), photos),
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a head is made of and how its members are trained.

    ``targets`` turns finished listings into labels; ``linear`` adds linear members for each of
    them but bins (for few classes: they hold a weight per n-gram and class). ``seed`` is added to
    the seed of every net. Members read what there are encoders for, and those that would read
    nothing are left out.
    """

    encoders: Sequence[Encoder]
    fields: Sequence[str]
    targets: Targets
    members: Sequence[Member]
    seed: int = 0
    linear: LinearSettings | None = None


def fit_head(
    plan: Plan,
    rows: list[Listing],
    held_out: list[Listing],
    progress: Progress,
    *,
    facts: Mapping[str, Any] | None = None,
    extras: Extras | None = None,
) -> tuple[Head, list[Held]]:
    """Train the members on ``rows`` and blend them on ``held_out``; also return those as shown.

    Members are blended as they will come back from disk. ``extras`` gives scores of further members
    of an output, made by rules instead of nets.
    """
    progress("reading", 0.0)
    vocabulary, inputs = read_rows(rows, plan.fields, plan.encoders)
    nets = _train(plan, _possible(plan.members, inputs), inputs, plan.targets(rows), progress)
    full = max(float(later_fields(inputs).mean()), 1.0)
    del inputs  # they are large, and the scores of many classes may be too
    encoders, fields = tuple(plan.encoders), tuple(plan.fields)
    head = Head(fields, vocabulary, encoders, nets, {}, dict(facts or {}), full)
    held = hold(head, held_out, plan.targets)
    return replace(head, blends=fit_blends(head, held, extras)), held


def refit(plan: Plan, head: Head, rows: list[Listing], progress: Progress) -> Head:
    """Train members again on ``rows``, those that were held out among them.

    Weights and calibration stay as they were fitted on held-out rows: members that have seen a
    few more rows err alike, a little less. Members that read vectors stay as they are. Encoders
    have not seen the held-out rows, so their vectors tell less about these than about the others,
    and a net that learned from both would be less sure of itself than it should. The vocabulary
    stays too. Of more than ``REFIT_ROWS`` it is not worth the time.
    """
    plain = [each for each in plan.members if not set(each.reads) & set(VECTORS.values())]
    if len(rows) > REFIT_ROWS or not (plain or plan.linear):
        return head

    def again(doing: str, fraction: float) -> None:
        progress(f"once more {doing}", fraction)

    inputs = read_known(rows, head.fields, head.vocabulary)
    nets = _train(plan, plain, inputs, plan.targets(rows), again)
    return replace(head, members={**head.members, **nets})  # in the order of their weights


def _train(
    plan: Plan,
    members: Sequence[Member],
    inputs: Inputs,
    labels: Sequence[Target],
    progress: Progress,
) -> dict[str, Net]:
    """Nets, and linear models where wanted, as they come back from disk."""
    labels = [_learnable(label) for label in labels]
    nets = _train_nets(inputs, labels, members, plan.seed, progress)
    if plan.linear:
        nets |= _train_linear_pairs(inputs, labels, plan.linear, progress)
    return {name: Net(unpack(pack(net.arrays)), net.outputs) for name, net in nets.items()}


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


def _learnable(label: Target) -> Target:
    """Take away classes that are none of the known ones: held-out rows may have such."""
    if label.kind != "classes":
        return label
    return replace(label, values=np.where(label.values < label.size, label.values, MISSING))


def _possible(members: Sequence[Member], inputs: Inputs) -> list[Member]:
    """Take from members what there is nothing to read of; two that then are alike are one."""
    there = {"text", "fields", *(VECTORS[modality] for modality in inputs.vectors)}
    found: dict[tuple[str, ...], Member] = {}
    for member in members:
        reads = tuple(name for name in member.reads if name in there)
        if set(reads) - {"fields"}:
            found.setdefault(reads, replace(member, reads=reads))
    return list(found.values())


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
        learned = [each for each in labels if not member.learns or each.name in member.learns]
        nets[member.name] = train_net(inputs, learned, member.reads, settings, report)
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
