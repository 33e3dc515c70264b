"""Secrets reach a step from Kubernetes, and are never in a compiled file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from common.errors import InputError

_NAMES = re.compile(r"(^|_)(SECRET|TOKEN|PASSWORD|PASSWD|WEBHOOK|DSN|KEY)(_|$)")
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
        if _NAMES.search(name.upper()):
            raise InputError(
                f"--env {name} looks like a secret, and the compiled file can be read: {_REMEDY}"
            )
        if _has_password(value):
            raise InputError(
                f"--env {name} is an address with a password, and the compiled file can be read:"
                f" {_REMEDY}"
            )


def _has_password(value: str) -> bool:
    try:
        return bool(urlsplit(value).password)
    except ValueError:  # no address at all
        return False
