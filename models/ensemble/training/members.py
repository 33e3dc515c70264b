"""Training of the members of a head: nets, discriminants, linear models and frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from common.nets.inputs import EARLY_SLOTS, VECTORS, Inputs
from common.nets.net import Net
from common.nets.targets import MISSING, Target
from common.nets.training.net import train_net
from common.progress import FractionDone, Progress
from models.ensemble.head import EARLY_PREFIX, FREQUENCY_PREFIX, FULL_PREFIX
from models.ensemble.settings import LdaSettings, LinearSettings
from models.ensemble.spec import EnsembleSpec, Member
from models.ensemble.training.frequencies import train_frequencies
from models.ensemble.training.lda import train_lda
from models.ensemble.training.linear import train_linear


def train_members(
    spec: EnsembleSpec,
    members: Sequence[Member],
    inputs: Inputs,
    targets: Sequence[Target],
    progress: Progress,
) -> dict[str, Net]:
    """Train some members, and the linear ones and frequencies of the specification.

    Returns nets by name, with weights rounded as an artifact stores them.
    """
    targets = [_without_unknown_classes(target) for target in targets]
    nets = {}
    for number, member in enumerate(members):

        def report(
            fraction: float, number: int = number, name: str = member.name
        ) -> None:
            """Report the fraction of all members."""
            progress(f"training on {name}", (number + fraction) / len(members))

        nets[member.name] = _train_member(member, inputs, targets, spec.seed, report)

    if spec.linear:
        nets |= _train_linear_pairs(
            inputs,
            targets,
            spec.linear,
            progress,
        )
        nets |= _train_frequencies(inputs, targets)
    return {name: net.as_stored() for name, net in nets.items()}


def usable_members(members: Sequence[Member], inputs: Inputs) -> list[Member]:
    """Return the members that have inputs beside fields, without the inputs that are absent.

    If several members become alike, the first is kept.
    """
    vector_names = [VECTORS[modality] for modality in inputs.vectors]
    available = {"text", "fields", *vector_names}
    usable: dict[tuple[object, ...], Member] = {}
    for member in members:
        names = tuple(name for name in member.inputs if name in available)

        # Fields alone are few: the other members read them too.
        if set(names) - {"fields"}:
            key = (type(member.settings), *names)
            usable.setdefault(key, replace(member, inputs=names))
    return list(usable.values())


def _without_unknown_classes(target: Target) -> Target:
    """Return the target with unknown classes as missing: validation rows may have some."""
    if target.kind != "classes":
        return target
    values = np.where(target.values < target.size, target.values, MISSING)
    return replace(target, values=values)


def _train_member(
    member: Member,
    inputs: Inputs,
    targets: Sequence[Target],
    seed: int,
    progress: FractionDone,
) -> Net:
    learned = [
        target
        for target in targets
        if not member.learns or target.name in member.learns
    ]
    if isinstance(member.settings, LdaSettings):
        return train_lda(
            inputs,
            learned[0],
            member.inputs[0],
            member.settings,
        )
    settings = replace(member.settings, seed=member.settings.seed + seed)
    return train_net(
        inputs,
        learned,
        member.inputs,
        settings,
        progress,
    )


def _train_frequencies(inputs: Inputs, targets: Sequence[Target]) -> dict[str, Net]:
    """Count classes by category for each target of more than two classes."""
    nets = {}
    for target in targets:
        if target.is_multiclass:
            nets[FREQUENCY_PREFIX + target.name] = train_frequencies(inputs, target)
    return nets


def _train_linear_pairs(
    inputs: Inputs,
    targets: Sequence[Target],
    settings: LinearSettings,
    progress: Progress,
) -> dict[str, Net]:
    """Train a linear model over early fields and one over all fields for each target.

    One linear model cannot serve both: what a known category explains, the words that go with it
    must explain when it is not known.
    """
    all_slots = np.ones_like(EARLY_SLOTS)
    nets = {}
    for target in targets:
        progress(f"training a linear model of {target.name}", 1.0)
        early = train_linear(
            inputs,
            target,
            settings,
            EARLY_SLOTS,
        )
        full = train_linear(inputs, target, settings, all_slots)
        nets[EARLY_PREFIX + target.name] = early
        nets[FULL_PREFIX + target.name] = full
    return nets
