"""The four models, found by name and loaded lazily.

Every folder ``models/<name>/`` has the same files and the same entry functions; this module is the
only place that turns a name into a module. Adding a model is one folder and one word in ``NAMES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from common.config import build
from common.encoders import Encoder, Encodings
from common.errors import InputError
from common.listing import Listing, Suggestion
from common.metrics import Threshold

if TYPE_CHECKING:
    from common.snapshot import Snapshot

NAMES = ("category", "brand", "price", "shipping")
"""The models of a release, in the order in which answers are shown."""

Progress = Callable[[str, float], None]
"""Told ``(what is being done, fraction done)`` now and then by anything long."""


class Predictor(Protocol):
    """A trained model that answers in batches; safe to call from several threads."""

    @property
    def name(self) -> str:
        """The model's name, one of ``NAMES``."""

    @property
    def version(self) -> str:
        """The id of the artifact it was loaded from."""

    @property
    def encoder_ids(self) -> tuple[str, ...]:
        """The encoders its features were made with."""

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        """Suggest for each listing, in order.

        ``encodings`` maps an encoder id to vectors ``[len(listings), dimensions]``; what is
        missing is encoded here. A confirmed value of the field it answers is not looked at.
        """


class Config(Protocol):
    """Settings of one model's training run; a frozen dataclass in ``models/<name>/config.py``."""

    seed: int


def check_name(name: str) -> str:
    """Return ``name``, or raise ``InputError`` naming the models there are."""
    if name not in NAMES:
        raise InputError(f"there is no model called {name!r}; there are {', '.join(NAMES)}")
    return name


def outputs(name: str) -> tuple[str, ...]:
    """Fields of a listing that the model answers, its main one first."""
    return cast(tuple[str, ...], _module(name, "config").OUTPUTS)


def gate(name: str) -> tuple[Threshold, ...]:
    """Thresholds a newly trained model must pass to be released."""
    return cast(tuple[Threshold, ...], _module(name, "config").GATE)


def config(name: str, overrides: Mapping[str, Any] | None = None) -> Config:
    """The model's default settings with ``overrides``; an unknown setting is an ``InputError``."""
    return cast(Config, build(_module(name, "config").Config, overrides or {}, name))


def train(
    name: str,
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Progress | None = None,
) -> Path:
    """Train on the snapshot's training rows and write an artifact; return its folder in ``out``."""
    run = _module(name, "train").train
    return cast(Path, run(snapshot, encoders, out, config, progress or _silent))


def evaluate(name: str, predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Measure the predictor on finished listings; each sees them with its own answers removed."""
    return cast(dict[str, float], _module(name, "evaluate").evaluate(predictor, listings))


def load(name: str, artifact: Path, encoders: Sequence[Encoder]) -> Predictor:
    """Load a trained model from its artifact folder; knows neither torch nor any trainer."""
    return cast(Predictor, _module(name, "predictor").load(artifact, encoders))


def _module(name: str, part: str) -> Any:
    return import_module(f"models.{check_name(name)}.{part}")


def _silent(doing: str, fraction: float) -> None:
    """Report progress to nobody."""
