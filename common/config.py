"""Settings as frozen dataclasses, built from plain values such as a YAML file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, cast, get_type_hints

from common.errors import InputError

Settings = TypeVar("Settings")


def build(cls: type[Settings], values: Mapping[str, Any], where: str) -> Settings:
    """Return ``cls`` with its defaults replaced by ``values``; mappings build nested settings.

    ``where`` names the settings in messages. An unknown name or a value of another type is an
    ``InputError``.
    """
    hints = get_type_hints(cls)
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in hints:
            known = ", ".join(field.name for field in fields(cast(Any, cls)))
            raise InputError(f"{where} has no setting {name!r}; it has {known}")
        given[name] = _convert(hints[name], value, f"{where}.{name}")
    return cls(**given)


def _convert(wanted: Any, value: Any, where: str) -> Any:
    if is_dataclass(wanted) and isinstance(value, Mapping):
        return build(cast(type[Any], wanted), value, where)
    if isinstance(value, list):
        value = tuple(value)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    plain = getattr(wanted, "__origin__", wanted)
    if isinstance(plain, type) and (
        not isinstance(value, plain) or (isinstance(value, bool) and plain is not bool)
    ):
        raise InputError(f"{where} must be of type {plain.__name__}, not {value!r}")
    return value
