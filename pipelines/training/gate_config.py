"""Settings of the gate: the section ``gate`` of a file of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from common.config import build
from common.errors import InputError

GATE = "gate"
"""Name of the section."""

REQUIRED, NONE = "required", "none"
"""Values of ``approval``."""


@dataclass(frozen=True, slots=True)
class GateConfig:
    """When a challenger takes the place of the champion.

    Attributes:
        alpha: chance of an error that a decision may have, shared by all attempts at the same rows.
        min_gain: gain in the main metric that must be exceeded where a gain is to be shown.
        prove_gain: whether the first attempt at new test rows must show a gain too.
        slice_allowance: loss in the main metric that a kind of listings may have.
        recent_days: days of the slice of the newest listings.
        max_latency_ratio: largest latency relative to the champion's.
        max_microseconds: largest latency of a listing alone; 0 for no limit.
        max_size_ratio: largest size relative to the champion's.
        max_megabytes: largest size of an artifact, in millions of bytes; 0 for no limit.
        max_memory_ratio: largest memory that it adds to a server, relative to the champion's.
        max_memory_megabytes: the same in millions of bytes; 0 for no limit.
        approval: ``required`` where a person promotes what passed, else ``none``.
    """

    alpha: float = 0.05
    min_gain: float = 0.0
    prove_gain: bool = False
    slice_allowance: float = 0.02
    recent_days: int = 7
    max_latency_ratio: float = 3.0
    max_microseconds: float = 0.0
    max_size_ratio: float = 3.0
    max_megabytes: float = 0.0
    max_memory_ratio: float = 3.0
    max_memory_megabytes: float = 0.0
    approval: str = NONE


def gate_config(overrides: Mapping[str, Any]) -> GateConfig:
    """Return the settings of the gate with ``overrides``; ``InputError`` for wrong ones."""
    config = build(GateConfig, overrides, GATE)
    if not 0 < config.alpha < 0.5:
        raise InputError(
            f"{GATE}.alpha is a chance above 0 and below 0.5 such as 0.05, not {config.alpha:g}"
        )
    if config.recent_days < 1:
        raise InputError(
            f"{GATE}.recent_days is a number of days such as 7, not {config.recent_days}"
        )
    if config.approval not in (REQUIRED, NONE):
        raise InputError(
            f"{GATE}.approval is {REQUIRED} or {NONE}, not {config.approval!r}"
        )
    for name, value in asdict(config).items():
        if isinstance(value, float) and value < 0:
            raise InputError(f"{GATE}.{name} must not be negative, and {value:g} is")
    return config
