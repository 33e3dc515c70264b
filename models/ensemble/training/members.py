"""Trains the members of a head, nets, discriminants and linear models; training code only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from common.features.hashing import FIELD_SLOTS
from common.listing import EARLY_FIELDS
from common.nets.inputs import VECTORS, Inputs
from common.nets.net import Net
from common.nets.targets import MISSING, Target
from common.nets.training.net import train_net
from common.store.packed_arrays import pack, unpack
from models.ensemble.head import EARLY_PREFIX, FREQUENCY_PREFIX, FULL_PREFIX
from models.ensemble.settings import LdaSettings, LinearSettings
from models.ensemble.spec import EnsembleSpec, Member
from models.ensemble.training.frequencies import train_frequencies
from models.ensemble.training.lda import train_lda
from models.ensemble.training.linear import train_linear

Progress = Callable[[str, float], None]


def train_members(
    plan: EnsembleSpec,
    members: Sequence[Member],
    inputs: Inputs,
    labels: Sequence[Target],
    progress: Progress,
) -> dict[str, Net]:
    """Train some of the plan's members, and its linear ones, as they come back from disk."""
    labels = [_learnable(label) for label in labels]
    nets = {}
    for number, member in enumerate(members):

        def report(fraction: float, number: int = number, name: str = member.name) -> None:
            progress(f"training on {name}", (number + fraction) / len(members))

        learned = [each for each in labels if not member.learns or each.name in member.learns]
        nets[member.name] = _train(member, inputs, learned, plan.seed, report)
    if plan.linear:
        nets |= _train_linear_pairs(inputs, labels, plan.linear, progress)
        several = [label for label in labels if label.is_multiclass]
        nets |= {
            FREQUENCY_PREFIX + label.name: train_frequencies(inputs, label) for label in several
        }
    return {name: Net(unpack(pack(net.arrays)), net.outputs) for name, net in nets.items()}


def usable_members(members: Sequence[Member], inputs: Inputs) -> list[Member]:
    """Take from members what there is nothing to read of; of two then alike one is kept."""
    there = {"text", "fields", *(VECTORS[modality] for modality in inputs.vectors)}
    found: dict[tuple[object, ...], Member] = {}
    for member in members:
        reads = tuple(name for name in member.inputs if name in there)
        if set(reads) - {"fields"}:
            found.setdefault((type(member.settings), *reads), replace(member, inputs=reads))
    return list(found.values())


def _train(
    member: Member,
    inputs: Inputs,
    targets: Sequence[Target],
    seed: int,
    report: Callable[[float], None],
) -> Net:
    if isinstance(member.settings, LdaSettings):
        return train_lda(inputs, targets[0], member.inputs[0], member.settings)
    settings = replace(member.settings, seed=member.settings.seed + seed)
    return train_net(inputs, targets, member.inputs, settings, report)


def _learnable(label: Target) -> Target:
    """Take away classes that are none of the known ones: held-out rows may have such."""
    if label.kind != "classes":
        return label
    return replace(label, values=np.where(label.values < label.size, label.values, MISSING))


def _train_linear_pairs(
    inputs: Inputs, labels: Sequence[Target], settings: LinearSettings, progress: Progress
) -> dict[str, Net]:
    """For each label a model that reads all fields and one that reads only the early ones.

    One linear model cannot serve both: what a category explains when it is known, the words that
    go with it must explain when it is not.
    """
    nets, early = {}, np.isin(FIELD_SLOTS, EARLY_FIELDS)
    for label in labels:
        progress(f"training a linear model of {label.name}", 1.0)
        nets[EARLY_PREFIX + label.name] = train_linear(inputs, label, settings, early)
        nets[FULL_PREFIX + label.name] = train_linear(inputs, label, settings, early | True)
    return nets
