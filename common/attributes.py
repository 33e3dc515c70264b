"""The attributes of a dataclass, by their names."""

from __future__ import annotations

from typing import Any


def attributes_of(instance: Any) -> dict[str, Any]:
    """Return the attributes of a dataclass in order.

    Unlike ``dataclasses.asdict`` it copies nothing and leaves dataclasses within as they are: an
    event has dozens of them, and is written with each answer.
    """
    return {name: getattr(instance, name) for name in attribute_names(instance)}


def attribute_names(dataclass: Any) -> tuple[str, ...]:
    """Return the names of the attributes of a dataclass, or of an instance of one, in order."""
    # ``dataclasses.fields`` would take longer than all else.
    return tuple(dataclass.__dataclass_fields__)
