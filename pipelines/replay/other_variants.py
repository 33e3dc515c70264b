"""Variants of experiments that show other categories than the ranking in use."""

from __future__ import annotations

from collections.abc import Iterator

from common.errors import InputError
from common.events import DRAWN_FIELD
from common.experiments.definition import PAGE, Experiment, Parameters
from common.experiments.published import Published
from models.layers import LAYERS

Variants = frozenset[tuple[str, str]]
"""Variants by the key of their experiment and their name."""


def find_other_variants(known: Published) -> Variants:
    """Return the variants whose sellers saw other categories, of all that is or was published."""
    return frozenset(
        (experiment.key, variant.name)
        for experiment in _experiments(known)
        if experiment.layer in (PAGE, DRAWN_FIELD)
        for variant in experiment.variants
        if not variant.is_shadow
        and (variant.release or variant.parameters != Parameters())
    )


def _experiments(known: Published) -> Iterator[Experiment]:
    for key in {**known.former, **known.files}:
        try:
            yield known.experiment(key, LAYERS)
        except InputError:
            continue  # It is of another version, and was removed long ago or is not applied.
