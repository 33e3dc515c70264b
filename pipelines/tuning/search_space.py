"""Which settings of a model are searched, and how far from where they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from common.nets.settings import NetSettings
from models.ensemble.settings import BoostedTreesSettings, LdaSettings, LinearSettings


@dataclass(frozen=True, slots=True)
class SearchRange:
    """How far a setting may go: from ``low`` to ``high``.

    Where it is ``relative`` these are factors of the value it has, searched on a log scale.
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
    LinearSettings: {
        "C": SearchRange(0.1, 10.0, relative=True),
        "alpha": SearchRange(0.1, 10.0, relative=True),
    },
    LdaSettings: {"shrinkage": SearchRange(0.2, 0.95)},
    BoostedTreesSettings: {
        "n_estimators": SearchRange(0.5, 2.0, relative=True),
        "learning_rate": SearchRange(0.5, 2.0, relative=True),
        "num_leaves": SearchRange(0.5, 2.0, relative=True),
        "min_child_samples": SearchRange(0.25, 4.0, relative=True),
    },
}
"""What is searched of settings of each kind; any other setting stays as it is."""

CONDITIONS = {"photos": "photo"}
"""Members that are trained only where there is an encoder of this modality."""

TEXT_MEMBERS = ("ngrams",)
"""Members that read n-grams themselves; to others ``ngram_dropout`` does nothing."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One setting that is searched: ``path`` is ``ngrams.width``, ``default`` its value now."""

    path: str
    default: float
    low: float
    high: float
    log: bool

    @property
    def whole(self) -> bool:
        """Tell whether its values are whole numbers."""
        return isinstance(self.default, int)

    def suggest(self, trial: Any) -> float:
        """Take a value from an Optuna trial, of three digits; the default comes as it is."""
        if self.whole:
            return int(trial.suggest_int(self.path, int(self.low), int(self.high), log=self.log))
        value = float(trial.suggest_float(self.path, self.low, self.high, log=self.log))
        return value if value == self.default else float(f"{value:.3g}")


def search_space(config: Any, modalities: Collection[str]) -> tuple[Dimension, ...]:
    """List what can be searched of a model's settings; the encoders have ``modalities``."""
    return tuple(_knobs(config, modalities))


def overrides(
    knobs: Sequence[Dimension], values: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Nest the values by path that differ from the defaults: what ``models.config`` takes."""
    found: dict[str, dict[str, float]] = {}
    for knob in knobs:
        if values[knob.path] != knob.default:
            part, name = knob.path.split(".")
            found.setdefault(part, {})[name] = values[knob.path]
    return found


def merge(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others; those of one part are joined."""
    joined = dict(before)
    for name, value in after.items():
        both = isinstance(value, Mapping) and isinstance(joined.get(name), Mapping)
        joined[name] = merge(joined[name], value) if both else value
    return joined


def _knobs(config: Any, modalities: Collection[str]) -> Iterator[Dimension]:
    for part in fields(config):
        settings = getattr(config, part.name)
        if part.name in CONDITIONS and CONDITIONS[part.name] not in modalities:
            continue
        for name, reach in RANGES.get(type(settings), {}).items():
            idle = name == "ngram_dropout" and part.name not in TEXT_MEMBERS
            if hasattr(settings, name) and not idle:
                yield _knob(f"{part.name}.{name}", getattr(settings, name), reach)


def _knob(path: str, value: float, reach: SearchRange) -> Dimension:
    """The ends always hold the default; what is 0 has no factors and is searched up to ``high``."""
    log = reach.relative and value > 0
    low, high = (value * reach.low, value * reach.high) if log else (reach.low, reach.high)
    if isinstance(value, int):
        low, high = max(round(low), 1), round(high)
    return Dimension(path, value, min(low, value), max(high, value), log)
