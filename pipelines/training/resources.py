"""What a step may use of a machine, how long it may take, and how often it is tried again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.config import build
from common.errors import InputError
from pipelines.training.targets import TARGETS

STEPS = (
    "check_snapshot",
    "train_encoders",
    "choose_encoders",
    "train_model",
    "evaluate",
    "check_gates",
    "register",
    "admit",
    "publish",
    "verify",
    "promote",
    "finish",
    "monitor",
)
"""Names of the components of a training run, and the step of the monitoring pipeline."""

TARGET_STEPS = ("train_encoders", "train_model", "evaluate")
"""Steps that take what is said of their target: the others do little."""

DEFAULTS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "default": {"all": {"cpu": "1", "memory": "4Gi", "timeout": "2h", "retries": 2}},
    "steps": {
        "train_encoders": {"cpu": "4", "memory": "16Gi", "timeout": "24h"},
        "train_model": {"cpu": "4", "memory": "16Gi", "timeout": "12h"},
        "evaluate": {"cpu": "2", "memory": "8Gi", "timeout": "4h"},
        "monitor": {"timeout": "1h"},
        # They refuse on purpose, and Kubeflow cannot tell a refusal from another failure.
        "check_snapshot": {"retries": 0},
        "admit": {"retries": 0},
        "verify": {"retries": 0},
    },
    "targets": {},
}
"""What holds without a file: ``default``, then ``steps``, then ``targets`` of a file replace it."""

_QUANTITY = r"[1-9]\d*(E|Ei|P|Pi|T|Ti|G|Gi|M|Mi|K|Ki)?"
_CPU = r"[1-9]\d*m?|\d+\.\d+"
_DURATION = r"(\d+)(s|m|h)"
_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Gpu:
    """Accelerators of a step.

    Attributes:
        count: how many.
        type: the resource of Kubernetes that is limited.
    """

    count: int = 1
    type: str = "nvidia.com/gpu"


@dataclass(frozen=True, slots=True)
class StepResources:
    """What one step gets.

    Attributes:
        cpu: processors that are reserved, such as ``4`` or ``500m``.
        memory: memory that is reserved and the most that may be used, such as ``16Gi``.
        gpu: accelerators, or none.
        node_selector: labels of the nodes that may run the step, such as those of a node pool.
        tolerations: taints of nodes that the step tolerates, with the fields ``key``, ``operator``,
            ``value`` and ``effect`` of Kubernetes.
        timeout: time after which the step is ended: ``90s``, ``30m``, ``6h``.
        retries: how often the step is tried again.
        backoff: time before the first retry; it doubles with each.
        max_backoff: the longest time before a retry.
    """

    cpu: str = "1"
    memory: str = "4Gi"
    gpu: Gpu | None = None
    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: tuple[Mapping[str, str], ...] = ()
    timeout: str = "2h"
    retries: int = 2
    backoff: str = "30s"
    max_backoff: str = "10m"

    @property
    def timeout_seconds(self) -> int:
        """Time after which the step is ended, in seconds."""
        return _seconds(self.timeout)

    def backoff_seconds(self, retry: int) -> int:
        """Return the time before a retry in seconds; the first is number 1."""
        wait = _seconds(self.backoff) * 2 ** (retry - 1)
        return int(min(wait, _seconds(self.max_backoff)))


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of all steps.

    Attributes:
        default: values for every step.
        steps: values by step, in place of the default ones.
        targets: values by target, for ``TARGET_STEPS``, in place of those of the step.
    """

    default: Mapping[str, Any]
    steps: Mapping[str, Mapping[str, Any]]
    targets: Mapping[str, Mapping[str, Any]]

    def of(self, step: str, target: str = "") -> StepResources:
        """Return what a step gets that works on a target, or on none."""
        values = {**self.default, **self.steps.get(step, {})}
        if step in TARGET_STEPS:
            values.update(self.targets.get(target, {}))
        return _build(values, step)


def parse_resources(values: Mapping[str, Any]) -> Resources:
    """Return the resources of a file with the sections ``default``, ``steps`` and ``targets``.

    What the file leaves out is that of ``DEFAULTS``. Raises ``InputError`` for an unknown step,
    target or setting, naming the known ones, and for a value that Kubernetes would refuse.
    """
    default = _section(values.get("default"), "default")
    steps = _named_sections(values.get("steps"), "steps", STEPS)
    targets = _named_sections(values.get("targets"), "targets", TARGETS)

    ours = DEFAULTS["steps"]
    return Resources(
        default={**DEFAULTS["default"]["all"], **default},
        steps={name: {**ours.get(name, {}), **steps.get(name, {})} for name in STEPS},
        targets=targets,
    )


def _named_sections(
    values: Any, where: str, known: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """Return the settings by step or target, each of them checked."""
    sections = {}
    for name, section in _mapping(values, where).items():
        if name not in known:
            raise InputError(f"{where} has no {name!r}: there are {', '.join(known)}")
        sections[name] = _section(section, f"{where}.{name}")
    return sections


def _section(values: Any, where: str) -> dict[str, Any]:
    """Return the settings of one section, checked by themselves so that an error names it."""
    section = _mapping(values, where)
    # A whole number of processors needs no quotes.
    if isinstance(section.get("cpu"), int | float):
        section["cpu"] = str(section["cpu"])
    _build(section, where)
    return section


def _mapping(values: Any, where: str) -> dict[str, Any]:
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise InputError(f"{where} must map names to values, and is {values!r}")
    return dict(values)


def _build(values: Mapping[str, Any], where: str) -> StepResources:
    gpu = values.get("gpu")
    if isinstance(gpu, dict):
        values = {**values, "gpu": build(Gpu, gpu, f"{where}.gpu")}
    resources = build(StepResources, values, where)
    _check(resources, where)
    return resources


def _check(resources: StepResources, where: str) -> None:
    """Raise ``InputError`` for a value that Kubernetes would refuse."""
    patterns = {
        "cpu": (_CPU, "4 or 500m"),
        "memory": (_QUANTITY, "16Gi"),
        "timeout": (_DURATION, "90s, 30m or 6h"),
        "backoff": (_DURATION, "30s"),
        "max_backoff": (_DURATION, "10m"),
    }
    for name, (pattern, example) in patterns.items():
        value = getattr(resources, name)
        if not re.fullmatch(pattern, value):
            raise InputError(f"{where}.{name} is {value!r}: write it like {example}")
    if resources.timeout_seconds < 1:
        raise InputError(f"{where}.timeout is 0: a step needs some time, such as 30m")
    if resources.retries < 0:
        raise InputError(f"{where}.retries is below 0: 0 is no retry")
    if resources.gpu is not None and not (
        isinstance(resources.gpu, Gpu) and resources.gpu.count > 0
    ):
        raise InputError(
            f"{where}.gpu must be like {{count: 1, type: nvidia.com/gpu}}, or left out"
        )
    for toleration in resources.tolerations:
        _check_toleration(toleration, where)


def _check_toleration(toleration: Any, where: str) -> None:
    known = ("key", "operator", "value", "effect")
    if not isinstance(toleration, dict) or not set(toleration) <= set(known):
        raise InputError(
            f"{where}.tolerations must be a list of mappings with {', '.join(known)}, not"
            f" {toleration!r}"
        )


def _seconds(duration: str) -> int:
    match = re.fullmatch(_DURATION, duration)
    assert match, "checked by _check"
    return int(match[1]) * _SECONDS[match[2]]
