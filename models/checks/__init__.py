"""The contract of a model as checks: ``check_model`` runs them all on one trained model.

``tests/contracts`` runs them for every name in ``models.NAMES``. They need neither pytest nor a
server, so that a new model can be checked from a notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from common.encoders import Encoder
from common.snapshot import Snapshot
from models.checks import predictions, training
from models.checks.trained_model import ContractError, TrainedModel, load_trained

__all__ = ["CHECKS", "ContractError", "TrainedModel", "check_model", "load_trained"]

CHECKS: tuple[Callable[[TrainedModel], None], ...] = (
    training.check_outputs,
    training.check_settings,
    training.check_card,
    training.check_name_and_version,
    training.check_files,
    training.check_encoders_required,
    training.check_labels_required,
    predictions.check_empty_batch,
    predictions.check_answers,
    predictions.check_order,
    predictions.check_batch,
    predictions.check_encodings,
    predictions.check_own_outputs,
    predictions.check_confirmed_fields,
    predictions.check_sample_values,
    predictions.check_odd_listings,
    predictions.check_threads,
    training.check_metrics,
    training.check_metrics_without_labels,
    training.check_reproducible,
)
"""Every check, the fastest first; training again comes last."""


def check_model(
    name: str, artifact: Path, encoders: Sequence[Encoder], snapshot: Snapshot
) -> None:
    """Run every check of ``CHECKS`` on a trained model.

    ``encoders`` and ``snapshot`` are those that it was trained on. Raises ``ContractError``, with
    a sentence, for the first check that fails. It trains the model once more, to see that the
    artifact is reproducible.
    """
    model = load_trained(name, artifact, encoders, snapshot)
    for check in CHECKS:
        check(model)
