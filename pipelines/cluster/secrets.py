"""Secrets reach a step from Kubernetes, and are never in a compiled file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import InputError
from common.secrets import looks_secret, password_of

_REMEDY = "name a Kubernetes secret in the section secrets of --resources instead"


@dataclass(frozen=True, slots=True)
class Secret:
    """A Kubernetes secret whose values become environment variables of every step.

    Attributes:
        name: name of the secret in the namespace of the run.
        variables: the key within the secret by environment variable.
    """

    name: str
    variables: Mapping[str, str]


def parse_secrets(values: Any) -> tuple[Secret, ...]:
    """Return the secrets of a file: for each name, the keys by variable."""
    example = "secrets: {store: {AWS_SECRET_ACCESS_KEY: secret-key}}"
    secrets = []
    if not isinstance(values, dict):
        raise InputError(f"secrets must map names to variables, as in {example}")
    for name, variables in values.items():
        is_mapping = isinstance(variables, dict) and variables
        if not is_mapping or not all(isinstance(k, str) for k in variables.values()):
            raise InputError(
                f"secrets.{name} must map variables to keys of the secret, as in {example}"
            )
        secrets.append(Secret(str(name), variables))
    return tuple(secrets)


def check_environment(environment: Mapping[str, str]) -> None:
    """Raise ``InputError`` for a variable that looks like a secret; its value is not repeated."""
    for name, value in environment.items():
        if looks_secret(name):
            raise InputError(
                f"--env {name} looks like a secret, and the compiled file can be read: {_REMEDY}"
            )
        if password_of(value):
            raise InputError(
                f"--env {name} is an address with a password, and the compiled file can be read:"
                f" {_REMEDY}"
            )
