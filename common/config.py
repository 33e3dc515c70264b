"""Settings as frozen dataclasses, built from basic values such as a YAML file holds."""

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
        values: Values by setting; a mapping for nested settings.
        where: What the settings belong to, for messages.

    Raises:
        InputError: An old name, which names the new one; an unknown name; a value of another type.
    """
    _refuse_old_names(cls, values, where)

    # Class variables such as RENAMED have hints, but are no settings.
    names = [field.name for field in fields(cast(Any, cls))]
    hints = get_type_hints(cls)
    converted: dict[str, Any] = {}
    for name, value in values.items():
        if name not in names:
            raise InputError(
                f"{where} has no setting {name!r}; it has {', '.join(names)}"
            )
        converted[name] = _convert(hints[name], value, f"{where}.{name}")
    return cls(**converted)


def merge(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``before`` updated with ``after``, level by level."""
    merged = dict(before)
    for name, value in after.items():
        if isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = merge(merged[name], value)
        else:
            merged[name] = value
    return merged


def _refuse_old_names(cls: type[Any], values: Mapping[str, Any], where: str) -> None:
    """Raise ``InputError`` naming the new name of every given setting with an old one."""
    sentences = []
    for old, new in _renamed(cls, values):
        sentences.append(f"{where}.{old} is now called {where}.{new}")
    if sentences:
        raise InputError("; ".join(sentences))


def _renamed(cls: type[Any], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield old and new paths of the given settings whose names are no longer used."""
    renames: Mapping[str, str] = getattr(cls, "RENAMED", {})
    hints = get_type_hints(cls)
    for name, value in values.items():
        new_name = renames.get(name, name)
        hint = hints.get(new_name)
        nested = list(_renamed_within(hint, value))

        # A section with old names inside is named by them: the user sees the whole new path.
        if name in renames and not nested:
            yield name, new_name
        for old, new in nested:
            yield f"{name}.{old}", f"{new_name}.{new}"


def _renamed_within(cls: Any, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the renamed settings in the value of a setting, where it is a nested class."""
    if is_dataclass(cls) and isinstance(value, Mapping):
        yield from _renamed(cast(type[Any], cls), value)


def _convert(expected: Any, value: Any, where: str) -> Any:
    """Return ``value`` as the annotated type ``expected``, or raise ``InputError``."""
    if is_dataclass(expected) and isinstance(value, Mapping):
        return build(cast(type[Any], expected), value, where)

    # YAML and JSON have no tuples, and write whole floats without a point.
    if isinstance(value, list):
        value = tuple(value)
    is_bool = isinstance(value, bool)
    if expected is float and isinstance(value, int) and not is_bool:
        return float(value)

    bare_type = getattr(expected, "__origin__", expected)
    if isinstance(bare_type, type) and not _is_of_type(value, bare_type):
        raise InputError(f"{where} must be of type {bare_type.__name__}, not {value!r}")
    return value


def _is_of_type(value: Any, expected: type) -> bool:
    # bool is a subclass of int, but True is no number of epochs.
    if isinstance(value, bool):
        return expected is bool
    return isinstance(value, expected)
