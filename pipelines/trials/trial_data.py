"""The data of trials: a snapshot of their own, and encoders trained on its training rows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.config import build
from common.encoders import Encoder
from common.encoders.config import KINDS, Config
from common.listing import Listing
from common.progress import Progress
from common.snapshot import Snapshot
from common.store import artifacts
from common.store.release import ReleaseStore
from pipelines.evaluation.load import encode_ahead, load_encoder
from pipelines.trials.resplit import resplit


@dataclass(frozen=True, slots=True)
class TrialData:
    """The data that every trial of a search is trained and measured on.

    Attributes:
        snapshot: the resplit snapshot.
        encoders: encoders trained on it.
        rows: its test rows, on which trials are measured.
    """

    snapshot: Snapshot
    encoders: Sequence[Encoder]
    rows: Sequence[Listing]


def prepare_trial_data(
    store: ReleaseStore,
    encoder_ids: Sequence[str],
    original: Snapshot,
    folder: Path,
    progress: Progress,
) -> TrialData:
    """Resplit a snapshot, and train encoders on it with the settings of those with these ids.

    The encoders of the store have seen the labels of all training rows. On rows that are held out
    now they would look better than they are, and blends would trust them too much. Results of an
    earlier call with the same ``folder`` are used again.
    """
    progress("splitting the snapshot", 0.0)
    snapshot = resplit(original, folder / "snapshot")

    encoders = []
    for artifact_id in encoder_ids:
        encoders.append(
            _prepare_encoder(store, artifact_id, snapshot, folder, progress)
        )
    return TrialData(snapshot, encoders, snapshot.read("test"))


def _prepare_encoder(
    store: ReleaseStore,
    artifact_id: str,
    snapshot: Snapshot,
    folder: Path,
    progress: Progress,
) -> Encoder:
    """Load an encoder, or retrain it where it was trained on a snapshot; cache its vectors."""
    cache = folder / "cache"
    artifact = store.fetch_artifact(artifact_id, cache)
    manifest = artifacts.read(artifact, verify=False)
    encoder = load_encoder(artifact, cache)

    if not encoder.frozen:
        config = build(KINDS[manifest.kind], manifest.config, manifest.name)
        out = folder / artifact_id
        retrained = _retrain(config, manifest.name, snapshot, out, progress)
        encoder = load_encoder(retrained, cache)

    encode_ahead(encoder, snapshot, progress)
    return encoder


def _retrain(
    config: Config, name: str, snapshot: Snapshot, out: Path, progress: Progress
) -> Path:
    """Train an encoder and return its folder, or that of an earlier call."""
    from common.encoder_training import train  # imports torch

    earlier = sorted(out.glob(f"[!.]*/{artifacts.MANIFEST}"))
    if earlier:
        return earlier[0].parent

    def report(message: str, fraction: float) -> None:
        """Report without a fraction: that of one encoder says nothing about the search."""
        progress(f"training encoder {name}: {message}", 0.0)

    return train.train(snapshot, out, config, report, name)
