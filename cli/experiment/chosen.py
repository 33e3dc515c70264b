"""Which experiments a command is about."""

from __future__ import annotations

from common.errors import InputError
from common.experiments.definition import Experiment
from common.experiments.published import Published
from models.layers import LAYERS


def published_experiment(found: Published, key: str) -> Experiment:
    """Return a published experiment, or one that was; ``InputError`` for no such key."""
    try:
        return found.experiment(key, LAYERS)
    except KeyError:
        keys = ", ".join(sorted({**found.files, **found.former})) or "none"
        raise InputError(
            f"no experiment {key!r} is published; there are: {keys}"
        ) from None
