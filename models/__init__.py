"""The models, by name; a model's modules are imported when they are first used.

Every folder ``models/<name>/`` has the same files and the same entry functions. No other module
turns a name into a module: adding a model is one folder and one word in ``NAMES``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from common.config import build
from common.encoders import Encoder, Encodings
from common.errors import InputError
from common.listing import Listing, Suggestion
from common.metrics import Threshold
from common.progress import Progress, ignore_progress

if TYPE_CHECKING:
    from common.snapshot import Snapshot
    from models.evaluation.scoring import Evaluation
    from models.evaluation.views import SupportsPredict

NAMES = ("category", "brand", "price", "shipping")
"""The models of a release, in the order in which answers are shown."""


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
        """Ids of the encoders that it was trained on."""

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        """Suggest for each listing, in order.

        ``encodings`` maps encoder ids to vectors ``[len(listings), dimensions]``; the predictor
        computes the vectors that are missing. It ignores confirmed values of its own outputs.
        """


class Config(Protocol):
    """Settings of one model's training run; a frozen dataclass in ``models/<name>/config.py``."""

    seed: int


def check_name(name: str) -> str:
    """Return ``name``; raises ``InputError`` with the names of the models for any other name."""
    if name not in NAMES:
        raise InputError(
            f"there is no model called {name!r}; there are {', '.join(NAMES)}"
        )
    return name


def outputs(name: str) -> tuple[str, ...]:
    """Return the fields of a listing that the model predicts, its main one first."""
    return cast(tuple[str, ...], _module(name, "config").OUTPUTS)


def gate(name: str) -> tuple[Threshold, ...]:
    """Return the thresholds that a newly trained model must pass to be released."""
    return cast(tuple[Threshold, ...], _module(name, "config").GATE)


def config(name: str, overrides: Mapping[str, Any] | None = None) -> Config:
    """Return the model's default settings with ``overrides``.

    Raises ``InputError`` for an unknown setting and for a value of another type.
    """
    return cast(Config, build(_module(name, "config").Config, overrides or {}, name))


def train(
    name: str,
    snapshot: Snapshot,
    encoders: Sequence[Encoder],
    out: Path,
    config: Config,
    progress: Progress = ignore_progress,
) -> Path:
    """Train on the snapshot's training rows and write an artifact; return its folder in ``out``.

    Raises ``InputError`` when the rows do not have the labels that the model needs.
    """
    run = _module(name, "train").train
    return cast(Path, run(snapshot, encoders, out, config, progress))


def evaluate(
    name: str, predictor: Predictor, listings: Sequence[Listing]
) -> dict[str, float]:
    """Measure the predictor on finished listings, by metric; it does not see its own outputs."""
    return run_evaluation(name, predictor, listings).metrics


def run_evaluation(
    name: str,
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    progress: Progress = ignore_progress,
) -> Evaluation:
    """Predict finished listings once a view; return the metrics and the outcome of every row."""
    run = _module(name, "evaluate").evaluate
    return cast("Evaluation", run(predictor, listings, progress))


def load(name: str, artifact: Path, encoders: Sequence[Encoder]) -> Predictor:
    """Load a trained model from its artifact folder, without any training code.

    Raises ``ArtifactError`` when ``encoders`` are not those that it was trained on.
    """
    return cast(Predictor, _module(name, "predictor").load(artifact, encoders))


def _module(name: str, part: str) -> Any:
    return import_module(f"models.{check_name(name)}.{part}")
