"""Settings as frozen dataclasses, built from plain values such as a YAML file holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, cast, get_type_hints

from common.errors import InputError

Settings = TypeVar("Settings")


def build(cls: type[Settings], values: Mapping[str, Any], where: str) -> Settings:
    """Return ``cls`` with its defaults replaced by ``values``; mappings build nested settings.

    A settings class lists names that are no longer used in ``RENAMED``, a class variable that maps
    an old name to the new one (dotted where the setting moved into a nested class).

    Args:
        cls: The settings dataclass.
        values: Plain values by setting; a mapping for nested settings.
        where: What the settings belong to, for messages.

    Raises:
        InputError: An old name, which names the new one; an unknown name; a value of another type.
    """
    renamed = [f"{where}.{old} is now called {where}.{new}" for old, new in _renamed(cls, values)]
    if renamed:
        raise InputError("; ".join(renamed))

    # Class variables such as RENAMED have hints, but are no settings.
    names = [field.name for field in fields(cast(Any, cls))]
    hints = get_type_hints(cls)
    converted: dict[str, Any] = {}
    for name, value in values.items():
        if name not in names:
            raise InputError(f"{where} has no setting {name!r}; it has {', '.join(names)}")
        converted[name] = _convert(hints[name], value, f"{where}.{name}")
    return cls(**converted)


def _renamed(cls: type[Any], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield old and new paths of the given settings whose names are no longer used."""
    renames: Mapping[str, str] = getattr(cls, "RENAMED", {})
    hints = get_type_hints(cls)

    for name, value in values.items():
        new_name = renames.get(name, name)
        nested_class = hints.get(new_name)
        nested: list[tuple[str, str]] = []
        if is_dataclass(nested_class) and isinstance(value, Mapping):
            nested = list(_renamed(cast(type[Any], nested_class), value))

        for old, new in nested:
            yield f"{name}.{old}", f"{new_name}.{new}"
        if name in renames and not nested:
            yield name, new_name


def _convert(expected: Any, value: Any, where: str) -> Any:
    """Return ``value`` as the annotated type ``expected``, or raise ``InputError``."""
    if is_dataclass(expected) and isinstance(value, Mapping):
        return build(cast(type[Any], expected), value, where)

    # YAML and JSON have no tuples, and write whole floats without a point.
    if isinstance(value, list):
        value = tuple(value)
    if expected is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)

    plain_type = getattr(expected, "__origin__", expected)
    if isinstance(plain_type, type):
        # bool is a subclass of int, but True is no number of epochs.
        unwanted_bool = isinstance(value, bool) and plain_type is not bool
        if not isinstance(value, plain_type) or unwanted_bool:
            raise InputError(f"{where} must be of type {plain_type.__name__}, not {value!r}")
    return value
