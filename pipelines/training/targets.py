"""Targets of training: the encoders and every model, with their settings and their gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

import models
from common.config import build
from common.errors import InputError
from common.metrics import Threshold
from pipelines.data_checks.config import DataConfig
from pipelines.monitoring.config import MONITOR, monitoring_config
from pipelines.training.gate_config import GATE, gate_config
from pipelines.training.ingest_config import INGEST, ingest_config
from pipelines.training.retrain_config import RETRAIN, check_changes

ENCODERS = "encoders"

DATA = "data"
"""Settings of the check of the snapshot, beside those of the targets."""

TARGETS = (ENCODERS, *models.NAMES)
"""Everything that can be trained, in training order."""


def choose(words: Sequence[str]) -> tuple[str, ...]:
    """Return the targets of a command line, in training order; ``all`` stands for all of them.

    Raises ``InputError`` for no target, or one that does not exist.
    """
    if not words:
        raise InputError(f"say what to train: all, {', '.join(TARGETS)}")
    for word in words:
        if word != "all" and word not in TARGETS:
            raise InputError(
                f"there is nothing called {word!r} to train; there are all, {', '.join(TARGETS)}"
            )

    # Training order, not the order of the words: models are trained on the new encoders.
    if "all" in words:
        return TARGETS
    return tuple(target for target in TARGETS if target in words)


def unlabelled(targets: Sequence[str], coverage: Mapping[str, int]) -> list[str]:
    """Return the models among the targets that have no labels in a snapshot.

    ``coverage`` is the number of rows that have a field, by field.
    """
    names = []
    for target in targets:
        if target not in models.NAMES:
            continue
        if not any(coverage.get(field) for field in models.outputs(target)):
            names.append(target)
    return names


def parse_config(text: str) -> dict[str, dict[str, Any]]:
    """Read settings by target and by section from YAML or JSON, and check every name.

    Raises ``InputError`` for an unknown target or setting, naming the known ones.
    """
    try:
        values = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        problem = str(error).split("\n")[0]
        raise InputError(
            f"the configuration is neither YAML nor JSON: {problem}"
        ) from None

    if not isinstance(values, dict) or not all(
        isinstance(v, dict) for v in values.values()
    ):
        raise InputError(
            "the configuration must map a target to its settings: {price: {seed: 1}}"
        )
    _check_settings(values)
    return values


def config(target: str, overrides: Mapping[str, Any]) -> Any:
    """Return the settings of a target with ``overrides``: a dataclass for a model and ``data``.

    The settings of the encoders are a mapping from an encoder's name. Raises ``InputError`` for an
    unknown setting.
    """
    if target == DATA:
        return build(DataConfig, overrides, DATA)
    if target != ENCODERS:
        return models.config(target, overrides)
    from common.encoders.config import choose as choose_encoders

    return choose_encoders(overrides, ENCODERS)


def _check_settings(values: Mapping[Any, Mapping[str, Any]]) -> None:
    """Raise ``InputError`` for targets, or settings of a target, that do not exist."""
    sections = (*TARGETS, DATA, GATE, INGEST, MONITOR, RETRAIN)
    unknown = sorted(str(name) for name in values if name not in sections)
    if unknown:
        raise InputError(
            f"the configuration speaks of {', '.join(unknown)}; there are {', '.join(sections)}"
        )
    for name, overrides in values.items():
        if name == GATE:
            gate_config(overrides)
        elif name == INGEST:
            ingest_config(overrides)
        elif name == MONITOR:
            monitoring_config(overrides)
        elif name == RETRAIN:
            check_changes(values)
        else:
            config(name, overrides)


def encoder(name: str) -> str:
    """Return the target of one encoder in records and reports: ``encoder-photo``."""
    return f"encoder-{name}"


def gate(target: str) -> tuple[Threshold, ...]:
    """Return the thresholds that a newly trained model or encoder must pass."""
    if target in models.NAMES:
        return models.gate(target)
    from common.encoders import config as encoder_config

    thresholds: tuple[Threshold, ...] = encoder_config.GATE
    return thresholds
