"""Training of the members of a head: nets and linear models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from common.arrays import Ints, evenly_spaced
from common.nets.inputs import EARLY_SLOTS, VECTORS, Inputs
from common.nets.targets import Target
from common.nets.training.net import train_net
from common.progress import Progress
from models.ensemble import head
from models.ensemble.head import EARLY_PREFIX, FULL_PREFIX
from models.ensemble.settings import LinearSettings
from models.ensemble.spec import EnsembleSpec, Member
from models.ensemble.training.frequencies import can_count, train_frequencies
from models.ensemble.training.linear import (
    ALL_SLOTS,
    LinearChoice,
    choose_penalty,
    has_few_classes,
    train_linear,
)
from models.ensemble.training.many_classes import (
    can_fit,
    can_read_characters,
    train_sparse_linear,
)
from models.ensemble.training.ridge import MAX_DIRECT_ROWS

FREQUENCY_PREFIX = "frequencies."
"""Prefix of the member that knows only how likely a class is in a category."""

LINEAR_PREFIX = "linear."
"""Prefix of the linear member of an output of many classes."""


MAX_PENALTY_ROWS = 2_500
"""Maximum number of rows that penalties are compared on."""

Members = dict[str, head.Member]
"""Trained members by name, with weights rounded as an artifact stores them."""


def train_members(
    spec: EnsembleSpec,
    members: Sequence[Member],
    inputs: Inputs,
    targets: Sequence[Target],
    progress: Progress,
) -> Members:
    """Train some of the specification's members."""
    trained: Members = {}
    for number, member in enumerate(members):

        def report(
            fraction: float, number: int = number, name: str = member.name
        ) -> None:
            """Report the fraction of all members."""
            progress(f"training on {name}", (number + fraction) / len(members))

        settings = replace(member.settings, seed=member.settings.seed + spec.seed)
        net = train_net(inputs, targets, member.inputs, settings, report)
        trained[member.name] = net.as_stored()
    return trained


def train_linear_members(
    inputs: Inputs,
    targets: Sequence[Target],
    choices: Mapping[str, LinearChoice],
    progress: Progress,
) -> Members:
    """Train the linear members of every output that has a choice, and frequencies by category.

    Of many classes it is one model over n-grams. Of a value or a few classes there are two, over
    early fields and over all fields: what a known category explains, the words that go with it must
    explain when it is not known.
    """
    trained: Members = {}
    for target in targets:
        if target.name not in choices:
            continue
        progress(f"training a linear model of {target.name}", 1.0)
        choice = choices[target.name]
        if choice.with_frequencies:
            net = train_frequencies(inputs, target)
            trained[FREQUENCY_PREFIX + target.name] = net.as_stored()
        if has_few_classes(target):
            for prefix, slots in _PAIR.items():
                net = train_linear(inputs, target, choice.penalty, slots)
                trained[prefix + target.name] = net.as_stored()
        else:
            linear = train_sparse_linear(inputs, target, choice)
            trained[LINEAR_PREFIX + target.name] = linear.as_stored()
    return trained


def choose_linear(
    settings: LinearSettings,
    inputs: Inputs,
    targets: Sequence[Target],
    groups: Ints,
) -> dict[str, LinearChoice]:
    """Choose the linear members of each output; those that would take too long are left out.

    Args:
        settings: The candidates.
        inputs: All rows: their number decides what there is time for.
        targets: Their labels.
        groups: Their groups; penalties are compared on rows of others than they are fitted to.
    """
    sample = evenly_spaced(len(inputs), MAX_PENALTY_ROWS)
    sampled = inputs.take(sample)
    choices = {}
    for target in targets:
        if can_fit(inputs, target):
            with_kernel = int(target.has_label.sum()) <= MAX_DIRECT_ROWS
            penalty, with_margin = choose_penalty(
                sampled,
                target.take(sample),
                settings.penalties,
                groups[sample],
                try_margin=with_kernel and not has_few_classes(target),
            )
            choices[target.name] = LinearChoice(
                penalty,
                with_kernel=with_kernel,
                with_margin=with_margin,
                with_characters=can_read_characters(inputs, target),
                with_frequencies=inputs.has_categories and can_count(target),
            )
    return choices


_PAIR = {EARLY_PREFIX: EARLY_SLOTS, FULL_PREFIX: ALL_SLOTS}
"""Prefixes of the two linear members, and the field slots that they read."""


def usable_members(members: Sequence[Member], inputs: Inputs) -> list[Member]:
    """Return the members with enough rows and inputs; some of them read characters too."""
    vector_names = [VECTORS[modality] for modality in inputs.vectors]
    available = {"text", "fields", *vector_names}
    usable = []
    for member in members:
        if len(inputs) >= member.min_rows and available.issuperset(member.inputs):
            usable.append(_with_characters(member, inputs))
    return usable


def _with_characters(member: Member, inputs: Inputs) -> Member:
    min_rows = member.min_character_rows
    if inputs.characters is None or min_rows is None or len(inputs) < min_rows:
        return member
    return replace(member, inputs=(*member.inputs, "characters"))
