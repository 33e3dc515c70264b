"""The parts of a model's ensemble, found in its specification, and training without one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from importlib import import_module
from typing import Any

SPEC = "EnsembleSpec"
"""The class whose instances say what an ensemble has."""


def parts_of(spec: Any) -> tuple[str, ...]:
    """Name the parts of a specification that can be left out: members, and optional attributes."""
    members = [member.name for member in spec.members]
    optional = [
        attribute.name
        for attribute in fields(spec)
        if attribute.default is None and getattr(spec, attribute.name) is not None
    ]
    return (*members, *optional)


def without(spec: Any, part: str) -> Any:
    """Return the specification without a part; one that has no such part stays as it is."""
    if part in {member.name for member in spec.members}:
        members = [member for member in spec.members if member.name != part]
        return replace(spec, members=members)
    if part in parts_of(spec):
        return replace(spec, **{part: None})
    return spec


@contextmanager
def left_out(model: str, part: str = "") -> Iterator[list[Any]]:
    """Train a model without a part of its ensemble while the context lasts.

    Yields a list that receives the complete specifications, to find their parts in.
    """
    module = import_module(f"models.{model}.train")
    spec_class = getattr(module, SPEC)
    seen: list[Any] = []

    def make_spec(*arguments: Any, **named: Any) -> Any:
        """Make the specification without the part."""
        spec = spec_class(*arguments, **named)
        seen.append(spec)
        return without(spec, part)

    # Settings have no switch for every part, and should have none for a benchmark alone.
    setattr(module, SPEC, make_spec)
    try:
        yield seen
    finally:
        setattr(module, SPEC, spec_class)
