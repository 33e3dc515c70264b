"""The search space of a model: which settings are searched, in which ranges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from common.nets.settings import NetSettings
from models.ensemble.settings import BoostedTreesSettings


@dataclass(frozen=True, slots=True)
class SearchRange:
    """The range in which a setting is searched.

    Attributes:
        low: lower end.
        high: upper end.
        relative: whether the ends are factors of the default, searched on a log scale.
    """

    low: float
    high: float
    relative: bool = False


RANGES: Mapping[type, Mapping[str, SearchRange]] = {
    NetSettings: {
        "width": SearchRange(0.5, 2.0, relative=True),
        "epochs": SearchRange(0.5, 2.0, relative=True),
        "batch_size": SearchRange(0.5, 2.0, relative=True),
        "learning_rate": SearchRange(0.25, 3.0, relative=True),
        "dropout": SearchRange(0.0, 0.7),
        "ngram_dropout": SearchRange(0.0, 0.7),
        "field_dropout": SearchRange(0.1, 0.9),
    },
    BoostedTreesSettings: {
        "n_estimators": SearchRange(0.5, 2.0, relative=True),
        "learning_rate": SearchRange(0.5, 2.0, relative=True),
        "num_leaves": SearchRange(0.5, 2.0, relative=True),
        "min_child_samples": SearchRange(0.25, 4.0, relative=True),
    },
}
"""Settings that are searched, by their class; all others keep their value.

Penalties of linear members are not among them: every training run chooses its own.
"""

CONDITIONS = {"photos": "photo"}
"""Members that are trained only where there is an encoder of this modality."""

TEXT_MEMBERS = ("ngrams",)
"""Members whose input is n-grams; ``ngram_dropout`` has no effect on others."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One setting that is searched.

    Attributes:
        path: its place in the settings: ``ngrams.width``.
        default: the value that the search begins with.
        low: lower end of its range.
        high: upper end of its range.
        log: whether values are drawn on a log scale.
    """

    path: str
    default: float
    low: float
    high: float
    log: bool

    @property
    def is_integer(self) -> bool:
        """Whether its values are integers."""
        return isinstance(self.default, int)

    def suggest(self, trial: Any) -> float:
        """Draw a value from an Optuna trial, rounded to three digits."""
        if self.is_integer:
            low, high = int(self.low), int(self.high)
            return int(trial.suggest_int(self.path, low, high, log=self.log))

        value = float(trial.suggest_float(self.path, self.low, self.high, log=self.log))
        if value == self.default:
            # The first trial has exactly the settings that the search begins with.
            return value
        return float(f"{value:.3g}")


def search_space(config: Any, modalities: Collection[str]) -> tuple[Dimension, ...]:
    """Return the dimensions in which the settings of a model are searched.

    ``config`` holds the settings to begin with. A member is left out where no encoder has the
    modality that it needs; ``modalities`` are those of the encoders.
    """
    return tuple(_dimensions(config, modalities))


def overrides(
    dimensions: Sequence[Dimension], values: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Return the values that differ from the defaults, nested as ``models.config`` takes them.

    ``values`` maps the path of every dimension to its value.
    """
    nested: dict[str, dict[str, float]] = {}
    for dimension in dimensions:
        value = values[dimension.path]
        if value != dimension.default:
            part, name = dimension.path.split(".")
            nested.setdefault(part, {})[name] = value
    return nested


def _dimensions(config: Any, modalities: Collection[str]) -> Iterator[Dimension]:
    for part in fields(config):
        needed = CONDITIONS.get(part.name)
        if needed and needed not in modalities:
            continue

        settings = getattr(config, part.name)
        for name, search_range in RANGES.get(type(settings), {}).items():
            has_no_effect = name == "ngram_dropout" and part.name not in TEXT_MEMBERS
            if hasattr(settings, name) and not has_no_effect:
                path = f"{part.name}.{name}"
                yield _dimension(path, getattr(settings, name), search_range)


def _dimension(path: str, default: float, search_range: SearchRange) -> Dimension:
    """Return the dimension of one setting; its range always includes the default."""
    low = search_range.low
    high = search_range.high

    # A default of 0 has no multiples: it is searched from 0 to ``high`` itself.
    log = search_range.relative and default > 0
    if log:
        low *= default
        high *= default
    # Numbers of trees, of rows, of units: none of them may be 0.
    if isinstance(default, int):
        low = max(round(low), 1)
        high = round(high)

    return Dimension(path, default, min(low, default), max(high, default), log)
