"""What can be trained: the encoders and every model, with their settings and their gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

import models
from common.errors import InputError
from common.metrics import Threshold

ENCODERS = "encoders"

TARGETS = (ENCODERS, *models.NAMES)
"""Everything a training run may be asked for, in the order in which it is trained."""


def choose(words: Sequence[str]) -> tuple[str, ...]:
    """Turn the words of a command line into targets in training order; ``all`` is all of them."""
    if not words:
        raise InputError(f"say what to train: all, {', '.join(TARGETS)}")
    for word in words:
        if word != "all" and word not in TARGETS:
            raise InputError(
                f"there is nothing called {word!r} to train; there are all, {', '.join(TARGETS)}"
            )
    return TARGETS if "all" in words else tuple(name for name in TARGETS if name in words)


def unlabelled(targets: Sequence[str], coverage: Mapping[str, int]) -> list[str]:
    """Return the models among the targets whose fields no row of a snapshot has.

    ``coverage`` counts the rows that have a field.
    """
    names = [target for target in targets if target in models.NAMES]
    return [name for name in names if not any(map(coverage.get, models.outputs(name)))]


def parse_config(text: str) -> dict[str, dict[str, Any]]:
    """Read settings by target from YAML or JSON and check every name.

    An unknown target or setting is an ``InputError`` that names the known ones.
    """
    try:
        values = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        problem = str(error).split("\n")[0]
        raise InputError(f"the configuration is neither YAML nor JSON: {problem}") from None
    if not isinstance(values, dict) or any(not isinstance(v, dict) for v in values.values()):
        raise InputError("the configuration must map a target to its settings: {price: {seed: 1}}")
    if unknown := sorted(str(key) for key in values if key not in TARGETS):
        raise InputError(
            f"the configuration speaks of {', '.join(unknown)}; there are {', '.join(TARGETS)}"
        )
    for target, overrides in values.items():
        config(target, overrides)
    return values


def config(target: str, overrides: Mapping[str, Any]) -> Any:
    """Settings of a target with overrides; an unknown one is an ``InputError``.

    Those of the encoders are a mapping by the encoder's name.
    """
    if target != ENCODERS:
        return models.config(target, overrides)
    from common.encoders.config import choose as choose_encoders

    return choose_encoders(overrides, ENCODERS)


def encoder(name: str) -> str:
    """Name an encoder among what was trained: ``encoder-photo``."""
    return f"encoder-{name}"


def gate(target: str) -> tuple[Threshold, ...]:
    """Thresholds that a newly trained model or encoder must pass."""
    if target in models.NAMES:
        return models.gate(target)
    from common.encoders.config import GATE

    thresholds: tuple[Threshold, ...] = GATE
    return thresholds
