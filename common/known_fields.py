"""Reads records that another version of this package may have written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any


def known_fields(cls: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the values that are fields of a dataclass.

    A newer version may have written others, which do not change what the known ones mean.
    """
    names = {field.name for field in fields(cls)}
    return {name: value for name, value in values.items() if name in names}


def all_of(cls: type[Any], parts: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return a dataclass for each part, made of its known fields."""
    return tuple(cls(**known_fields(cls, each)) for each in parts)
