"""Settings that a model is retrained with where others are not good enough: ``retrain``.

The section maps a model to changes of its settings, in the order in which they are tried:
``{price: [{seed: 1}, {boosted_trees: {n_estimators: 800}}]}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import models
from common.config import merge
from common.errors import InputError

RETRAIN = "retrain"
"""Name of the section."""

MAX_CHANGES = 10
"""Most changes of a model: of many settings one looks good by luck, and each takes a training."""

Sections = Mapping[str, Mapping[str, Any]]
"""A file of settings: settings by target, and the other sections."""


def changes(name: str, sections: Sections) -> tuple[Mapping[str, Any], ...]:
    """Return the changes that are tried after a model's own settings; none without the section."""
    return tuple(sections.get(RETRAIN, {}).get(name, ()))


def candidates(name: str, sections: Sections) -> list[models.Config]:
    """Return the settings that a model may be trained with: its own, then each change of them."""
    own = sections.get(name, {})
    changed = [merge(own, change) for change in changes(name, sections)]
    return [models.config(name, overrides) for overrides in (own, *changed)]


def check_changes(sections: Sections) -> None:
    """Raise ``InputError`` for a model or a setting that does not exist, or changes of no use."""
    for name, listed in sections[RETRAIN].items():
        models.check_name(name)
        is_list = isinstance(listed, list) and all(
            isinstance(change, dict) for change in listed
        )
        if not is_list or not 1 <= len(listed) <= MAX_CHANGES:
            raise InputError(
                f"{RETRAIN}.{name} is a list of 1 to {MAX_CHANGES} changes of its settings, such as"
                " [{seed: 1}, {seed: 2}]"
            )

        configs = candidates(name, sections)
        for number, config in enumerate(configs):
            if config in configs[:number]:
                raise InputError(
                    f"{RETRAIN}.{name} has the same settings twice: change {number} gives those of"
                    " an earlier one, or those of the model itself"
                )
