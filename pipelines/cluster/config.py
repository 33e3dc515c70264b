"""The file of a team: where its runs go, what their steps get, and which secrets they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from common.errors import InputError
from common.settings import check_team
from pipelines.cluster.secrets import Secret, parse_secrets
from pipelines.training.resources import Resources, parse_resources

SECTIONS = (
    "team",
    "namespace",
    "experiment",
    "default",
    "steps",
    "targets",
    "secrets",
    "labels",
    "annotations",
)
"""What a file may have; all of it may be left out."""


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """How runs are carried out on a cluster.

    Attributes:
        team: name of the team, or empty where there is one only.
        namespace: Kubernetes namespace of its runs; that of the team's name by default.
        experiment: Kubeflow experiment of its runs; that of the team's name by default.
        resources: what each step gets.
        secrets: Kubernetes secrets that every step sees.
        labels: labels of all pods, beside those of ``tasks.configure_task``.
        annotations: annotations of all pods.
    """

    team: str = ""
    namespace: str = ""
    experiment: str = "listrec"
    resources: Resources = field(default_factory=lambda: parse_resources({}))
    secrets: tuple[Secret, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """Return what ``parse_config`` makes this configuration of, as JSON values."""
        return {
            "team": self.team,
            "namespace": self.namespace,
            "experiment": self.experiment,
            "default": dict(self.resources.default),
            "steps": dict(self.resources.steps),
            "targets": dict(self.resources.targets),
            "secrets": {each.name: dict(each.variables) for each in self.secrets},
            "labels": dict(self.labels),
            "annotations": dict(self.annotations),
        }


def read_config(path: Path | None) -> ClusterConfig:
    """Read a file, or return the defaults without one.

    Raises ``InputError`` with the line or the key of what is wrong, and with what is known there.
    """
    if path is None:
        return ClusterConfig()
    return parse_config(read_mapping(path), str(path))


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a YAML file that maps names to values; ``InputError`` names the line otherwise."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}, line {line}: {error.problem}") from None
    if not isinstance(values, dict):
        raise InputError(f"{path} must map names to values, such as team: kids")
    return values


def parse_config(values: Mapping[str, Any], where: str) -> ClusterConfig:
    """Return the configuration that a file holds; ``where`` names it in errors."""
    unknown = [str(name) for name in values if name not in SECTIONS]
    if unknown:
        raise InputError(
            f"{where} has {', '.join(unknown)}; there are {', '.join(SECTIONS)}"
        )
    try:
        team = _text(values, "team")
        check_team(team)
        return ClusterConfig(
            team=team,
            namespace=_text(values, "namespace") or team,
            experiment=_text(values, "experiment") or team or "listrec",
            resources=parse_resources(values),
            secrets=parse_secrets(values.get("secrets") or {}),
            labels=_texts(values, "labels"),
            annotations=_texts(values, "annotations"),
        )
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise InputError(f"{name} must be a name, not {value!r}")
    return value


def _texts(values: Mapping[str, Any], name: str) -> dict[str, str]:
    section = values.get(name) or {}
    is_mapping = isinstance(section, dict)
    if not is_mapping or not all(isinstance(v, str) for v in section.values()):
        raise InputError(f"{name} must map names to texts, such as cost-centre: '17'")
    return dict(section)
